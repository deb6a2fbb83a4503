import type { Style } from "../protocol/model/annotation.ts";
import type { Geometries } from "../protocol/model/geometry.ts";
import { boundsCenter, growBounds, rotateBounds } from "./bounds.ts";
import { isLight, toPaint } from "./paint.ts";
import type { Canvas, PlacedText, Shape } from "./shape.ts";

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
  const width = Math.max(wrapWidth ?? 0, text.width);
  const box = { left: x, top: y, right: x + width, bottom: y + text.height };
  const [cx, cy] = boundsCenter(box);
  const padding = style.font_size * GROUND_PADDING;
  const haloWidth = Math.min(HALO_MAX, Math.max(HALO_MIN, style.font_size * HALO));

  const ink = toPaint(style.stroke ?? DEFAULT_COLOR);
  const ground = toPaint(style.fill);
  const halo = { color: isLight(ink) ? "#111827" : "#ffffff", alpha: HALO_OPACITY };
  const placed: PlacedText = {
    text,
    x,
    y,
    ...(rotation !== 0 && { rotation: { degrees: rotation, cx, cy } }),
    // A halo would show through translucent letters. So they are drawn opaque, and the whole text is made translucent
    // at once.
    ...(ground
      ? { ink, ground: { box: growBounds(box, padding), radius: padding, paint: ground } }
      : { ink: { ...ink, alpha: 1 }, halo: { width: haloWidth, paint: halo } }),
  };
  return {
    svg: "",
    texts: [placed],
    // Glyphs may reach beyond their box, mostly marks; none reaches as far as half a font size.
    bounds: growBounds(rotateBounds(box, rotation), style.font_size / 2 + (ground ? padding : haloWidth)),
    opacity: ground ? 1 : ink.alpha,
    figures: [],
  };
}
