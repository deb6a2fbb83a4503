import type { Annotation } from "../../protocol/annotation.ts";
import { LABEL_MAX, LEGEND_LABELS_MAX } from "../../protocol/limits.ts";
import { growBounds, type Bounds } from "./bounds.ts";
import { drawText } from "./draw-text.ts";
import { fillAttributes, isLight, toPaint } from "./paint.ts";
import type { Canvas } from "./shape.ts";
import { attributes } from "./svg-text.ts";

/** A label and the colours that it is shown in, the most used first. */
export interface LegendEntry {
  label: string;
  /** `#rrggbb`. */
  colors: string[];
}

/** A legend drawn: it takes the frame's whole width, from its lower edge on down. */
export interface Legend {
  /** Image pixels. */
  height: number;
  bounds: Bounds;
  svg: string;
}

/** Colours shown for one label: more are no help to the eye. */
const COLORS_MAX = 4;
/** What is counted at most, labels and colours of one: a document of thousands of them must not take the memory of the picture. */
const COUNTED_LABELS_MAX = 2_000;
const COUNTED_COLORS_MAX = 16;
const DARK_INK = "#111827";
const LIGHT_INK = "#ffffff";
/** The letters' size as a part of the frame's (the root of its area), and at least, in image pixels. */
const FONT_SIZE = 1 / 45;
const FONT_SIZE_MIN = 12;
/** In font sizes: around everything, between entries, swatches and their label. */
const PADDING = 0.75;
const GAP = 1.25;
const SWATCH = 0.85;
const SWATCH_GAP = 0.3;
/** Of the swatches' rims and of the rule between picture and legend. */
const RIM_OPACITY = 0.35;
/** A sheet of a few pixels has no room for words: a line takes so much at least, whatever of it is to be seen. */
const LINE_MIN = 4;

/** Counts which labels are in which colours. Labels have none of their own: they get those of their annotations. */
export class LegendCount {
  readonly #colors = new Map<string, Map<string, number>>();

  /** An annotation that is drawn. */
  add({ labels, style: { stroke, fill } }: Annotation): void {
    // Opaque: a swatch must be seen where a translucent ground hardly is.
    const color = (stroke ?? fill ?? DARK_INK).slice(0, 7);
    for (const label of labels) {
      const colors = this.#colors.get(label) ?? new Map<string, number>();
      if (colors.size === 0 && this.#colors.size === COUNTED_LABELS_MAX) continue;
      this.#colors.set(label, colors);
      if (colors.has(color) || colors.size < COUNTED_COLORS_MAX) {
        colors.set(color, (colors.get(color) ?? 0) + 1);
      }
    }
  }

  /** How many labels there are, `COUNTED_LABELS_MAX` at most. */
  get size(): number {
    return this.#colors.size;
  }

  /** In alphabetical order, numbers by their value; of too many the most used. */
  entries(): LegendEntry[] {
    return [...this.#colors]
      .map(([label, colors]) => ({ label, uses: sum(colors.values()), colors: byUse(colors) }))
      .sort((a, b) => b.uses - a.uses || compare(a.label, b.label))
      .slice(0, LEGEND_LABELS_MAX)
      .sort((a, b) => compareLabels(a.label, b.label))
      .map(({ label, colors }) => ({ label, colors: colors.slice(0, COLORS_MAX) }));
  }
}

/**
 * The entries in rows as wide as the frame, on `ground` (an opaque colour), which hides what annotations reach down there. A label wider
 * than a row wraps. Text is set by `canvas`, whose fonts must have been read.
 */
export function drawLegend(
  entries: readonly LegendEntry[],
  frame: Bounds,
  ground: string,
  canvas: Canvas,
): Legend {
  const width = frame.right - frame.left;
  const fontSize = Math.max(FONT_SIZE_MIN, Math.sqrt(width * (frame.bottom - frame.top)) * FONT_SIZE);
  const ink = isLight(toPaint(ground)) ? DARK_INK : LIGHT_INK;
  const padding = PADDING * fontSize;
  const right = Math.max(width - padding, padding + LINE_MIN * fontSize);
  let x = padding;
  let y = padding;
  let rowHeight = 0;
  let svg = "";
  for (const { label, colors } of entries) {
    const swatches = colors.length * (SWATCH + SWATCH_GAP) * fontSize;
    const whole = canvas.layoutText(label, fontSize, undefined);
    if (x > padding && x + swatches + whole.width > right) {
      x = padding;
      y += rowHeight;
      rowHeight = 0;
    }
    const room = right - x - swatches;
    const wraps = whole.width > room;
    const wrapWidth = wraps ? Math.max(room, LINE_MIN * fontSize) : undefined;
    const text = wraps ? canvas.layoutText(label, fontSize, wrapWidth) : whole;
    const [left, top] = [frame.left + x, frame.bottom + y];
    svg += drawSwatches(colors, left, top, fontSize, whole.height, ink);
    const geometry = { x: left + swatches, y: top, ...(wrapWidth !== undefined && { width: wrapWidth }) };
    // A ground that is not to be seen: without one the letters would get a halo, and one that is would cover the row above.
    const style = { stroke: ink, fill: `${ground}00`, stroke_width: 0, font_size: fontSize, opacity: 1 };
    svg += drawText(geometry, label, style, canvas).svg;
    x += swatches + (wrapWidth ?? text.width) + GAP * fontSize;
    rowHeight = Math.max(rowHeight, text.height);
  }
  const height = Math.ceil(y + rowHeight + padding);
  const bounds = { ...frame, top: frame.bottom, bottom: frame.bottom + height };
  // It reaches beyond the output on every other side, so that no edge of it is blended with what lies below.
  const sheet = growBounds(bounds, fontSize);
  const rect = {
    x: sheet.left,
    y: bounds.top,
    width: sheet.right - sheet.left,
    height: sheet.bottom - bounds.top,
    ...fillAttributes(toPaint(ground)),
  };
  const rule = { ...rect, height: fontSize / 16, fill: ink, "fill-opacity": RIM_OPACITY };
  return { height, bounds, svg: `<rect${attributes(rect)}/><rect${attributes(rule)}/>${svg}` };
}

/** Squares in the middle of a line of text, with a thin rim, so that one in the ground's own colour is seen, too. */
function drawSwatches(
  colors: readonly string[],
  left: number,
  top: number,
  fontSize: number,
  lineHeight: number,
  rim: string,
): string {
  const side = SWATCH * fontSize;
  return colors
    .map((color, index) => {
      const square = {
        x: left + index * (SWATCH + SWATCH_GAP) * fontSize,
        y: top + (lineHeight - side) / 2,
        width: side,
        height: side,
        rx: side / 6,
        ...fillAttributes(toPaint(color)),
        stroke: rim,
        "stroke-opacity": RIM_OPACITY,
        "stroke-width": fontSize / 16,
      };
      return `<rect${attributes(square)}/>`;
    })
    .join("");
}

function byUse(colors: ReadonlyMap<string, number>): string[] {
  return [...colors].sort(([a, usesA], [b, usesB]) => usesB - usesA || compare(a, b)).map(([color]) => color);
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}

/** As people look for them: whatever the case and the accents, `2` before `10`. Not a collator's order, which differs from one version to the next. */
function compareLabels(a: string, b: string): number {
  return compare(sortKey(a), sortKey(b)) || compare(a, b);
}

function sortKey(label: string): string {
  return label
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/\d+/g, (digits) => digits.padStart(LABEL_MAX, "0"));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
