import { concat, u16, u32 } from "./sample-headers.ts";

/** ICC profiles of four inks (ICC.1:2022). */

/** What a table has for a share of each ink, 0–1: three numbers, 0–1. */
export type Entry = (c: number, m: number, y: number, k: number) => readonly number[];

/** A profile with a table from inks to the connection space, by default Lab. */
export function inkProfile(
  table: Uint8Array,
  { tag = "A2B0", space = "CMYK", connection = "Lab ", version = 2 } = {},
): Uint8Array {
  const start = 128 + 4 + 12;
  const head = new Uint8Array(128);
  head.set(concat(u32(start + table.length), "none", [version, 0, 0, 0], "prtr", space, connection));
  head.set(concat("acsp"), 36);
  return concat(head, u32(1), tag, u32(start), u32(table.length), table);
}

function entries(sides: readonly number[], entry: Entry, encode: (number: number) => number[]): number[] {
  const [c = 0, m = 0, y = 0, k = 0] = sides.map((side) => side - 1);
  const bytes: number[] = [];
  for (let i = 0; i <= c; i++)
    for (let j = 0; j <= m; j++)
      for (let l = 0; l <= y; l++)
        for (let n = 0; n <= k; n++)
          for (const number of entry(i / c, j / m, l / y, n / k)) bytes.push(...encode(number));
  return bytes;
}

const byte = (number: number): number[] => [Math.round(number * 255)];
const word = (number: number): number[] => u16(Math.round(number * 65_535));
const curve = (count: number, bend: (value: number) => number, encode: (number: number) => number[]) =>
  Array.from({ length: count }, (_, index) => encode(bend(index / (count - 1)))).flat();
const same = (value: number): number => value;

interface Bends {
  /** From the share of an ink to a place in the table. */
  ink?: (value: number) => number;
  /** From a number of the table to one of the connection space. */
  output?: (value: number) => number;
}

/** lut8Type (§10.11) */
export function lut8(side: number, entry: Entry, { ink = same, output = same }: Bends = {}): Uint8Array {
  return concat(
    "mft1",
    u32(0),
    [4, 3, side, 0],
    new Uint8Array(36),
    ...Array.from({ length: 4 }, () => curve(256, ink, byte)),
    entries([side, side, side, side], entry, byte),
    ...Array.from({ length: 3 }, () => curve(256, output, byte)),
  );
}

/** lut16Type (§10.10) */
export function lut16(side: number, entry: Entry, { ink = same, output = same }: Bends = {}): Uint8Array {
  return concat(
    "mft2",
    u32(0),
    [4, 3, side, 0],
    new Uint8Array(36),
    u16(65),
    u16(33),
    ...Array.from({ length: 4 }, () => curve(65, ink, word)),
    entries([side, side, side, side], entry, word),
    ...Array.from({ length: 3 }, () => curve(33, output, word)),
  );
}

export interface LutAToB {
  sides: readonly number[];
  entry: Entry;
  /** Of the numbers in the table. */
  bytes: 1 | 2;
  /** Curves as they are in the file: of inks, before the matrix, and last. */
  a: Uint8Array;
  m?: Uint8Array;
  b: Uint8Array;
  /** Three rows of three, then what is added. */
  matrix?: readonly number[];
}

/** lutAToBType (§10.12) */
export function lutAToB({ sides, entry, bytes, a, m, b, matrix }: LutAToB): Uint8Array {
  const padded = (curveBytes: Uint8Array): Uint8Array =>
    concat(curveBytes, new Uint8Array(-curveBytes.length & 3));
  const times = (count: number, curveBytes: Uint8Array): Uint8Array =>
    concat(...Array.from({ length: count }, () => padded(curveBytes)));
  const grid = concat(
    sides,
    new Uint8Array(12),
    [bytes, 0, 0, 0],
    entries(sides, entry, bytes === 1 ? byte : word),
  );
  const fixed = (matrix ?? []).flatMap((value) => u32(Math.round(value * 65_536) >>> 0));
  const parts = [times(3, b), concat(fixed), m ? times(3, m) : concat(), padded(grid), times(4, a)];
  let at = 32;
  const offsets = parts.map((part) => {
    const offset = part.length === 0 ? 0 : at;
    at += part.length;
    return u32(offset);
  });
  return concat("mAB ", u32(0), [4, 3, 0, 0], ...offsets, ...parts);
}
