import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { packClient } from "../../../tools/pack/pack-client.ts";
import { projectRoot } from "../../../tools/project.ts";
import { usePages } from "./use-pages.ts";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};
const pages = usePages({ variables: { ALLOWED_ORIGINS: "*" } });
let dist = "";
let server: Server;
let documentId = "";

/** An application's own server, at another origin: it allows nothing inline, and only its own scripts. */
beforeAll(async () => {
  dist = await mkdtemp(path.join(os.tmpdir(), "acetate-dist-"));
  await packClient(dist);
  documentId = await pages.createDocument("Ground floor");
  const service = pages.service.url.origin;
  const example = await readFile(path.join(projectRoot, "examples/embedded.html"), "utf8");
  expect(example.trimEnd().split("\n")).toHaveLength(12);
  const page = example.replace("http://localhost:8787", service).replace("{document}", documentId);
  const policy = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    // Of the annotator, only its worker and the shaping of text are the page's own files.
    `connect-src 'self' ${service} ${service.replace("http", "ws")}`,
    `img-src ${service} blob:`,
    `font-src ${service}`,
  ].join("; ");
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const headers = {
      "content-type": types[path.extname(pathname)] ?? "text/html; charset=utf-8",
      "content-security-policy": policy,
    };
    if (!pathname.startsWith("/dist/")) return void response.writeHead(200, headers).end(page);
    readFile(path.join(dist, "package", pathname.slice("/dist/".length))).then(
      (content) => response.writeHead(200, headers).end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.close();
  await rm(dist, { recursive: true });
});

it("is at home on a foreign page under a strict policy, with the tools and labels that the page wants", async () => {
  const { port } = server.address() as AddressInfo;
  const page = await pages.open(`http://127.0.0.1:${port}/`);
  await page.getByText("Saved").waitFor();
  const rail = page.getByRole("toolbar", { name: "Tools" });
  // Low as the element is: so few tools stand in one column.
  expect((await rail.boundingBox())?.width).toBeLessThan(60);
  const tools = rail.getByRole("button");
  expect(await tools.evaluateAll((all) => all.map((tool) => tool.getAttribute("aria-label")))).toEqual(
    expect.arrayContaining(["Select", "Move the view", "Box", "Text"]),
  );
  expect(await page.getByRole("button", { name: "Ellipse" }).count()).toBe(0);
  await page.getByRole("button", { name: /\bdoor\b/ }).waitFor();

  await page.evaluate(() => {
    const annotator = document.querySelector("acetate-annotator");
    const heard: string[] = [];
    Object.assign(window, { heard });
    annotator?.addEventListener("change", (event: Event) =>
      heard.push(JSON.stringify((event as CustomEvent).detail)),
    );
  });
  const box = await page.getByRole("application").boundingBox();
  if (!box) throw new Error("there is no stage");
  await page.getByRole("button", { name: "Box", exact: true }).click();
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.4);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.5, { steps: 4 });
  await page.mouse.up();
  await expect
    .poll(() => page.evaluate(() => (window as unknown as { heard: string[] }).heard.at(-1)))
    .toBe('{"marks":1,"unsaved":0}');
  await pages.screenshot(page, "embedded-light");

  await page.evaluate(() => document.querySelector("acetate-annotator")?.toggleAttribute("readonly", true));
  await page.getByText("View only").first().waitFor();
  expect(pages.problems).toEqual([]);
});
