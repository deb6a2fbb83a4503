import type { Vector } from "./color-space.ts";

/** The white of the ICC's connection spaces, D50. */
export const connectionWhite: Vector = [0.9642, 1, 0.8249];

/** The largest u1Fixed15Number. */
const XYZ_MAX = 65_535 / 32_768;
/** 16 bits end at FF00. */
const OLD_LAB_SCALE = 0xffff / 0xff00;

/**
 * Tells how to turn numbers of a profile, 0–1, into XYZ under D50 (ICC.1:2022 §6.3.4). `old`: the numbers are encoded as
 * in version 2, which lut16Type keeps for Lab. undefined: there is no connection space of that name.
 */
export function decodeConnection(name: string, old: boolean): ((numbers: Vector) => Vector) | undefined {
  switch (name) {
    case "XYZ ":
      return ([x, y, z]) => [x * XYZ_MAX, y * XYZ_MAX, z * XYZ_MAX];
    case "Lab ": {
      const scale = old ? OLD_LAB_SCALE : 1;
      return ([l, a, b]) => labToXyz([l * scale * 100, a * scale * 255 - 128, b * scale * 255 - 128]);
    }
    default:
      return undefined;
  }
}

/** CIE 1976 L*a*b* (annex A). */
function labToXyz([l, a, b]: Vector): Vector {
  const y = (l + 16) / 116;
  const [whiteX, whiteY, whiteZ] = connectionWhite;
  return [whiteX * cubeLight(y + a / 500), whiteY * cubeLight(y), whiteZ * cubeLight(y - b / 200)];
}

function cubeLight(value: number): number {
  return value > 6 / 29 ? value ** 3 : (value - 16 / 116) * 3 * (6 / 29) ** 2;
}
