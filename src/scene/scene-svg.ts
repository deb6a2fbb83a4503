import type { Bounds } from "./bounds.ts";
import { attributes } from "./svg-text.ts";

/** Maps image pixels to output pixels: scaled, then moved so that image pixel (0, 0) is at the origin. */
export interface View {
  scaleX: number;
  scaleY: number;
  originX: number;
  originY: number;
}

/** A view with its size in output pixels. */
export interface Viewport extends View {
  width: number;
  height: number;
}

/** The view that shows `frame`, a part of the plane, at the given size in output pixels. */
export function viewFrame(frame: Bounds, size: { width: number; height: number }): View {
  const scaleX = size.width / (frame.right - frame.left);
  const scaleY = size.height / (frame.bottom - frame.top);
  return { scaleX, scaleY, originX: -frame.left * scaleX, originY: -frame.top * scaleY };
}

/** The start of an SVG document in output pixels. `sceneSvgEnd` ends it. */
export function sceneSvgStart({ width, height }: { width: number; height: number }): string {
  const size = { width, height, viewBox: `0 0 ${width} ${height}` };
  return `<svg${attributes({ xmlns: "http://www.w3.org/2000/svg", ...size })}>`;
}
export const sceneSvgEnd = "</svg>";

/** The start of the group for drawings in image pixels. `sceneGroupEnd` ends it. */
export function sceneGroupStart({ scaleX, scaleY, originX, originY }: View): string {
  // Not rounded: a rounded scale would move what is far from the origin.
  return `<g${attributes({ transform: `matrix(${scaleX} 0 0 ${scaleY} ${originX} ${originY})` })}>`;
}
export const sceneGroupEnd = "</g>";
