import type { Style } from "../protocol/model/annotation.ts";
import type { Geometries } from "../protocol/model/geometry.ts";
import { growBounds, rotateBounds } from "./bounds.ts";
import { rotate } from "./draw-areas.ts";
import { partWithin } from "./edges.ts";
import { fillAttributes, isLight, toPaint } from "./paint.ts";
import type { Canvas, PlacedPicture, Shape } from "./shape.ts";
import { attributes, formatNumber } from "./svg-text.ts";

const DEFAULT_COLOR = "#111827";
/** Around the text's box, in font sizes. */
const GROUND_PADDING = 0.15;
/**
 * Width of the halo on each side of a glyph, in font sizes, and its bounds in image pixels. Below the lower one antialiasing leaves no
 * pixel of the halo whole, and small letters are lost in their own edges; above the upper one a halo only hides the picture.
 */
const HALO = 0.07;
const HALO_MIN = 1.5;
const HALO_MAX = 8;
const HALO_OPACITY = 0.85;
/** Of letters, in font sizes: what one character of their outlines' SVG goes on, the halo's two sides included. Measured on Latin text. */
export const EDGES_PER_CHARACTER = 0.03;

/**
 * Text in `stroke`'s colour. With a `fill`, on a ground of that colour; without, in a halo that stands out against the text,
 * so that it can be read on any picture.
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
  // Through translucent letters their halo would be seen. So they are drawn opaque, and all of it is translucent as one.
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
    laidOut.pictures.map((picture) => drawPicture(picture, x, y, letters.alpha)).join("");
  const transform = rotate(box, rotation);
  // Glyphs may reach beyond their box, italics and marks above all: half a font size is more than any does.
  const bounds = growBounds(rotateBounds(box, rotation), style.font_size / 2 + Math.max(padding, haloWidth));
  return {
    svg: transform === undefined ? drawn : `<g${attributes({ transform })}>${drawn}</g>`,
    bounds,
    opacity: ground ? 1 : ink.alpha,
    edges: drawn.length * EDGES_PER_CHARACTER * style.font_size * partWithin(bounds, canvas.picture),
  };
}

/** As translucent as the letters on a ground, shape by shape: an opacity of the group would cost the renderer a canvas for each emoji. */
export function drawPicture(picture: PlacedPicture, x: number, y: number, alpha: number): string {
  const place = `translate(${formatNumber(x + picture.x)} ${formatNumber(y + picture.y)})`;
  const group = {
    transform: `${place} scale(${formatNumber(picture.scale)})`,
    "fill-opacity": alpha < 1 ? alpha : undefined,
  };
  return `<g${attributes(group)}>${picture.svg}</g>`;
}
