import { once } from "node:events";
import { createServer, type Server } from "node:http";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { projectRoot } from "../../tools/project.ts";
import { Api } from "../e2e/support/api.ts";
import { makeStateFolder, Service } from "../e2e/support/service.ts";
import { waitFor } from "../e2e/support/wait-for.ts";
import { ChromiumPage } from "./chromium.ts";

const state = await makeStateFolder();
let service: Service;
let page: ChromiumPage;
let server: Server;
let origin: string;

/** What each tab runs: `open` opens the document, in a tab without a network if so wanted. */
const script = `
import { connect } from "./src/client/index.ts";
class NeverSocket extends EventTarget { readyState = 0; send() {} close() {} }
class CountingSocket extends WebSocket {
  send(text) { sent += text.split("annotation.create").length - 1; super.send(text); }
}
globalThis.sent = 0;
globalThis.gathered = null;
const content = { load() {}, receive() {}, flush() { if (gathered) room.sendContent(gathered); gathered = null; } };
globalThis.open = (url, id, isOffline) => {
  globalThis.room = connect(url, id, { actorId: "ann", content, WebSocket: isOffline ? NeverSocket : CountingSocket });
};
globalThis.nextTask = () => new Promise((resolve) => setTimeout(resolve));
globalThis.draw = (text) => {
  room.annotations.create({ type: "point", geometry: { x: 1, y: 2 }, text });
};
globalThis.texts = () => room.annotations.value.map(({ text }) => text).join();
globalThis.countKept = () => new Promise((resolve, reject) => {
  const request = indexedDB.open("acetate", 1);
  request.onerror = reject;
  request.onsuccess = () => {
    const counting = request.result.transaction("outbox").objectStore("outbox").count();
    counting.onsuccess = () => { request.result.close(); resolve(counting.result); };
  };
});
`;

beforeAll(async () => {
  const bundle = await build({
    stdin: { contents: script, resolveDir: projectRoot, sourcefile: path.join(projectRoot, "tab.ts") },
    bundle: true,
    format: "esm",
    write: false,
  });
  const html = `<!doctype html><title>Tab</title><script type="module">${bundle.outputFiles[0]?.text ?? ""}</script>`;
  server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end(html);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${z.object({ port: z.int() }).parse(server.address()).port}`;
  service = await Service.start({ command: "serve", databaseUrl: state.url });
  page = await ChromiumPage.open();
});
afterAll(async () => {
  await page.close();
  server.close();
  await service.stop();
  await state.remove();
});

async function openDocument(tab: ChromiumPage, id: string, isOffline = false): Promise<void> {
  await tab.show(`${origin}/`, 300, 200);
  await untilIs(tab, "'draw' in globalThis", true);
  await tab.evaluate(`open(${JSON.stringify(service.url.href)}, ${JSON.stringify(id)}, ${isOffline})`);
}

function untilIs(tab: ChromiumPage, expression: string, wanted: unknown): Promise<true> {
  return waitFor(`${expression} to be ${String(wanted)}`, async () => {
    return (await tab.evaluate(expression)) === wanted ? true : undefined;
  });
}

it("a page that goes away leaves all edits to the next one, however early that is", async () => {
  const { id } = await new Api(service.url).createDocument();
  const args = [service.url.href, id, true].map((value) => JSON.stringify(value)).join();
  await openDocument(page, id, true);
  await page.evaluate(`draw("one")`);
  await untilIs(page, "countKept()", 1);
  // Begun before the event is over, while the store is still at work.
  const begun = await page.evaluate(`(async () => {
    draw("two");
    await nextTask();
    draw("three");
    gathered = new Uint8Array([1, 2, 3]);
    const { put } = IDBObjectStore.prototype;
    let begun = "";
    IDBObjectStore.prototype.put = function (operation) {
      begun += operation.message.annotation?.text ?? operation.message.type;
      return put.call(this, operation);
    };
    dispatchEvent(new PageTransitionEvent("pagehide"));
    IDBObjectStore.prototype.put = put;
    return begun;
  })()`);
  expect(begun).toBe("threeupdate");

  const texts = ["one", "two", "three"];
  for (let round = 0; round < 5; round++) {
    await page.evaluate(`{
      draw("first ${round}");
      nextTask().then(() => { draw("last ${round}"); location.reload(); });
      0;
    }`);
    await waitFor("the page to be reloaded", async () => {
      // In between there is no page that could answer.
      const isNew = page.evaluate("globalThis.room === undefined && 'draw' in globalThis");
      return (await isNew.catch(() => false)) === true ? true : undefined;
    });
    await page.evaluate(`open(${args})`);
    texts.push(`first ${round}`, `last ${round}`);
    await untilIs(page, "texts()", texts.join());
  }
  const closing = await page.openTab();
  await openDocument(closing, id, true);
  await closing.evaluate(`draw("first")`);
  await untilIs(page, "countKept()", texts.length + 2);
  await closing.evaluate(`(async () => { draw("second"); await nextTask(); draw("third"); })()`);
  closing.closeTab();
  await untilIs(page, "texts()", [...texts, "first", "second", "third"].join());
  await openDocument(page, id);
  await untilIs(page, "countKept()", 0);
  await untilIs(page, "room.unsaved.value", 0);
  expect(await page.evaluate("texts()")).toBe([...texts, "first", "second", "third"].join());
});

it("a page that is hidden and shown again sends nothing twice, and connects again", async () => {
  const { id } = await new Api(service.url).createDocument();
  await openDocument(page, id);
  await untilIs(page, "room.status.value.state", "live");
  await page.evaluate(`(async () => {
    draw("before");
    await nextTask();
    draw("gone");
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  })()`);
  await untilIs(page, "room.unsaved.value", 0);
  expect(await page.evaluate("sent")).toBe(2);
  await untilIs(page, "countKept()", 0);
  // A browser ends the connections of a page that it freezes.
  await page.evaluate(`{
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    dispatchEvent(new Event("offline"));
    draw("hidden");
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  }`);
  await untilIs(page, "room.status.value.state", "live");
  await untilIs(page, "room.unsaved.value", 0);
  expect(await page.evaluate("sent")).toBe(3);
  expect(await page.evaluate("texts()")).toBe("before,gone,hidden");
});

it("a tab that crashes leaves its changes to one that lives, and a reload to itself", async () => {
  const { id } = await new Api(service.url).createDocument();
  const living = await page.openTab();
  await openDocument(living, id);
  await untilIs(living, "room.status.value.state", "live");
  await openDocument(page, id, true);
  await page.evaluate('draw("crashed")');
  await untilIs(page, "countKept()", 1);
  // It is another tab's as long as that lives.
  expect(await living.evaluate("texts()")).toBe("");
  page.crashTab();
  await untilIs(living, "texts()", "crashed");
  await untilIs(living, "room.unsaved.value", 0);
  await untilIs(living, "countKept()", 0);

  await openDocument(living, id, true);
  await living.evaluate('draw("reloaded")');
  await untilIs(living, "countKept()", 1);
  await openDocument(living, id);
  await untilIs(living, "texts()", "crashed,reloaded");
  await untilIs(living, "room.unsaved.value", 0);
});
