import type { Style } from "../protocol/model/annotation.ts";
import type { Geometries } from "../protocol/model/geometry.ts";
import { growBounds, rotateBounds } from "./bounds.ts";
import { rotate } from "./draw-areas.ts";
import { fillAttributes, isLight, toPaint } from "./paint.ts";
import type { Canvas, PlacedEmoji, Shape } from "./shape.ts";
import { attributes, formatNumber } from "./svg-text.ts";

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
export function drawText(geometry: Geometries["text"], text: string, style: Style, canvas: Canvas): Shape {
  const { x, y, width: wrapWidth, rotation = 0 } = geometry;
  const laidOut = canvas.layoutText(text, style.font_size, wrapWidth);
  const width = Math.max(wrapWidth ?? 0, laidOut.width);
  const box = { left: x, top: y, right: x + width, bottom: y + laidOut.height };
  const padding = style.font_size * GROUND_PADDING;

  const ink = toPaint(style.stroke ?? DEFAULT_COLOR);
  const ground = toPaint(style.fill);
  const rect = ground && {
    x: x - padding,
    y: y - padding,
    width: width + 2 * padding,
    height: laidOut.height + 2 * padding,
    rx: padding,
    ...fillAttributes(ground),
  };
  const haloWidth = ground ? 0 : Math.min(HALO_MAX, Math.max(HALO_MIN, style.font_size * HALO));
  const halo = {
    stroke: isLight(ink) ? "#111827" : "#ffffff",
    "stroke-opacity": HALO_OPACITY,
    "stroke-width": 2 * haloWidth,
    "stroke-linejoin": "round",
    "paint-order": "stroke",
  };
  // A halo would show through translucent letters. So they are drawn opaque, and the whole text is made translucent at
  // once.
  const letters = ground ? ink : { ...ink, alpha: 1 };
  const glyphs = {
    transform: `translate(${formatNumber(x)} ${formatNumber(y)})`,
    d: laidOut.path,
    ...fillAttributes(letters),
    ...(ground ? {} : halo),
  };
  const drawn =
    (rect ? `<rect${attributes(rect)}/>` : "") +
    (laidOut.path === "" ? "" : `<path${attributes(glyphs)}/>`) +
    laidOut.emoji.map((emoji) => drawEmoji(emoji, x, y, letters.alpha)).join("");
  const transform = rotate(box, rotation);
  // Glyphs may reach beyond their box, mostly marks; none reaches as far as half a font size.
  const bounds = growBounds(rotateBounds(box, rotation), style.font_size / 2 + Math.max(padding, haloWidth));
  return {
    svg: transform === undefined ? drawn : `<g${attributes({ transform })}>${drawn}</g>`,
    bounds,
    opacity: ground ? 1 : ink.alpha,
    figures: [{ kind: "letters", characters: drawn.length, fontSize: style.font_size, bounds }],
  };
}

/**
 * Draws an emoji with its origin at (x, y). A translucent one gets the alpha shape by shape: an opacity of the group
 * would need a canvas of its own.
 */
export function drawEmoji(emoji: PlacedEmoji, x: number, y: number, alpha: number): string {
  const place = `translate(${formatNumber(x + emoji.x)} ${formatNumber(y + emoji.y)})`;
  const group = {
    transform: `${place} scale(${formatNumber(emoji.scale)})`,
    "fill-opacity": alpha < 1 ? alpha : undefined,
  };
  return `<g${attributes(group)}>${emoji.svg}</g>`;
}
