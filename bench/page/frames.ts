import type { Browser, Page } from "playwright-core";
import type { Measurement } from "../harness.ts";

/** What one frame costs the main thread, from Chromium's own trace. */

/** A step of a movement: what the wheel says in one frame. */
export interface Turn {
  ctrlKey?: boolean;
  deltaX?: number;
  deltaY?: number;
}

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Microseconds: when, how long, and how long on a CPU. */
  ts: number;
  dur?: number;
  tdur?: number;
}

const MARK = "bench-frame";

/** Turns the wheel once a frame. */
export async function move(page: Page, turns: readonly Turn[]): Promise<void> {
  await page.evaluate(
    async ({ turns, name }) => {
      const root = document.querySelector("acetate-annotator")?.shadowRoot ?? document;
      const stage = root.querySelector(".stage");
      const more = { clientX: 560, clientY: 430, bubbles: true, composed: true, cancelable: true };
      for (const turn of turns) {
        await new Promise(requestAnimationFrame);
        performance.mark(name);
        stage?.dispatchEvent(new WheelEvent("wheel", { ...turn, ...more }));
      }
      await new Promise(requestAnimationFrame);
      performance.mark(name);
    },
    { turns, name: MARK },
  );
}

/** Moves without measuring, and lets everything come to rest. */
export async function prepare(page: Page, turns: readonly Turn[]): Promise<void> {
  await move(page, turns);
  await page.waitForTimeout(1_000);
}

/** Milliseconds from now until the page says that everything is drawn as it is. */
export async function untilSharp(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const start = performance.now();
    const stage = document.querySelector("acetate-annotator")?.shadowRoot?.querySelector(".stage");
    while (stage?.hasAttribute("data-drawn") === false) await new Promise(requestAnimationFrame);
    return performance.now() - start;
  });
}

export async function measureFrames(
  browser: Browser,
  page: Page,
  turns: readonly Turn[],
): Promise<Measurement> {
  return readTrace(await trace(browser, page, () => move(page, turns)));
}

/** What each frame costs while something else goes on in the page, and how long it is until the next one. */
export async function measureTime(browser: Browser, page: Page, ms: number): Promise<Measurement> {
  const events = await trace(browser, page, () =>
    page.evaluate(
      async ({ ms, name }) => {
        const end = performance.now() + ms;
        while (performance.now() < end) {
          await new Promise(requestAnimationFrame);
          performance.mark(name);
        }
      },
      { ms, name: MARK },
    ),
  );
  const starts = findMarks(events).map(({ ts }) => ts / 1_000);
  const gaps = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
  return {
    ...readTrace(events),
    "ms from frame to frame, p50": partOf(gaps, 0.5),
    "ms from frame to frame, p95": partOf(gaps, 0.95),
    "ms from frame to frame, longest": Math.max(...gaps),
  };
}

async function trace(browser: Browser, page: Page, run: () => Promise<void>): Promise<TraceEvent[]> {
  await browser.startTracing(page, {
    categories: ["toplevel", "disabled-by-default-devtools.timeline", "blink.user_timing"],
  });
  await run();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  return trace.traceEvents;
}

function findMarks(events: readonly TraceEvent[]): TraceEvent[] {
  return events.filter(({ name }) => name === MARK).toSorted((a, b) => a.ts - b.ts);
}

function partOf(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
}

function readTrace(events: readonly TraceEvent[]): Measurement {
  const marks = findMarks(events);
  const [first] = marks;
  if (!first) throw new Error("The trace has no frames");
  const tasks = events.filter(
    ({ name, pid, tid }) => name === "RunTask" && pid === first.pid && tid === first.tid,
  );
  const costs = marks.slice(1).map((end, index) => {
    const start = marks[index]?.ts ?? 0;
    const inside = tasks.filter(({ ts }) => ts >= start && ts < end.ts);
    return inside.reduce((sum, { tdur = 0 }) => sum + tdur, 0) / 1_000;
  });
  const last = marks.at(-1)?.ts ?? 0;
  const longest = Math.max(
    ...tasks.filter(({ ts }) => ts >= first.ts && ts <= last).map(({ tdur = 0 }) => tdur),
  );
  return {
    "ms a frame, p50": partOf(costs, 0.5),
    "ms a frame, p95": partOf(costs, 0.95),
    "ms, longest task": longest / 1_000,
  };
}
