import type { Page } from "playwright-core";
import { type Measurement, median } from "../harness.ts";
import type { Room } from "../../src/client/index.ts";

/**
 * From the hand of one person to the screen of another. All times are those of the machine's clock, in milliseconds,
 * which both pages read in the same way.
 */

/** Places of the pointer in a stroke, one every 16 ms or so. */
const MOVES = 60;
const MOVE_MS = 16;
/** Stage pixels from one to the next. */
const STEP = 6;
const PATIENCE_MS = 10_000;

/** How far a stroke has come, in image pixels from the left, and when. */
interface Reach {
  x: number;
  at: number;
}

interface Recorded {
  reached: Reach[];
  /** When the pointer was let go, or when the finished mark was first painted. */
  endedAt: number;
}

declare global {
  interface Window {
    recorded: Recorded;
  }
}

/** Draws a stroke on one page, from left to right, and watches another page paint it. */
export async function measureStroke(drawer: Page, peer: Page): Promise<Measurement> {
  await drawer.bringToFront();
  const from = { x: 400, y: 300 };
  await drawer.evaluate(recordHand);
  await peer.evaluate(recordScreen);
  await drawer.mouse.move(from.x, from.y);
  await drawer.mouse.down();
  for (let move = 1; move <= MOVES; move++) {
    await drawer.mouse.move(from.x + move * STEP, from.y + Math.round(30 * Math.sin(move / 8)));
    await drawer.waitForTimeout(MOVE_MS);
  }
  await drawer.mouse.up();
  await peer.waitForFunction(() => window.recorded.endedAt > 0, undefined, { timeout: PATIENCE_MS });
  const hand = await drawer.evaluate(() => window.recorded);
  const screen = await peer.evaluate(() => window.recorded);
  const took = hand.reached.flatMap(({ x, at }) => {
    const seen = screen.reached.find((frame) => frame.x >= x - 1);
    return seen ? seen.at - at : [];
  });
  return {
    "ms to the peer's screen, while drawing": median(took),
    "ms to the peer's screen, p95":
      took.toSorted((a, b) => a - b)[Math.floor(took.length * 0.95)] ?? Number.NaN,
    "ms to the peer's screen, the finished mark": screen.endedAt - hand.endedAt,
  };
}

/** In the page that draws: notes where the pointer is, and when the browser heard of it. */
function recordHand(): void {
  const root = document.querySelector("acetate-annotator")?.shadowRoot;
  const stage = root?.querySelector(".stage");
  const picture = root?.querySelector(".picture")?.getBoundingClientRect();
  const room = (document.querySelector("acetate-annotator") as unknown as { room: Room }).room;
  const width = room.document.value?.width ?? 0;
  const recorded: Recorded = { reached: [], endedAt: 0 };
  window.recorded = recorded;
  const now = ({ timeStamp }: Event): number => performance.timeOrigin + timeStamp;
  const ending = new AbortController();
  const note = (event: Event): void => {
    if (!(event instanceof PointerEvent) || event.buttons === 0 || !picture) return;
    recorded.reached.push({ x: ((event.clientX - picture.left) / picture.width) * width, at: now(event) });
  };
  stage?.addEventListener("pointermove", note, { capture: true, signal: ending.signal });
  stage?.addEventListener(
    "pointerup",
    (event) => {
      recorded.endedAt = now(event);
      ending.abort();
    },
    { capture: true, signal: ending.signal },
  );
}

/** In the page that watches: notes after each frame how far the stroke goes that it has painted. */
function recordScreen(): void {
  const annotator = document.querySelector("acetate-annotator") as unknown as { room: Room } & Element;
  const overlay = annotator.shadowRoot?.querySelector(".overlay");
  const before = annotator.room.annotations.value.length;
  const recorded: Recorded = { reached: [], endedAt: 0 };
  window.recorded = recorded;
  const channel = new MessageChannel();
  let seen: { x: number; isDone: boolean } = { x: -1, isDone: false };
  // It runs after the frame that was made of what the callback found.
  channel.port1.addEventListener("message", () => {
    const at = performance.timeOrigin + performance.now();
    if (seen.x > (recorded.reached.at(-1)?.x ?? -1)) recorded.reached.push({ x: seen.x, at });
    if (seen.isDone) recorded.endedAt = at;
    else requestAnimationFrame(look);
  });
  channel.port1.start();
  requestAnimationFrame(look);

  function look(): void {
    const drawn = overlay?.querySelector("path")?.getAttribute("d") ?? "";
    const numbers = drawn.match(/-?[\d.]+/g) ?? [];
    seen = {
      x: Number(numbers.at(-2) ?? -1),
      isDone: annotator.room.annotations.value.length > before && drawn !== "",
    };
    channel.port2.postMessage(null);
  }
}
