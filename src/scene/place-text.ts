import { drawPicture, EDGES_PER_CHARACTER } from "./draw-text.ts";
import { fillAttributes, isLight, toPaint, type Paint } from "./paint.ts";
import type { LaidOutText } from "./shape.ts";
import { attributes, formatNumber } from "./svg-text.ts";

const DARK_INK = "#111827";
const LIGHT_INK = "#ffffff";

/** The colour, dark or light, that can be read on a ground. */
export function inkOn(ground: string): string {
  return isLight(toPaint(ground)) ? DARK_INK : LIGHT_INK;
}

/** Text with the top left of its box at (x, y), without ground or halo. */
export function placeText({ path, pictures }: LaidOutText, x: number, y: number, ink: Paint): string {
  const transform = `translate(${formatNumber(x)} ${formatNumber(y)})`;
  const letters = path === "" ? "" : `<path${attributes({ transform, d: path, ...fillAttributes(ink) })}/>`;
  return letters + pictures.map((picture) => drawPicture(picture, x, y, ink.alpha)).join("");
}

/** Pixels of edge that letters have, told from the length of their SVG. */
export function textEdges(svg: string, fontSize: number): number {
  return svg.length * EDGES_PER_CHARACTER * fontSize;
}
