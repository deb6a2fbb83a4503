import type { Annotation, Style, StyleInput, StylePatch } from "../../protocol/model/annotation.ts";
import type { AnnotationType } from "../../protocol/model/geometry.ts";
import { STROKE_WIDTH_MAX } from "../../protocol/limits.ts";

/** The ten pens (tokens.css has them, too): documents keep colours as #rrggbb. */
export const pens = {
  ruby: "#e2271c",
  orange: "#e28401",
  lemon: "#ffe714",
  green: "#63d97b",
  teal: "#0fa989",
  blue: "#1f58fb",
  violet: "#8324b0",
  pink: "#fca0de",
  white: "#ffffff",
  ink: "#16181d",
} as const;
export type PenName = keyof typeof pens;

/** How the next mark will look: what the style bar shows. */
export interface MarkStyle {
  /** #rrggbb */
  color: string;
  width: "thin" | "medium" | "thick";
  dashed: boolean;
  /** 0–1: how much the inside of boxes, ellipses and polygons is filled. */
  fill: number;
}

export const firstStyle: MarkStyle = { color: pens.ruby, width: "medium", dashed: false, fill: 0.2 };

/** Parts of the longer side of the picture: a line looks the same on a phone photo and on a thumbnail. */
const widthShares = { thin: 1 / 800, medium: 1 / 400, thick: 1 / 200 };
const FONT_SHARE = 1 / 40;

/** Whether a kind of mark has an inside to fill. The fill of a text is a ground behind it, and of a pin its eye. */
export function hasInside(type: AnnotationType): boolean {
  return type === "box" || type === "ellipse" || type === "polygon";
}

/**
 * The style of a new annotation.
 *
 * @param side pixels of the longer side of the picture or sheet
 */
export function toStyle(style: MarkStyle, type: AnnotationType, side: number): StyleInput {
  const { color, width, dashed, fill } = style;
  const strokeWidth = toStrokeWidth(width, side);
  return {
    stroke: color,
    fill: hasInside(type) ? toFill(color, fill) : null,
    stroke_width: strokeWidth,
    font_size: Math.max(8, Math.round(side * FONT_SHARE)),
    ...(dashed && { dash: toDash(strokeWidth) }),
  };
}

/** What a change of the style bar changes in a mark. */
export function toStylePatch(change: Partial<MarkStyle>, mark: Annotation, side: number): StylePatch {
  const before = readStyle(mark, side);
  const { color = before.color, fill = before.fill } = change;
  const patch: StylePatch = {};
  if (change.color !== undefined) patch.stroke = color;
  const isFilled = hasInside(mark.type) || mark.style.fill !== null;
  if (isFilled && (change.color !== undefined || (change.fill !== undefined && hasInside(mark.type))))
    patch.fill = toFill(color, fill);
  const strokeWidth = change.width ? toStrokeWidth(change.width, side) : mark.style.stroke_width;
  if (change.width !== undefined) patch.stroke_width = strokeWidth;
  const dashed = change.dashed ?? before.dashed;
  if (change.dashed !== undefined || (change.width !== undefined && dashed))
    patch.dash = dashed ? toDash(strokeWidth) : null;
  return patch;
}

/** The style of a mark, as the style bar shows it. */
export function readStyle({ style }: { style: Style }, side: number): MarkStyle {
  const { stroke, fill, stroke_width, dash } = style;
  const widths = ["thin", "medium", "thick"] as const;
  const distance = (width: MarkStyle["width"]): number =>
    Math.abs(Math.log(Math.max(stroke_width, 0.1) / toStrokeWidth(width, side)));
  return {
    color: (stroke ?? fill ?? pens.ink).slice(0, 7),
    width: widths.reduce((best, width) => (distance(width) < distance(best) ? width : best), "medium"),
    dashed: dash !== undefined,
    fill: fill === null ? 0 : alphaOf(fill),
  };
}

function toStrokeWidth(width: MarkStyle["width"], side: number): number {
  return Math.max(1, Math.round(side * widthShares[width]));
}

function toDash(strokeWidth: number): number[] {
  return [strokeWidth * 4, strokeWidth * 3].map((length) => Math.min(length, STROKE_WIDTH_MAX));
}

function toFill(color: string, part: number): string | null {
  if (part <= 0) return null;
  const alpha = Math.round(Math.min(part, 1) * 255);
  return `${color}${alpha.toString(16).padStart(2, "0")}`;
}

/** Of #rrggbb or #rrggbbaa: 0–1. */
function alphaOf(color: string): number {
  return color.length > 7 ? Math.round((Number.parseInt(color.slice(7), 16) / 255) * 100) / 100 : 1;
}
