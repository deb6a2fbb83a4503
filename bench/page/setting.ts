import path from "node:path";
import { build } from "esbuild";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { toAnnotorious } from "../../src/client/annotorious/content.ts";
import { createClient } from "../../src/client/index.ts";
import { findChromium } from "../../tools/find-chromium.ts";
import { projectRoot, UsageError } from "../../tools/project.ts";
import { startService } from "../server.ts";
import { makePhoto } from "./make-photo.ts";
import { makeMarks } from "./marks.ts";

/** The contenders as pages: the annotator, the photo alone, and Annotorious with the same marks as its shapes. */

const WINDOW = { width: 1_400, height: 900 };
/** Operations in a batch. */
const BATCH = 500;
/** A browser loads parts of its own when it opens a window. Nobody opens a document in the same second. */
const WINDOW_MS = 1_000;

const types: Record<string, string> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
};

export const OURS = "the page";
export const ALONE = "the photo alone";
export const RIVAL = "Annotorious";

export interface Opened {
  page: Page;
  context: BrowserContext;
  /** Milliseconds from the start of the navigation until everything was drawn, by the page's own clock. */
  took: number;
  /** Milliseconds of the longest task meanwhile; 0: none took over 50. */
  longest: number;
}

export interface Setting {
  browser: Browser;
  service: URL;
  /** Makes another document with the same photo and the same marks. */
  createDocument: () => Promise<string>;
  /** Addresses by contender. */
  addresses: Readonly<Record<string, string>>;
  /** The same with another number of marks. */
  prepareAddresses: (count: number) => Promise<Setting["addresses"]>;
  /** @param ratio pixels of the screen for one of CSS */
  open: (address: string, ratio?: number) => Promise<Opened>;
}

/** Starts the service and Chromium, with a photo that has all marks. */
export async function prepareSetting(state: string): Promise<Setting> {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new UsageError("There is no Chromium: npm run test:browser says how to get it");
  const { url } = await startService(state);
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const client = createClient({ url });
  const jpeg = await makePhoto(browser);
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
    browser,
    service: url,
    createDocument,
    prepareAddresses,
    addresses: await prepareAddresses(),
    open: async (address, ratio = 1) => {
      const context = await browser.newContext({
        viewport: WINDOW,
        deviceScaleFactor: ratio,
        reducedMotion: "reduce",
      });
      const page = await context.newPage();
      await page.route("**/bench/*", async (route) => {
        const { pathname } = new URL(route.request().url());
        const contentType = types[path.extname(pathname)] ?? "text/html";
        await route.fulfill({ body: files.get(pathname) ?? "", contentType });
      });
      await page.addInitScript(watchTasks);
      await page.addInitScript(watchDrawn);
      await page.waitForTimeout(WINDOW_MS);
      await page.goto(address);
      await page.locator("html[data-drawn-at]").waitFor({ state: "attached", timeout: 300_000 });
      const { took, longest } = await page.evaluate(() => {
        const { drawnAt, longestTask = 0 } = document.documentElement.dataset;
        return { took: Number(drawnAt), longest: Number(longestTask) };
      });
      return { page, context, took, longest };
    },
  };
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

/** In the browser: keeps the time of the longest task. One that is shorter than 50 ms is not told of. */
function watchTasks(): void {
  let longest = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
    document.documentElement.dataset["longestTask"] = String(longest);
  }).observe({ type: "longtask", buffered: true });
}

/** In the browser: keeps the time of the first frame in which everything is drawn. To ask from outside comes later. */
function watchDrawn(): void {
  const look = (): void => {
    const root = document.querySelector("acetate-annotator")?.shadowRoot ?? document;
    if (root.querySelector(".stage[data-drawn]"))
      document.documentElement.dataset["drawnAt"] = String(performance.now());
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
