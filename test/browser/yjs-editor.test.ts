import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, it } from "vitest";
import { projectRoot } from "../../tools/project.ts";
import { useService } from "../client/support/service.ts";
import { waitFor } from "../e2e/support/wait-for.ts";
import { ChromiumPage } from "./chromium.ts";

const folder = path.join(projectRoot, "examples/yjs-editor");
const service = useService();
let server: Server;
const pages: ChromiumPage[] = [];

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [path.join(folder, "editor.js")],
    bundle: true,
    format: "esm",
    outdir: folder,
    write: false,
  });
  const files = new Map(outputFiles.map((file) => [`/${path.basename(file.path)}`, file.text]));
  files.set("/index.html", await readFile(path.join(folder, "index.html"), "utf8"));
  const types: Record<string, string> = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
  };
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const text = files.get(pathname);
    response.writeHead(text === undefined ? 404 : 200, {
      "content-type": types[path.extname(pathname)] ?? "text/plain",
    });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  for (const page of pages) await page.close();
  server.close();
});

/** Opens the editor in a window, as one person. */
async function openEditor(documentId: string, name: string): Promise<ChromiumPage> {
  const page = await ChromiumPage.open();
  pages.push(page);
  const query = new URLSearchParams({ service: service.url.origin, document: documentId, name });
  const { port } = server.address() as AddressInfo;
  await page.show(`http://127.0.0.1:${port}/index.html?${query}`, 600, 400);
  return page;
}

/** Types at the end of the text, as a keyboard does. */
function type(page: ChromiumPage, text: string): Promise<unknown> {
  return page.evaluate(`{
    const editor = document.querySelector(".ql-editor");
    editor.focus();
    getSelection().selectAllChildren(editor.lastElementChild);
    getSelection().collapseToEnd();
    document.execCommand("insertText", false, ${JSON.stringify(text)});
  }`);
}

const read = (page: ChromiumPage): Promise<unknown> =>
  page.evaluate(`document.querySelector(".ql-editor").innerText.trim()`);

async function untilText(text: string, ...windows: readonly ChromiumPage[]): Promise<void> {
  for (const page of windows) {
    let last: unknown;
    await waitFor(`the text ${text}`, async () =>
      (last = await read(page)) === text ? true : undefined,
    ).catch(async (error: unknown) => {
      const status = await page.evaluate(`document.querySelector("#status").textContent`);
      throw new Error(`The text is ${JSON.stringify(last)} (${String(status)})`, { cause: error });
    });
  }
}

async function untilStatus(page: ChromiumPage, status: string): Promise<void> {
  const expression = `document.querySelector("#status").textContent`;
  await waitFor(`the status ${status}`, async () =>
    (await page.evaluate(expression)) === status ? true : undefined,
  );
}

it("is a text that two people write, with their cursors, and outlives a dead service and a reload", async () => {
  const { id } = await service.api.createDocument();
  const [ann, bob] = [await openEditor(id, "Ann"), await openEditor(id, "Bob")];
  await untilStatus(ann, "connected");
  await untilStatus(bob, "connected");
  await type(ann, "Hello");
  await untilText("Hello", ann, bob);
  await type(bob, ", Ann");
  await untilText("Hello, Ann", ann, bob);
  const cursors = `[...document.querySelectorAll(".ql-cursor-name")].map((name) => name.textContent).join()`;
  await waitFor("Bob's cursor", async () => ((await ann.evaluate(cursors)) === "Bob" ? true : undefined));

  await service.crash();
  await type(ann, "!");
  await type(ann, "?");
  // The last one still waits for more to go with it. The browser's database is all that is left of them.
  await ann.evaluate(`(location.reload(), true)`);
  await service.start();
  await untilText("Hello, Ann!?", ann, bob);
  await untilStatus(ann, "connected");

  await bob.close();
  pages.splice(pages.indexOf(bob), 1);
  await waitFor("no cursor of Bob", async () => ((await ann.evaluate(cursors)) === "" ? true : undefined));
});
