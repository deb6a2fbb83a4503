import type { Style } from "../protocol/model/annotation.ts";
import type { Geometries } from "../protocol/model/geometry.ts";
import { boundsCenter, type Bounds, growBounds, rotateBounds } from "./bounds.ts";
import { isLight, type Paint, toPaint } from "./paint.ts";
import type { Canvas, LaidOutText, PlacedText, Shape } from "./shape.ts";

const DEFAULT_COLOR = "#111827";
/** The padding of the ground around the text's box, in font sizes. */
const GROUND_PADDING = 0.15;
/**
 * Width of the halo on each side of a glyph, in font sizes, and its limits in image pixels. Below the lower limit
 * antialiasing leaves no pixel of the halo whole, and small letters are hard to read. Above the upper limit a halo only
 * hides the image.
 */
const HALO = 0.07;
const HALO_MIN = 1.5;
const HALO_MAX = 8;
const HALO_OPACITY = 0.85;

/**
 * Draws text in the colour of `stroke`: on a ground in the colour of `fill`, or without `fill` in a halo that contrasts
 * with the text, so that it can be read on any image.
 */
export function drawText(geometry: Geometries["text"], words: string, style: Style, canvas: Canvas): Shape {
  const { x, y, width: wrapWidth, rotation = 0 } = geometry;
  const text = canvas.layoutText(words, style.font_size, wrapWidth);
  const box = textBox(geometry, text);
  const [cx, cy] = boundsCenter(box);
  const { ink, ground, halo } = textPaints(style);
  const placed: PlacedText = {
    text,
    x,
    y,
    ...(rotation !== 0 && { rotation: { degrees: rotation, cx, cy } }),
    // A halo would show through translucent letters. So they are drawn opaque, and the whole text is made translucent
    // at once.
    ...(ground
      ? { ink, ground: { box: growBounds(box, ground.padding), radius: ground.padding, paint: ground.paint } }
      : { ink: { ...ink, alpha: 1 }, halo }),
  };
  return {
    svg: "",
    texts: [placed],
    bounds: textBounds(geometry, text, style),
    opacity: ground ? 1 : ink.alpha,
    figures: [],
  };
}

/** What a text is painted with: its letters, and below them a ground or a halo. Lengths are in image pixels. */
export function textPaints(style: Style): {
  ink: Paint;
  ground: { padding: number; paint: Paint } | null;
  halo: { width: number; paint: Paint };
} {
  const ink = toPaint(style.stroke ?? DEFAULT_COLOR);
  const ground = toPaint(style.fill);
  return {
    ink,
    ground: ground && { padding: style.font_size * GROUND_PADDING, paint: ground },
    halo: {
      width: toHaloWidth(style),
      paint: { color: isLight(ink) ? "#111827" : "#ffffff", alpha: HALO_OPACITY },
    },
  };
}

/** The box of a text before it is turned. `laidOut`: pixels of the text itself. */
export function textBox({ x, y, width = 0 }: Geometries["text"], laidOut: Size): Bounds {
  return { left: x, top: y, right: x + Math.max(width, laidOut.width), bottom: y + laidOut.height };
}

export function textBounds(geometry: Geometries["text"], laidOut: Size, style: Style): Bounds {
  const around = style.fill === null ? toHaloWidth(style) : style.font_size * GROUND_PADDING;
  // Glyphs may reach beyond their box, mostly marks; none reaches as far as half a font size.
  const reach = style.font_size / 2 + around;
  return growBounds(rotateBounds(textBox(geometry, laidOut), geometry.rotation ?? 0), reach);
}

type Size = Pick<LaidOutText, "width" | "height">;

function toHaloWidth(style: Style): number {
  return Math.min(HALO_MAX, Math.max(HALO_MIN, style.font_size * HALO));
}
