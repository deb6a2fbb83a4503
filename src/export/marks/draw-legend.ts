import type { Annotation } from "../../protocol/model/annotation.ts";
import type { LabelDefinition } from "../../protocol/model/label-set.ts";
import { LABEL_MAX, LABEL_SET_MAX, LEGEND_LABELS_MAX } from "../../protocol/limits.ts";
import type { Bounds } from "../../scene/bounds.ts";
import type { Drawing } from "../../scene/draw-annotation.ts";
import { drawSheet, RULE_OPACITY } from "./draw-sheet.ts";
import { toMark } from "./mark.ts";
import { fillAttributes, toPaint } from "../../scene/paint.ts";
import { inkOn } from "./ink-on.ts";
import type { LaidOutText, LayoutText, PlacedText } from "../../scene/shape.ts";
import { attributes } from "../../scene/svg-text.ts";
import { fontSizeFor } from "./font-size.ts";

/** A label with its colour in the label set or, without one, those of its annotations, the most used first. */
export interface LegendEntry {
  label: string;
  /** `#rrggbb`. */
  colors: string[];
}

/** A legend: as wide as the frame, directly below it. */
export interface Legend {
  /** Image pixels. */
  height: number;
  drawings: Drawing[];
  /** How many labels it lists. */
  shown: number;
}

/** Colours shown for one label: more would not help the eye. */
const COLORS_MAX = 4;
/**
 * The most labels, and colours of one label, that are counted. This bounds the memory for documents that have
 * thousands.
 */
const COUNTED_LABELS_MAX = 2_000;
const COUNTED_COLORS_MAX = 16;
const DEFAULT_COLOR = "#111827";
/** In font sizes: padding, gap between entries, side of a swatch, gap after a swatch. */
const PADDING = 0.75;
const GAP = 1.25;
const SWATCH = 0.85;
const SWATCH_GAP = 0.3;
/** The least width of a line in font sizes, even if it reaches beyond the frame. */
const LINE_MIN = 4;

/** Counts which labels appear in which colours. */
export class LegendCount {
  readonly #colors = new Map<string, Map<string, number>>();
  /** The labels of the document's label set, each with its place in it. */
  readonly #set: ReadonlyMap<string, { place: number; color: string }>;

  constructor(labelSet: readonly LabelDefinition[] = []) {
    this.#set = new Map(labelSet.map(({ name, color }, place) => [name, { place, color }]));
  }

  /** Counts an annotation that is drawn. */
  add({ labels, style: { stroke, fill } }: Annotation): void {
    // Opaque: a swatch must be seen even if its annotation is hardly visible.
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

  /** How many labels were counted, at most `COUNTED_LABELS_MAX`. */
  get size(): number {
    return this.#colors.size;
  }

  /** The `most` most used labels: those of the label set in its order, then others by the alphabet, numbers by value. */
  entries(most = LEGEND_LABELS_MAX): LegendEntry[] {
    return [...this.#colors]
      .map(([label, colors]) => ({ label, uses: sum(colors.values()), colors: byUse(colors) }))
      .sort((a, b) => b.uses - a.uses || compare(a.label, b.label))
      .slice(0, most)
      .sort((a, b) => this.#placeOf(a.label) - this.#placeOf(b.label) || compareLabels(a.label, b.label))
      .map(({ label, colors }) => ({ label, colors: this.#colorsOf(label) ?? colors.slice(0, COLORS_MAX) }));
  }

  #placeOf(label: string): number {
    return this.#set.get(label)?.place ?? LABEL_SET_MAX;
  }

  #colorsOf(label: string): string[] | undefined {
    const known = this.#set.get(label);
    return known && [known.color];
  }
}

/**
 * Draws a legend of the labels on `ground`, an opaque colour. If all labels would make it higher than `room`, it lists
 * only the most used ones; undefined: there is no room for any. `layoutText` must have loaded its fonts.
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

/** Draws the entries in rows as wide as the frame. A label wider than a row wraps. */
function drawRows(
  entries: readonly LegendEntry[],
  frame: Bounds,
  ground: string,
  layoutText: LayoutText,
): Legend {
  const fontSize = fontSizeFor(frame);
  const ink = inkOn(ground);
  const padding = PADDING * fontSize;
  const right = Math.max(frame.right - frame.left - padding, padding + LINE_MIN * fontSize);
  let x = padding;
  let y = padding;
  let rowHeight = 0;
  let svg = "";
  const texts: PlacedText[] = [];
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
    texts.push({ text, x: left + swatches, y: top, ink: toPaint(ink) });
    x += swatches + width + GAP * fontSize;
    rowHeight = Math.max(rowHeight, text.height);
  }
  const height = Math.ceil(y + rowHeight + padding);
  const bounds = { ...frame, top: frame.bottom, bottom: frame.bottom + height };
  const sheet = drawSheet("legend", bounds, ground, fontSize);
  const words = toMark("legend-labels", { svg, texts, bounds, figures: [] });
  return { height, drawings: [sheet, words], shown: entries.length };
}

/** Lays out a label in its row, wrapped if it does not fit. */
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

/** Draws squares level with a line of text. Their thin rim makes even a square in the colour of the ground visible. */
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

/**
 * Orders labels as people look for them: case and accents don't matter, and `2` comes before `10`. `Intl.Collator`
 * would differ between versions.
 */
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
