import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { projectRoot } from "../../tools/project.ts";
import type { Scenario } from "../harness.ts";
import { measureTime } from "./frames.ts";
import { measureStroke } from "./stroke-to-peer.ts";

/** People who are there together: what one does on the screen of another, and what many do to the frames of one. */

interface PeersSetting {
  browser: Browser;
  service: URL;
  documentId: string;
  open: () => Promise<{ page: Page; context: BrowserContext }>;
}

const OURS = "the page";
/** People beside the one whose page is measured. */
const CROWD = 19;
const MEASURED_MS = 8_000;
/** Places of the pointer in a stroke, and stage pixels from one to the next. */
const MOVES = 90;
const STEP = 5;

export function strokeToPeer({ open }: PeersSetting): Scenario {
  return {
    name: "From one person's pointer to another's screen",
    contenders: [
      {
        name: OURS,
        measure: async () => {
          const [drawer, peer] = [await open(), await open()];
          await chooseFreehand(drawer.page);
          const measured = await measureStroke(drawer.page, peer.page);
          await Promise.all([drawer.context.close(), peer.context.close()]);
          return measured;
        },
      },
    ],
    comparisons: [
      { unit: "ms to the peer's screen, while drawing", of: OURS, to: [], goal: { atMost: 100 } },
      { unit: "ms to the peer's screen, the finished mark", of: OURS, to: [], goal: { atMost: 100 } },
    ],
  };
}

export function crowdOnPage({ browser, service, documentId, open }: PeersSetting): Scenario {
  return {
    name: `${CROWD + 1} people draw at once`,
    contenders: [
      {
        name: OURS,
        measure: async () => {
          const { page, context } = await open();
          await chooseFreehand(page);
          const crowd = await startCrowd(service, documentId);
          try {
            const measuring = measureTime(browser, page, MEASURED_MS);
            await drawFor(page, MEASURED_MS);
            return await measuring;
          } finally {
            crowd.kill();
            await context.close();
          }
        },
      },
    ],
    comparisons: [
      { unit: "ms from frame to frame, p95", of: OURS, to: [], goal: { atMost: 1_000 / 30 } },
      { unit: "ms a frame, p95", of: OURS, to: [], goal: { atMost: 1_000 / 30 } },
      { unit: "ms, longest task", of: OURS, to: [] },
    ],
    warmUp: false,
  };
}

async function startCrowd(service: URL, documentId: string) {
  const file = path.join(projectRoot, "bench/page/crowd.ts");
  const child = spawn(process.execPath, [file, service.href, documentId, String(CROWD)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

async function chooseFreehand(page: Page): Promise<void> {
  await page.locator(".picture").focus();
  await page.keyboard.press("f");
}

/** Draws one stroke after the other, as fast as a hand. */
async function drawFor(page: Page, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    await page.mouse.move(350, 250);
    await page.mouse.down();
    for (let move = 1; move <= MOVES && performance.now() < end; move++) {
      await page.mouse.move(350 + move * STEP, 250 + 3 * move + Math.round(80 * Math.sin(move / 10)));
      await page.waitForTimeout(14);
    }
    await page.mouse.up();
  }
}
