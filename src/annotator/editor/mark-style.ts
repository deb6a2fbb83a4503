import type { StyleInput } from "../../protocol/model/annotation.ts";

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

/**
 * The style of a new annotation.
 *
 * @param side pixels of the longer side of the picture or sheet
 */
export function toStyle({ color, width, dashed, fill }: MarkStyle, side: number): StyleInput {
  const strokeWidth = Math.max(1, Math.round(side * widthShares[width]));
  const alpha = Math.round(fill * 255)
    .toString(16)
    .padStart(2, "0");
  return {
    stroke: color,
    fill: fill > 0 ? `${color}${alpha}` : null,
    stroke_width: strokeWidth,
    font_size: Math.max(8, Math.round(side * FONT_SHARE)),
    ...(dashed && { dash: [strokeWidth * 4, strokeWidth * 3] }),
  };
}
