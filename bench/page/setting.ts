import path from "node:path";
import { build } from "esbuild";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { toAnnotorious } from "../../src/client/annotorious/content.ts";
import { createClient } from "../../src/client/index.ts";
import { findChromium } from "../../tools/find-chromium.ts";
import { projectRoot, UsageError } from "../../tools/project.ts";
import { startService } from "../server.ts";
import { makeMarks, PHOTO } from "./marks.ts";

/** The contenders as pages: the annotator, the photo alone, and Annotorious with the same marks as its shapes. */

const WINDOW = { width: 1_400, height: 900 };
/** Operations in a batch. */
const BATCH = 500;

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
  /** Milliseconds until everything was drawn. */
  took: number;
}

export interface Setting {
  browser: Browser;
  /** Addresses by contender. */
  addresses: Readonly<Record<string, string>>;
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
  const { id } = await client.documents.create({ title: "Bench" });
  await client.documents.uploadImage(id, await makePhoto(browser));
  const marks = makeMarks();
  for (let first = 0; first < marks.length; first += BATCH) {
    const operations = marks.slice(first, first + BATCH).map((mark) => ({ op: "create" as const, ...mark }));
    await client.annotations.batch({ document_id: id, operations });
  }
  const files = await buildPages();
  const shapes: unknown[] = [];
  for await (const annotation of client.annotations.listAll({ document_id: id }))
    shapes.push(toAnnotorious(annotation));
  files.set("/bench/marks.json", JSON.stringify(shapes.filter((shape) => shape !== null)));
  const photo = new URL(client.documents.imageUrl(id)).pathname;
  const query = new URLSearchParams({ photo, marks: "/bench/marks.json" });
  return {
    browser,
    addresses: {
      [ALONE]: new URL(`/bench/photo-alone.html?${query}`, url).href,
      [RIVAL]: new URL(`/bench/annotorious.html?${query}`, url).href,
      [OURS]: new URL(`/d/${id}`, url).href,
    },
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
      const start = performance.now();
      await page.goto(address);
      await page.locator(".stage[data-drawn]").waitFor({ timeout: 60_000 });
      return { page, context, took: performance.now() - start };
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

/** A JPEG with light, shade and grain. */
async function makePhoto(browser: Browser): Promise<Blob> {
  const page = await browser.newPage();
  const file = await page.evaluate(async ({ width, height }) => {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    if (!context) throw new Error("There is no canvas");
    const pixels = context.createImageData(width, height);
    for (let at = 0; at < width * height; at++) {
      const [x, y] = [at % width, Math.floor(at / width)];
      const light = 128 + 70 * Math.sin(x / 230) * Math.cos(y / 170) + ((x * 7 + y * 13) % 17);
      pixels.data.set([light, light * 0.9, 255 - light, 255], at * 4);
    }
    context.putImageData(pixels, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
    let text = "";
    for (const byte of new Uint8Array(await blob.arrayBuffer())) text += String.fromCharCode(byte);
    return btoa(text);
  }, PHOTO);
  await page.close();
  return new Blob([Buffer.from(file, "base64")], { type: "image/jpeg" });
}
