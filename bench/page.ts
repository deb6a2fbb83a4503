import type { Contender, Measurement, Scenario } from "./harness.ts";
import { measureFrames, move, prepare, type Turn, untilSharp } from "./page/frames.ts";
import { crowdOnPage, strokeToPeer } from "./page/peers.ts";
import { ALONE, OURS, prepareSetting, RIVAL, type Setting } from "./page/setting.ts";
import { runBench, type Scenarios } from "./run-bench.ts";

/**
 * `npm run bench:page [-- --rounds 5]`: 2,000 marks on a photo of 12 megapixels in a window of 1400 × 900, in Chromium:
 * what a frame of a pan or zoom costs the main thread, and how long it takes until all is drawn. Beside the photo
 * alone, moved by the same transform, and beside Annotorious with the same marks as its shapes. It counts time on the
 * CPU, so that other programs matter less.
 */

/** A data set on one sheet: 25 times as many marks as on a busy photo. The service itself has no limit. */
const MANY = 50_000;

const FRAMES = 60;
const back = (turns: readonly Turn[]): Turn[] =>
  turns.map(({ ctrlKey = false, deltaX = 0, deltaY = 0 }) => ({ ctrlKey, deltaX: -deltaX, deltaY: -deltaY }));
const forth = (turn: Turn): Turn[] => Array.from({ length: FRAMES }, () => turn);
const there = (turn: Turn): Turn[] => [...forth(turn), ...back(forth(turn))];

const pan = there({ deltaX: 8, deltaY: 5 });
const zoom = there({ ctrlKey: true, deltaY: -3 });
/** From the fitted photo to about 100 %. */
const zoomIn = Array.from({ length: 5 }, () => ({ ctrlKey: true, deltaY: -29 }));

const movements: Record<string, { name: string; before: readonly Turn[]; turns: readonly Turn[] }> = {
  "pan-fitted": { name: "Pan, the whole picture", before: [], turns: pan },
  "pan-full": { name: "Pan at 100 %", before: zoomIn, turns: pan },
  // The photo alone has its file from the beginning: the page loads it at the first zoom.
  zoom: { name: "Zoom", before: zoom, turns: zoom },
};
const DENSE = 2;

let setting: Promise<Setting> | undefined;
await runBench((state) => {
  const ready = (): Promise<Setting> => (setting ??= prepareSetting(state));
  const scenarios: Scenarios = {};
  for (const ratio of [1, DENSE])
    for (const name of Object.keys(movements))
      scenarios[ratio === 1 ? name : `${name}-dense`] = async () => frames(await ready(), name, ratio);
  return {
    ...scenarios,
    sharp: async () => sharpness(await ready(), 1),
    "sharp-dense": async () => sharpness(await ready(), DENSE),
    open: async () => opening("Open, until everything is drawn", await ready()),
    "open-many": async () => openingMany(await ready()),
    peer: async () => strokeToPeer(await preparePeers(await ready())),
    crowd: async () => crowdOnPage(await preparePeers(await ready())),
  };
});
await (await setting)?.browser.close();

/** A document of its own: what people draw there must not slow down the other scenarios. */
async function preparePeers({ browser, service, createDocument, open }: Setting) {
  const documentId = await createDocument();
  const address = new URL(`/d/${documentId}`, service).href;
  return { browser, service, documentId, open: () => open(address) };
}

/** What each contender measures on a page of its own. */
function contenders(
  { addresses, open }: Setting,
  ratio: number,
  measure: (opened: Awaited<ReturnType<Setting["open"]>>) => Promise<Measurement>,
): Contender[] {
  return Object.entries(addresses).map(([name, address]) => ({
    name,
    measure: async () => {
      const opened = await open(address, ratio);
      const measured = await measure(opened);
      await opened.context.close();
      return measured;
    },
  }));
}

function onScreen(name: string, ratio: number): string {
  return ratio === 1 ? name : `${name}, ${ratio} pixels for one of CSS`;
}

function frames(setting: Setting, movement: string, ratio: number): Scenario {
  const { name = "", before = [], turns = [] } = movements[movement] ?? {};
  return {
    name: onScreen(name, ratio),
    contenders: contenders(setting, ratio, async ({ page }) => {
      await prepare(page, before);
      return measureFrames(setting.browser, page, turns);
    }),
    comparisons: [
      { unit: "ms a frame, p50", of: OURS, to: [ALONE] },
      { unit: "ms a frame, p95", of: OURS, to: [ALONE], goal: { atMost: 2 } },
      { unit: "ms a frame, p95", of: OURS, to: [RIVAL] },
      { unit: "ms, longest task", of: OURS, to: [], goal: { atMost: 50 } },
    ],
  };
}

/** How long after a zoom the marks are painted for their scale. */
function sharpness(setting: Setting, ratio: number): Scenario {
  const ours = { ...setting, addresses: { [OURS]: setting.addresses[OURS] ?? "" } };
  return {
    name: onScreen("Until all is sharp after a zoom", ratio),
    contenders: contenders(ours, ratio, async ({ page }) => {
      await prepare(page, [...zoomIn, ...back(zoomIn)]);
      await move(page, zoomIn);
      const atFull = await untilSharp(page);
      await move(page, back(zoomIn));
      return { "ms, at 100 %": atFull, "ms, the whole picture": await untilSharp(page) };
    }),
    comparisons: [],
  };
}

function opening(name: string, setting: Setting): Scenario {
  return {
    name,
    contenders: contenders(setting, 1, async ({ took, longest }) => ({
      ms: took,
      "ms, longest task over 50": longest,
    })),
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
