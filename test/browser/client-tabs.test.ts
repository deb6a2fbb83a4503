import { once } from "node:events";
import { createServer, type Server } from "node:http";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { projectRoot } from "../../tools/project.ts";
import { useSharedService } from "../client/support/service.ts";
import { waitFor } from "../e2e/support/wait-for.ts";
import { ChromiumPage } from "./chromium.ts";

/** How often a page ends in each way. More find what is rare: `ROUNDS=200 npm run test:browser`. */
const ROUNDS = Number(process.env["ROUNDS"] ?? 3);
const service = useSharedService();
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
globalThis.addFrame = async () => {
  const frame = document.createElement("iframe");
  frame.src = "/";
  document.body.append(frame);
  while (!frame.contentWindow.draw) await nextTask();
  return frame;
};
addEventListener("pageshow", ({ persisted }) => { globalThis.isBack = persisted; });
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
  page = await ChromiumPage.open();
});
afterAll(async () => {
  await page.close();
  server.close();
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

/** Also while a tab goes from one page to another: in between there is none that could answer. */
function untilTrue(tab: ChromiumPage, expression: string): Promise<true> {
  return waitFor(expression, async () => {
    return (await tab.evaluate(expression).catch(() => false)) === true ? true : undefined;
  });
}

it("a page that goes away leaves all edits to the next one, however early that is", async () => {
  const { id } = await service.api.createDocument();
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
    await untilTrue(page, "globalThis.room === undefined && 'draw' in globalThis");
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
  const { id } = await service.api.createDocument();
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
  const { id } = await service.api.createDocument();
  const living = await page.openTab();
  await openDocument(living, id);
  await untilIs(living, "room.status.value.state", "live");
  const locksOf = "navigator.locks.query().then(({ held }) => held.length)";
  await page.show(`${origin}/`, 300, 200);
  await untilIs(living, locksOf, 1);
  await openDocument(page, id, true);
  // A tab is known to live once it holds its lock, which takes a moment.
  await untilIs(page, locksOf, 2);
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

it("a frame that is removed leaves all edits, before and while the store works", async () => {
  const { id } = await service.api.createDocument();
  const args = [service.url.href, id, true].map((value) => JSON.stringify(value)).join();
  const tab = await page.openTab();
  await openDocument(tab, id, true);
  const texts: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await tab.evaluate(`(async () => {
      const early = await addFrame();
      early.contentWindow.open(${args});
      early.contentWindow.draw("early ${round}");
      early.remove();
      const busy = await addFrame();
      busy.contentWindow.open(${args});
      busy.contentWindow.draw("one ${round}");
      while (await countKept() < ${texts.length + 2}) await nextTask();
      busy.contentWindow.draw("two ${round}");
      await busy.contentWindow.nextTask();
      busy.contentWindow.draw("three ${round}");
      busy.remove();
    })()`);
    texts.push(`early ${round}`, `one ${round}`, `two ${round}`, `three ${round}`);
    await untilIs(tab, "texts().split(',').length", texts.length);
  }
  expect(
    String(await tab.evaluate("texts()"))
      .split(",")
      .toSorted(),
  ).toEqual(texts.toSorted());
  await openDocument(tab, id);
  await untilIs(tab, "texts().split(',').length", texts.length);
  await untilIs(tab, "room.unsaved.value", 0);
  await untilIs(tab, "countKept()", 0);
  await untilIs(tab, "Object.keys(localStorage).length", 0);
  expect(await tab.evaluate("room.annotations.value.length")).toBe(texts.length);
  tab.closeTab();
});

it("a tab that is closed, left or crashes in its first moments leaves its edits to one that lives", async () => {
  const { id } = await service.api.createDocument();
  const living = await page.openTab();
  await openDocument(living, id, true);
  const texts: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const end of ["close", "crash", "leave"]) {
      const tab = await page.openTab();
      await tab.show(`${origin}/`, 300, 200);
      await untilIs(tab, "'draw' in globalThis", true);
      const [one, two] = [`one ${end} ${round}`, `two ${end} ${round}`];
      const leaving = end === "leave" ? 'location.href = "about:blank"' : "0";
      await tab.evaluate(`{
        open(${JSON.stringify(service.url.href)}, ${JSON.stringify(id)}, true);
        draw("${one}");
        draw("${two}");
        ${leaving};
      }`);
      if (end === "leave") await untilTrue(tab, "location.href === 'about:blank'");
      if (end === "crash") tab.crashTab();
      else tab.closeTab();
      texts.push(one, two);
      await untilIs(living, "texts()", texts.join());
    }
  }
  await openDocument(living, id);
  await untilIs(living, "texts()", texts.join());
  await untilIs(living, "room.unsaved.value", 0);
  expect(await living.evaluate("sent")).toBe(texts.length);
  living.closeTab();
});

it("a page that comes back as it was goes on, and sends nothing twice", async () => {
  const { id, tab } = await openKeptPage();
  await tab.evaluate(`draw("after")`);
  expect(await tab.evaluate("texts()")).toBe("before,last,after");
  await openDocument(tab, id);
  await untilIs(tab, "texts()", "before,last,after");
  await untilIs(tab, "room.unsaved.value", 0);
  expect(await tab.evaluate("sent")).toBe(3);
  tab.closeTab();
});

/**
 * A page that was left in the middle of its work and has come back as it was. Whether Chromium keeps a page is its own
 * decision, and work that is on its way into IndexedDB is a reason not to: so it gets some tries.
 */
async function openKeptPage(): Promise<{ id: string; tab: ChromiumPage }> {
  for (let attempt = 1; attempt <= 10; attempt++) {
    const { id } = await service.api.createDocument();
    const tab = await page.openTab();
    await openDocument(tab, id, true);
    await tab.evaluate(
      `{ draw("before"); nextTask().then(() => { draw("last"); location.href = "about:blank"; }); 0; }`,
    );
    await untilTrue(tab, "location.href === 'about:blank'");
    await tab.goBack();
    await untilTrue(tab, "'draw' in globalThis && globalThis.isBack !== undefined");
    if ((await tab.evaluate("globalThis.isBack")) === true) return { id, tab };
    tab.closeTab();
  }
  throw new Error("Chromium kept no page in ten tries");
}

it("a browser that is killed leaves what IndexedDB had", async () => {
  const { id } = await service.api.createDocument();
  const killed = await ChromiumPage.open();
  await openDocument(killed, id, true);
  await killed.evaluate(`draw("kept")`);
  await untilIs(killed, "countKept()", 1);
  await untilIs(killed, "Object.keys(localStorage).length", 0);
  const next = await ChromiumPage.open(await killed.kill());
  try {
    await openDocument(next, id);
    await untilIs(next, "texts()", "kept");
    await untilIs(next, "room.unsaved.value", 0);
  } finally {
    await next.close();
  }
});
