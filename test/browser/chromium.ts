import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { WebSocket } from "ws";
import { waitFor } from "../e2e/support/wait-for.ts";
import { chromiumArguments, requireChromium } from "./require-chromium.ts";

const answerSchema = z.object({
  id: z.int().optional(),
  method: z.string().optional(),
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.object({ message: z.string() }).optional(),
});
const targetSchema = z.object({ type: z.string(), webSocketDebuggerUrl: z.string() });
const evaluatedSchema = z.object({
  // An expression may have no value.
  result: z.object({ value: z.unknown().optional() }),
  exceptionDetails: z.object({ text: z.string() }).optional(),
});

/** A page of a headless Chromium, driven by the Chrome DevTools Protocol. */
export class ChromiumPage {
  readonly #child: ChildProcess;
  readonly #profile: string;
  /** The port of the browser's tools. */
  readonly #port: string;
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (answer: z.output<typeof answerSchema>) => void>();
  readonly #loaded: (() => void)[] = [];
  #lastId = 0;

  private constructor(child: ChildProcess, profile: string, port: string, socket: WebSocket) {
    this.#child = child;
    this.#profile = profile;
    this.#port = port;
    this.#socket = socket;
    socket.on("message", (data: Buffer) => {
      const answer = answerSchema.parse(JSON.parse(data.toString()));
      if (answer.id !== undefined) this.#answers.get(answer.id)?.(answer);
      if (answer.method === "Page.loadEventFired") for (const resolve of this.#loaded.splice(0)) resolve();
    });
  }

  /** @param left the folder that a browser left behind that was killed. By default a new one. */
  static async open(left?: string): Promise<ChromiumPage> {
    const profile = left ?? (await mkdtemp(path.join(os.tmpdir(), "acetate-chromium-")));
    const child = spawn(
      requireChromium(),
      [
        ...chromiumArguments,
        "--headless=new",
        "--disable-gpu",
        "--remote-debugging-port=0",
        `--user-data-dir=${profile}`,
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    let output = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
    const port = await waitFor(
      "Chromium to start",
      () => /DevTools listening on ws:\/\/[^:]+:(\d+)/.exec(output)?.[1],
    );
    const answer = await fetch(`http://127.0.0.1:${port}/json`);
    const target = z
      .array(targetSchema)
      .parse(await answer.json())
      .find(({ type }) => type === "page");
    if (!target) throw new Error("Chromium has no page");
    return ChromiumPage.#attach(child, profile, port, target.webSocketDebuggerUrl);
  }

  static async #attach(
    child: ChildProcess,
    profile: string,
    port: string,
    url: string,
  ): Promise<ChromiumPage> {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await once(socket, "open");
    const page = new ChromiumPage(child, profile, port, socket);
    await page.#send("Page.enable");
    return page;
  }

  /** Another tab of the same browser. It is gone with it. */
  async openTab(): Promise<ChromiumPage> {
    const answer = await fetch(`http://127.0.0.1:${this.#port}/json/new?about:blank`, { method: "PUT" });
    const { webSocketDebuggerUrl } = targetSchema.parse(await answer.json());
    return ChromiumPage.#attach(this.#child, this.#profile, this.#port, webSocketDebuggerUrl);
  }

  /** Ends the tab as a crash would: nothing of the page runs any more. */
  crashTab(): void {
    this.#send("Page.crash").catch(() => {});
  }

  /** Closes the tab as a person does: the page hears of it. */
  closeTab(): void {
    this.#send("Page.close").catch(() => {});
  }

  /** Goes back in the history of the tab, as a person does. */
  async goBack(): Promise<void> {
    const { entries } = await this.#send("Page.getNavigationHistory");
    const history = z.array(z.object({ id: z.int() })).parse(entries);
    await this.#send("Page.navigateToHistoryEntry", { entryId: history.at(-2)?.id });
  }

  /** Ends the browser at once, with all of its tabs. Returns its folder, for another browser. */
  async kill(): Promise<string> {
    this.#socket.close();
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
    return this.#profile;
  }

  /** Ends the browser with all of its tabs. */
  async close(): Promise<void> {
    await this.kill();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Shows an address in a window of this size, and waits until it is loaded. */
  async show(url: string, width: number, height: number): Promise<void> {
    await this.#send("Emulation.setDeviceMetricsOverride", {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: false,
    });
    const loaded = new Promise<void>((resolve) => this.#loaded.push(resolve));
    await this.#send("Page.navigate", { url });
    await loaded;
  }

  /** The window as PNG. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.#send("Page.captureScreenshot", { format: "png" });
    return Buffer.from(z.string().parse(data), "base64");
  }

  /** The value of an expression in the page; promises are awaited. */
  async evaluate(expression: string): Promise<unknown> {
    const answer = await this.#send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    const { result, exceptionDetails } = evaluatedSchema.parse(answer);
    if (exceptionDetails) throw new Error(`In the page: ${exceptionDetails.text} ${JSON.stringify(answer)}`);
    return result.value;
  }

  /** Presses the mouse at the first place, moves it through the others, and lets it go at the last. */
  async drag(...places: [x: number, y: number][]): Promise<void> {
    const [first = [0, 0], last = first] = [places[0], places.at(-1)];
    const act = (type: string, [x, y]: [x: number, y: number]) =>
      this.#send("Input.dispatchMouseEvent", { type, x, y, button: "left", buttons: 1, clickCount: 1 });
    await this.#send("Input.dispatchMouseEvent", { type: "mouseMoved", x: first[0], y: first[1] });
    await act("mousePressed", first);
    for (const place of places.slice(1)) await act("mouseMoved", place);
    await act("mouseReleased", last);
  }

  async click(x: number, y: number): Promise<void> {
    await this.drag([x, y]);
  }

  /** Presses a key, as in `Delete`; with Ctrl, as in `Control+z`. */
  async press(keys: string): Promise<void> {
    const key = keys.split("+").at(-1) ?? keys;
    const modifiers = keys.startsWith("Control+") ? 2 : 0;
    const code = key === "z" ? "KeyZ" : key;
    await this.#send("Input.dispatchKeyEvent", { type: "rawKeyDown", key, code, modifiers });
    await this.#send("Input.dispatchKeyEvent", { type: "keyUp", key, code, modifiers });
  }

  async #send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<z.output<typeof answerSchema>>();
    this.#answers.set(id, resolve);
    this.#socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await promise;
    this.#answers.delete(id);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  }
}
