import type { LaidOutText } from "../../scene/shape.ts";

/** Lays out text as `LayoutText` does, but loads the fonts first. */
export type LayoutTextAsync = (text: string, fontSize: number, wrapWidth?: number) => Promise<LaidOutText>;

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** Pixels: more than the rounding error of a layout. */
const SLACK = 0.01;

/**
 * Lays out text wrapped at `width`, in a box no wider than its lines. Right-to-left lines start at the box's right
 * edge: in a box of the full width they would be far from what stands to their left.
 */
export async function layoutToFit(
  layoutText: LayoutTextAsync,
  text: string,
  fontSize: number,
  width: number,
): Promise<LaidOutText> {
  const set = await layoutText(text, fontSize, width);
  if (set.width >= width || !RIGHT_TO_LEFT.test(text)) return set;
  return layoutText(text, fontSize, set.width + SLACK);
}
