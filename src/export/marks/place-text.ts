import { drawEmoji } from "../../scene/draw-text.ts";
import { fillAttributes, isLight, toPaint, type Paint } from "../../scene/paint.ts";
import type { Bounds } from "../../scene/bounds.ts";
import type { LettersFigure } from "../../scene/figure.ts";
import type { LaidOutText } from "../../scene/shape.ts";
import { attributes, formatNumber } from "../../scene/svg-text.ts";

const DARK_INK = "#111827";
const LIGHT_INK = "#ffffff";

/** The ink, dark or light, that can be read on a ground. */
export function inkOn(ground: string): string {
  return isLight(toPaint(ground)) ? DARK_INK : LIGHT_INK;
}

/** Draws text with the top left of its box at (x, y), without ground or halo. */
export function placeText({ path, emoji }: LaidOutText, x: number, y: number, ink: Paint): string {
  const transform = `translate(${formatNumber(x)} ${formatNumber(y)})`;
  const letters = path === "" ? "" : `<path${attributes({ transform, d: path, ...fillAttributes(ink) })}/>`;
  return letters + emoji.map((each) => drawEmoji(each, x, y, ink.alpha)).join("");
}

/** The figure of placed text. */
export function lettersFigure(svg: string, fontSize: number, bounds: Bounds): LettersFigure {
  return { kind: "letters", characters: svg.length, fontSize, bounds };
}
