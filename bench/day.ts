import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { createClient, type Client } from "../src/client/index.ts";
import { findChromium } from "../tools/find-chromium.ts";
import { exitWithError, UsageError } from "../tools/project.ts";
import * as flows from "./day/flows.ts";
import { type Effort, Hands, secondsOf } from "./day/hands.ts";
import { percentile, watchPage } from "./day/measure-page.ts";
import { findWrong, LABELS, makeTask } from "./day/task.ts";
import { makePhoto } from "./page/make-photo.ts";
import { PHOTO } from "./page/marks.ts";
import { startService, stopServers } from "./server.ts";

/**
 * `npm run bench:day [-- --count 200]`: an annotator's day. 200 boxes of many sizes with five labels on a photo, drawn
 * in the annotator by real keys and a real pointer, and counted: keystrokes, presses of the button, the way of the
 * pointer, and the seconds that the keystroke-level model gives them. Beside it the same boxes as CVAT's and Label
 * Studio's documentation has them drawn, counted only. Neither documents a way to draw without a mouse.
 */

const { values } = parseArgs({ options: { count: { type: "string", default: "200" } } });
const COUNT = Number(values.count);
const WINDOW = { width: 1_400, height: 900 };

const state = await mkdtemp(path.join(os.tmpdir(), "acetate-bench-"));
let browser: Browser | undefined;
try {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new UsageError("There is no Chromium: npm run test:browser says how to get it");
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  await run(browser);
} catch (error) {
  exitWithError(error);
} finally {
  await browser?.close();
  await stopServers();
  await rm(state, { recursive: true, force: true, maxRetries: 5 });
}

async function run(browser: Browser): Promise<void> {
  const { url } = await startService(state);
  const client = createClient({ url });
  const photo = await makePhoto(browser);
  const rows: string[] = [];
  let setting: flows.Setting | undefined;
  for (const [name, flow] of [
    ["Acetate, keyboard alone", flows.acetateByKeys],
    ["Acetate, keyboard alone, arrow keys only", flows.acetateByArrows],
    ["Acetate, mouse and keys", flows.acetateByMouse],
  ] as const) {
    const { page, id } = await openPhoto(browser, client, url, photo);
    setting = await readSetting(page);
    const task = makeTask(COUNT, setting);
    const watch = await watchPage(page);
    const hands = new Hands(page, watch.settle);
    await flow(hands, task, setting);
    await watch.settle();
    await page.getByText("Saved").first().waitFor();
    const { drawn, said } = await watch.read();
    const marks = [];
    for await (const mark of client.annotations.listAll({ document_id: id })) marks.push(mark);
    const wrong = findWrong(task, marks, setting.scale);
    if (wrong.length > 0) throw new Error(`${name}: ${wrong.length} boxes are not as wanted: ${wrong[0]}`);
    const ms = [drawn, said].map(
      (times) => `${percentile(times, 0.5).toFixed(0)}/${percentile(times, 0.95).toFixed(0)}`,
    );
    rows.push(describe(name, hands.effort, ms));
    await page.context().close();
  }
  if (!setting) return;
  for (const [name, flow] of [
    ["CVAT", flows.cvatByMouse],
    ["Label Studio, as set up at first", flows.labelStudioByMouse],
    ["Label Studio, label kept", flows.labelStudioKept],
  ] as const) {
    const hands = new Hands(null);
    await flow(hands, makeTask(COUNT, setting), setting);
    rows.push(describe(name, hands.effort, ["", ""]));
  }
  const head =
    "| flow | keystrokes | button | pointer, px | seconds | a box | drawn, ms p50/p95 | said, ms p50/p95 |";
  process.stdout.write(`${head}\n| --- ${"| ---: ".repeat(7)}|\n${rows.join("\n")}\n`);
}

function describe(name: string, effort: Effort, ms: readonly string[]): string {
  const seconds = secondsOf(effort);
  const figures = [effort.keys, effort.buttons, Math.round(effort.travel), Math.round(seconds)];
  return `| ${[name, ...figures.map((each) => each.toLocaleString("en")), (seconds / COUNT).toFixed(1), ...ms].join(" | ")} |`;
}

async function openPhoto(
  browser: Browser,
  client: Client,
  url: URL,
  photo: Blob,
): Promise<{ page: Page; id: string }> {
  const { id } = await client.documents.create({ title: "A day" });
  await client.documents.uploadImage(id, photo);
  const colors = ["#e2271c", "#1f58fb", "#0fa989", "#e28401", "#8324b0"];
  const labels = LABELS.map((name, at) => ({ name, color: colors[at] ?? "#e2271c", key: String(at + 1) }));
  await client.documents.setLabels(id, { labels });
  const page = await (await browser.newContext({ viewport: WINDOW, reducedMotion: "reduce" })).newPage();
  await page.goto(new URL(`/d/${id}`, url).href);
  await page.locator(".stage[data-drawn]").waitFor({ timeout: 60_000 });
  await page.getByText("Saved").first().waitFor();
  await page.locator(".picture").focus();
  return { page, id };
}

/** Where the photo is, fitted to the window. */
async function readSetting(page: Page): Promise<flows.Setting> {
  const box = await page.locator(".picture").boundingBox();
  if (!box) throw new Error("There is no picture");
  return { left: box.x, top: box.y, scale: box.width / PHOTO.width, ...PHOTO };
}
