import path from "node:path";
import { build } from "esbuild";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { toAnnotorious } from "../src/client/annotorious/content.ts";
import { createClient } from "../src/client/index.ts";
import { findChromium } from "../tools/find-chromium.ts";
import { projectRoot, UsageError } from "../tools/project.ts";
import type { Contender, Measurement, Scenario } from "./harness.ts";
import { measureFrames, prepare, type Turn } from "./page/frames.ts";
import { makePhoto } from "./page/make-photo.ts";
import { makeMarks } from "./page/marks.ts";
import { crowdOnPage, strokeToPeer } from "./page/peers.ts";
import { runBench } from "./run-bench.ts";
import { startService } from "./server.ts";

/**
 * `npm run bench:page [-- --rounds 5]`: 2,000 marks on a photo of 12 megapixels in a window of 1400 × 900, in Chromium:
 * what a frame of a pan or zoom costs the main thread, and how long it takes until all is drawn. Beside the photo
 * alone, moved by the same transform, and beside Annotorious with the same marks as its shapes. It counts time on the
 * CPU, so that other programs matter less.
 */

const WINDOW = { width: 1_400, height: 900 };
const OURS = "the page";
const ALONE = "the photo alone";
const RIVAL = "Annotorious";
/** A data set on one sheet: 25 times as many marks as on a busy photo. The service itself has no limit. */
const MANY = 50_000;
/** A browser loads parts of its own when it opens a window. Nobody opens a document in the same second. */
const WINDOW_MS = 1_000;
/** Operations in a batch, and the least of a JPEG's quality that looks like a photo's. */
const BATCH = 500;

const FRAMES = 60;
const back = (turns: readonly Turn[]): Turn[] =>
  turns.map(({ ctrlKey = false, deltaX = 0, deltaY = 0 }) => ({ ctrlKey, deltaX: -deltaX, deltaY: -deltaY }));
const forth = (turn: Turn): Turn[] => Array.from({ length: FRAMES }, () => turn);
const there = (turn: Turn): Turn[] => [...forth(turn), ...back(forth(turn))];

const pan = there({ deltaX: 8, deltaY: 5 });
const zoom = there({ ctrlKey: true, deltaY: -3 });
/** From the fitted photo to about 100 %. */
const zoomIn = Array.from({ length: 5 }, () => ({ ctrlKey: true, deltaY: -29 }));

const types: Record<string, string> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
};

let browser: Browser | undefined;
await runBench((state) => {
  const stage = prepareStage(state);
  return {
    "pan-fitted": async () => frames("Pan, the whole picture", await stage, [], pan),
    "pan-full": async () => frames("Pan at 100 %", await stage, zoomIn, pan),
    zoom: async () => frames("Zoom", await stage, [], zoom),
    open: async () => opening("Open, until everything is drawn", await stage),
    "open-many": async () => openingMany(await stage),
    peer: async () => strokeToPeer(await preparePeers(await stage)),
    crowd: async () => crowdOnPage(await preparePeers(await stage)),
  };
});
await browser?.close();

interface Setting {
  browser: Browser;
  service: URL;
  /** Makes another document with the same photo and the same marks. */
  createDocument: () => Promise<string>;
  /** Addresses by contender. */
  addresses: Readonly<Record<string, string>>;
  /** The same with another number of marks. */
  prepareAddresses: (count: number) => Promise<Setting["addresses"]>;
  open: (address: string) => Promise<{ page: Page; context: BrowserContext; took: number }>;
}

async function prepareStage(state: string): Promise<Setting> {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new UsageError("There is no Chromium: npm run test:browser says how to get it");
  const { url } = await startService(state);
  const opened = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  browser = opened;
  const client = createClient({ url });
  const jpeg = await makePhoto(opened);
  const createDocument = async (count?: number): Promise<string> => {
    const { id } = await client.documents.create({ title: "Bench" });
    await client.documents.uploadImage(id, jpeg);
    const marks = makeMarks(count);
    for (let first = 0; first < marks.length; first += BATCH) {
      const operations = marks
        .slice(first, first + BATCH)
        .map((mark) => ({ op: "create" as const, ...mark }));
      await client.annotations.batch({ document_id: id, operations });
    }
    return id;
  };
  const files = await buildPages();
  const prepareAddresses = async (count?: number): Promise<Setting["addresses"]> => {
    const id = await createDocument(count);
    const shapes: unknown[] = [];
    for await (const annotation of client.annotations.listAll({ document_id: id }))
      shapes.push(toAnnotorious(annotation));
    const marks = `/bench/${id}.json`;
    files.set(marks, JSON.stringify(shapes.filter((shape) => shape !== null)));
    const query = new URLSearchParams({ photo: new URL(client.documents.imageUrl(id)).pathname, marks });
    return {
      [ALONE]: new URL(`/bench/photo-alone.html?${query}`, url).href,
      [RIVAL]: new URL(`/bench/annotorious.html?${query}`, url).href,
      [OURS]: new URL(`/d/${id}`, url).href,
    };
  };
  return {
    browser: opened,
    service: url,
    createDocument,
    prepareAddresses,
    addresses: await prepareAddresses(),
    open: async (address) => {
      const context = await opened.newContext({ viewport: WINDOW, reducedMotion: "reduce" });
      const page = await context.newPage();
      await page.route("**/bench/*", async (route) => {
        const { pathname } = new URL(route.request().url());
        const contentType = types[path.extname(pathname)] ?? "text/html";
        await route.fulfill({ body: files.get(pathname) ?? "", contentType });
      });
      await page.addInitScript(watchTasks);
      await page.waitForTimeout(WINDOW_MS);
      const start = performance.now();
      await page.goto(address);
      await page.locator(".stage[data-drawn]").waitFor({ timeout: 300_000 });
      return { page, context, took: performance.now() - start };
    },
  };
}

/** A document of its own: what people draw there must not slow down the other scenarios. */
async function preparePeers({ browser, service, createDocument, open }: Setting) {
  const documentId = await createDocument();
  const address = new URL(`/d/${documentId}`, service).href;
  return { browser, service, documentId, open: () => open(address) };
}

async function buildPages(): Promise<Map<string, string>> {
  const names = ["photo-alone", "annotorious"];
  const { outputFiles } = await build({
    absWorkingDir: projectRoot,
    entryPoints: names.map((name) => `bench/page/${name}.ts`),
    outdir: "bench",
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
  });
  const files = new Map(outputFiles.map((file) => [`/bench/${path.basename(file.path)}`, file.text]));
  const styles = `body{margin:0}.stage{position:absolute;inset:0;overflow:hidden}
    .layer{position:absolute;left:0;top:0;transform-origin:0 0;will-change:transform}.layer img{display:block;max-width:none}`;
  for (const name of names) {
    const link = files.has(`/bench/${name}.css`) ? `<link rel="stylesheet" href="/bench/${name}.css">` : "";
    const script = `<script type="module" src="/bench/${name}.js"></script>`;
    files.set(`/bench/${name}.html`, `<!doctype html>${link}<style>${styles}</style><body>${script}`);
  }
  return files;
}

function frames(name: string, setting: Setting, before: readonly Turn[], turns: readonly Turn[]): Scenario {
  const contenders = Object.entries(setting.addresses).map(([contender, address]): Contender => ({
    name: contender,
    measure: async (): Promise<Measurement> => {
      const { page, context } = await setting.open(address);
      await prepare(page, before);
      const measured = await measureFrames(setting.browser, page, turns);
      await context.close();
      return measured;
    },
  }));
  return {
    name,
    contenders,
    comparisons: [
      { unit: "ms a frame, p95", of: OURS, to: [ALONE], goal: { atMost: 2 } },
      { unit: "ms a frame, p95", of: OURS, to: [RIVAL] },
      { unit: "ms, longest task", of: OURS, to: [], goal: { atMost: 50 } },
    ],
  };
}

/** In the browser: keeps the time of the longest task. One that is shorter than 50 ms is not told of. */
function watchTasks(): void {
  let longest = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
    document.documentElement.dataset["longestTask"] = String(longest);
  }).observe({ type: "longtask", buffered: true });
}

function opening(name: string, setting: Setting): Scenario {
  const contenders = Object.entries(setting.addresses).map(([contender, address]): Contender => ({
    name: contender,
    measure: async (): Promise<Measurement> => {
      const { page, context, took } = await setting.open(address);
      const longest = await page.evaluate(() => Number(document.documentElement.dataset["longestTask"] ?? 0));
      await context.close();
      return { ms: took, "ms, longest task over 50": longest };
    },
  }));
  return {
    name,
    contenders,
    comparisons: [
      { unit: "ms", of: OURS, to: [], goal: { atMost: 1_000 } },
      { unit: "ms", of: OURS, to: [RIVAL] },
      { unit: "ms, longest task over 50", of: OURS, to: [], goal: { atMost: 50 } },
    ],
  };
}

async function openingMany(setting: Setting): Promise<Scenario> {
  const addresses = await setting.prepareAddresses(MANY);
  const { comparisons, ...scenario } = opening("Open 50,000 marks", { ...setting, addresses });
  return { ...scenario, comparisons: comparisons.map(({ goal: _, ...comparison }) => comparison) };
}
