import type { Annotation } from "../protocol/model/annotation.ts";
import { LABEL_MAX, LEGEND_LABELS_MAX } from "../protocol/limits.ts";
import type { Bounds } from "./bounds.ts";
import type { Drawing } from "./draw-annotation.ts";
import { drawSheet, RULE_OPACITY } from "./draw-sheet.ts";
import { toMark } from "./mark.ts";
import { fillAttributes, toPaint } from "./paint.ts";
import { inkOn, placeText, textEdges } from "./place-text.ts";
import type { LaidOutText, LayoutText } from "./shape.ts";
import { attributes } from "./svg-text.ts";
import { typeSize } from "./type-size.ts";

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
  drawings: Drawing[];
  /** How many labels it has. */
  shown: number;
}

/** Colours shown for one label: more are no help to the eye. */
const COLORS_MAX = 4;
/** What is counted at most, labels and colours of one: a document of thousands of them must not take the memory of the picture. */
const COUNTED_LABELS_MAX = 2_000;
const COUNTED_COLORS_MAX = 16;
const DEFAULT_COLOR = "#111827";
/** In font sizes: around everything, between entries, swatches and their label. */
const PADDING = 0.75;
const GAP = 1.25;
const SWATCH = 0.85;
const SWATCH_GAP = 0.3;
/** A line takes so much at least, whatever of it is to be seen. */
const LINE_MIN = 4;

/** Counts which labels are in which colours. Labels have none of their own: they get those of their annotations. */
export class LegendCount {
  readonly #colors = new Map<string, Map<string, number>>();

  /** An annotation that is drawn. */
  add({ labels, style: { stroke, fill } }: Annotation): void {
    // Opaque: a swatch must be seen where a translucent ground hardly is.
    const color = (stroke ?? fill ?? DEFAULT_COLOR).slice(0, 7);
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

  /** In alphabetical order, numbers by their value; of more than `most` the most used. */
  entries(most = LEGEND_LABELS_MAX): LegendEntry[] {
    return [...this.#colors]
      .map(([label, colors]) => ({ label, uses: sum(colors.values()), colors: byUse(colors) }))
      .sort((a, b) => b.uses - a.uses || compare(a.label, b.label))
      .slice(0, most)
      .sort((a, b) => compareLabels(a.label, b.label))
      .map(({ label, colors }) => ({ label, colors: colors.slice(0, COLORS_MAX) }));
  }
}

/**
 * A legend of the labels, on `ground` (an opaque colour). Of labels that would make it higher than `room` it has the most used ones;
 * undefined: there is no room for any. Text is set by `layoutText`, whose fonts must have been read.
 */
export function drawLegend(
  labels: LegendCount,
  { frame, room, ground }: { frame: Bounds; room: number; ground: string },
  layoutText: LayoutText,
): Legend | undefined {
  const draw = (most: number): Legend => drawRows(labels.entries(most), frame, ground, layoutText);
  const all = draw(LEGEND_LABELS_MAX);
  if (all.height <= room) return all;
  let [fits, tooMany] = [0, all.shown];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (draw(middle).height <= room) fits = middle;
    else tooMany = middle;
  }
  return fits > 0 ? draw(fits) : undefined;
}

/** The entries in rows as wide as the frame. A label wider than a row wraps. */
function drawRows(
  entries: readonly LegendEntry[],
  frame: Bounds,
  ground: string,
  layoutText: LayoutText,
): Legend {
  const fontSize = typeSize(frame);
  const ink = inkOn(ground);
  const padding = PADDING * fontSize;
  const right = Math.max(frame.right - frame.left - padding, padding + LINE_MIN * fontSize);
  let x = padding;
  let y = padding;
  let rowHeight = 0;
  let svg = "";
  for (const { label, colors } of entries) {
    const swatches = colors.length * (SWATCH + SWATCH_GAP) * fontSize;
    const whole = layoutText(label, fontSize, undefined);
    if (x > padding && x + swatches + whole.width > right) {
      x = padding;
      y += rowHeight;
      rowHeight = 0;
    }
    const { text, width } = setLabel(label, whole, right - x - swatches, fontSize, layoutText);
    const [left, top] = [frame.left + x, frame.bottom + y];
    svg += drawSwatches(colors, left, top, fontSize, whole.height, ink);
    svg += placeText(text, left + swatches, top, toPaint(ink));
    x += swatches + width + GAP * fontSize;
    rowHeight = Math.max(rowHeight, text.height);
  }
  const height = Math.ceil(y + rowHeight + padding);
  const bounds = { ...frame, top: frame.bottom, bottom: frame.bottom + height };
  const sheet = drawSheet("legend", bounds, ground, fontSize);
  const words = toMark("legend-labels", svg, bounds, textEdges(svg, fontSize));
  return { height, drawings: [sheet, words], shown: entries.length };
}

/** A label in its row: as it is, or wrapped where there is less room. */
function setLabel(
  label: string,
  whole: LaidOutText,
  room: number,
  fontSize: number,
  layoutText: LayoutText,
): { text: LaidOutText; width: number } {
  if (whole.width <= room) return { text: whole, width: whole.width };
  const width = Math.max(room, LINE_MIN * fontSize);
  return { text: layoutText(label, fontSize, width), width };
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
        "stroke-opacity": RULE_OPACITY,
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
