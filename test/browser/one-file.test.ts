import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, it } from "vitest";
import { packClient } from "../../tools/pack/pack-client.ts";
import { projectRoot } from "../../tools/project.ts";
import { useSharedService } from "../client/support/service.ts";
import { waitFor } from "../e2e/support/wait-for.ts";
import { ChromiumPage } from "./chromium.ts";

const service = useSharedService();
const pages: ChromiumPage[] = [];
let dist = "";
let server: Server;

/** Any static server would do. */
beforeAll(async () => {
  dist = await mkdtemp(path.join(os.tmpdir(), "acetate-dist-"));
  await packClient(dist);
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const file = pathname.startsWith("/dist/")
      ? path.join(dist, pathname.slice("/dist/".length))
      : path.join(projectRoot, pathname);
    readFile(file).then(
      (content) => {
        const type = file.endsWith(".html") ? "text/html" : "text/javascript";
        response.writeHead(200, { "content-type": type }).end(content);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  for (const page of pages) await page.close();
  server.close();
  await rm(dist, { recursive: true });
});

async function openPage(documentId: string, name: string): Promise<ChromiumPage> {
  const page = await ChromiumPage.open();
  pages.push(page);
  const query = new URLSearchParams({ service: service.url.origin, document: documentId, name });
  const { port } = server.address() as AddressInfo;
  await page.show(`http://127.0.0.1:${port}/examples/one-file.html?${query}`, 1000, 700);
  await untilIs(page, `document.querySelector("#status").value`, "live, 0 unsaved");
  return page;
}

async function untilIs(page: ChromiumPage, expression: string, value: unknown): Promise<void> {
  await waitFor(`${expression} to be ${String(value)}`, async () =>
    (await page.evaluate(expression)) === value ? true : undefined,
  );
}

/** Drags over the sheet, in pixels of the window. */
function drag(page: ChromiumPage, from: [number, number], to: [number, number]): Promise<unknown> {
  return page.evaluate(`{
    const sheet = document.querySelector("svg");
    const send = (type, [clientX, clientY]) =>
      sheet.dispatchEvent(new PointerEvent(type, { clientX, clientY, pointerId: 1, bubbles: true }));
    sheet.setPointerCapture = () => {};
    send("pointerdown", ${JSON.stringify(from)});
    send("pointermove", ${JSON.stringify([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2])});
    send("pointermove", ${JSON.stringify(to)});
    send("pointerup", ${JSON.stringify(to)});
    true;
  }`);
}

const boxes = `document.querySelectorAll("#boxes rect").length`;

it("draws boxes that others see, with cursors, undo and a picture", async () => {
  const { id } = await service.api.createDocument();
  const [ann, bob] = [await openPage(id, "Ann"), await openPage(id, "Bob")];
  await drag(ann, [200, 200], [400, 300]);
  await untilIs(bob, boxes, 1);
  await untilIs(bob, `document.querySelector("#cursors").textContent`, "▲ Ann");
  const width = `document.querySelector("#boxes rect").getAttribute("width")`;
  await untilIs(bob, width, await ann.evaluate(width));

  await ann.evaluate(`document.querySelector("#undo").click(), true`);
  await untilIs(bob, boxes, 0);
  await ann.evaluate(`document.querySelector("#redo").click(), true`);
  await untilIs(bob, boxes, 1);

  await bob.evaluate(`{
    const { left, top } = document.querySelector("#boxes rect").getBoundingClientRect();
    const at = { clientX: left + 5, clientY: top + 5, bubbles: true };
    document.querySelector("svg").dispatchEvent(new MouseEvent("dblclick", at));
    true;
  }`);
  await untilIs(ann, boxes, 0);
  await untilIs(ann, `document.querySelector("#status").value`, "live, 0 unsaved");
});
