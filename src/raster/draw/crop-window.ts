import { uniteBounds, type Bounds } from "../../scene/bounds.ts";
import type { View, Viewport } from "../../scene/scene-svg.ts";
import { LAYER_MS } from "./drawing-time.ts";
import type { Place } from "./layer.ts";

/** The part of the window that drawings of these bounds may touch, in whole pixels; undefined: they touch none. */
export function cropWindow(
  [first, ...rest]: readonly Bounds[],
  { scaleX, scaleY, originX, originY, ...window }: Viewport,
): Place | undefined {
  if (!first) return undefined;
  const bounds = rest.reduce(uniteBounds, first);
  // One pixel more on each side, for antialiasing and for resvg's 32-bit floats.
  const left = Math.max(0, Math.floor(bounds.left * scaleX + originX) - 1);
  const top = Math.max(0, Math.floor(bounds.top * scaleY + originY) - 1);
  const width = Math.min(window.width, Math.ceil(bounds.right * scaleX + originX) + 1) - left;
  const height = Math.min(window.height, Math.ceil(bounds.bottom * scaleY + originY) + 1) - top;
  return width > 0 && height > 0 ? { left, top, width, height } : undefined;
}

/** Some rows of a place, and about how many milliseconds they take. */
type TimedRows = Place & { ms: number };

/** Splits the rows of a place into parts of about `LAYER_MS`, if all of them take `ms`, and of at most `pixels`. */
export function* splitRows(place: Place, ms: number, pixels = Infinity): Generator<TimedRows> {
  const { top, width, height } = place;
  const count = Math.min(height, Math.max(1, Math.ceil(ms / LAYER_MS), Math.ceil((width * height) / pixels)));
  const partHeight = Math.ceil(height / count);
  for (let from = 0; from < height; from += partHeight) {
    const rows = Math.min(partHeight, height - from);
    yield { ...place, top: top + from, height: rows, ms: (ms * rows) / height };
  }
}

/** The view that shows a place in a window. */
export function viewPlace({ left, top }: Place, window: View): View {
  const { scaleX, scaleY, originX, originY } = window;
  return { scaleX, scaleY, originX: originX - left, originY: originY - top };
}
