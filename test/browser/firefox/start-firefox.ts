#!/usr/bin/env node
import { spawn } from "node:child_process";
import { z } from "zod";
import { WebSocket, WebSocketServer } from "ws";
import { findFirefox } from "../../../tools/find-firefox.ts";

/**
 * Starts Firefox for Playwright, with the arguments of this program. Playwright speaks WebDriver BiDi with it, in a
 * version that is newer than Firefox 153's. This program stands in between: it answers the one command that Firefox
 * does not know, and gives downloads the names that Playwright knows them by.
 */

const UNKNOWN_TO_FIREFOX = "emulation.setMediaFeaturesOverride";
const commandSchema = z.object({ id: z.int(), method: z.string() });
const downloadSchema = z.looseObject({
  method: z.enum(["browsingContext.downloadWillBegin", "browsingContext.downloadEnd"]),
  params: z.looseObject({ url: z.string() }),
});
const listeningLine = /^WebDriver BiDi listening on (ws:\S+)$/m;

const program = findFirefox();
if (program === undefined) throw new Error("There is no Firefox");
const firefox = spawn(program, process.argv.slice(2), { stdio: ["ignore", "inherit", "pipe"] });
firefox.on("exit", (code) => process.exit(code ?? 1));
let output = "";
firefox.stderr.setEncoding("utf8").on("data", (text: string) => {
  output += text;
  const address = listeningLine.exec(output)?.[1];
  if (address === undefined) return;
  firefox.stderr.removeAllListeners("data").resume();
  serve(address);
});

function serve(address: string): void {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  server.on("connection", (playwright) => connect(playwright, address));
  server.on("listening", () => {
    const { port } = z.object({ port: z.int() }).parse(server.address());
    // Playwright waits for this line.
    process.stderr.write(`WebDriver BiDi listening on ws://127.0.0.1:${port}\n`);
  });
}

function connect(playwright: WebSocket, address: string): void {
  const browser = new WebSocket(`${address}/session`);
  const opened = new Promise((resolve) => browser.once("open", resolve));
  playwright.on("message", (data: Buffer) => {
    const text = data.toString();
    const { id, method } = commandSchema.parse(JSON.parse(text));
    if (method === UNKNOWN_TO_FIREFOX) playwright.send(JSON.stringify({ type: "success", id, result: {} }));
    else void opened.then(() => browser.send(text));
  });
  browser.on("message", (data: Buffer) => playwright.send(nameDownload(data.toString())));
  playwright.on("close", () => browser.close());
  browser.on("close", () => playwright.close());
}

function nameDownload(text: string): string {
  const { data: event } = downloadSchema.safeParse(JSON.parse(text));
  if (event === undefined) return text;
  return JSON.stringify({ ...event, params: { download: event.params.url, ...event.params } });
}
