import { isLight, toPaint } from "../../scene/paint.ts";

const DARK_INK = "#111827";
const LIGHT_INK = "#ffffff";

/** The ink, dark or light, that can be read on a ground. */
export function inkOn(ground: string): string {
  return isLight(toPaint(ground)) ? DARK_INK : LIGHT_INK;
}
