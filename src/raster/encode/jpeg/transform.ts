import { doubleAt } from "../../array-at.ts";

/**
 * The discrete cosine transform of 8 × 8 samples into `block`. The samples begin at `start`, in rows that are `stride`
 * apart. Uses the algorithm of Arai, Agui and Nakajima, with 5 multiplications for 8 samples. It leaves each
 * coefficient too large by the factor `blockScale`.
 */
export function transformBlock(
  samples: Float64Array,
  start: number,
  stride: number,
  block: Float64Array,
): void {
  for (let y = 0; y < 8; y++) transformEight(samples, start + y * stride, turned, y);
  for (let x = 0; x < 8; x++) transformEight(turned, x * 8, block, x);
}

/**
 * The block after its rows are transformed, transposed: both passes read eight consecutive numbers and write a column.
 */
const turned = new Float64Array(64);

const scales = Array.from({ length: 8 }, (_, k) => (k === 0 ? 1 : Math.SQRT2 * Math.cos((k * Math.PI) / 16)));

/** The factor by which `transformBlock` leaves coefficient `index` too large. Coefficients are counted row by row. */
export function blockScale(index: number): number {
  return 8 * (scales[index >> 3] ?? 1) * (scales[index & 7] ?? 1);
}

const HALF_ROOT = Math.SQRT1_2;
const SIXTH_COS = Math.cos((3 * Math.PI) / 8);
const SUM_COS = Math.cos(Math.PI / 8) - SIXTH_COS;
const PLUS_COS = Math.cos(Math.PI / 8) + SIXTH_COS;

/** Transforms eight numbers of `from`, starting at `first`, into eight of `to` that are eight apart. */
function transformEight(from: Float64Array, first: number, to: Float64Array, start: number): void {
  const sum07 = doubleAt(from, first) + doubleAt(from, first + 7);
  const difference07 = doubleAt(from, first) - doubleAt(from, first + 7);
  const sum16 = doubleAt(from, first + 1) + doubleAt(from, first + 6);
  const difference16 = doubleAt(from, first + 1) - doubleAt(from, first + 6);
  const sum25 = doubleAt(from, first + 2) + doubleAt(from, first + 5);
  const difference25 = doubleAt(from, first + 2) - doubleAt(from, first + 5);
  const sum34 = doubleAt(from, first + 3) + doubleAt(from, first + 4);
  const difference34 = doubleAt(from, first + 3) - doubleAt(from, first + 4);

  const even0 = sum07 + sum34;
  const even3 = sum07 - sum34;
  const even1 = sum16 + sum25;
  const even2 = sum16 - sum25;
  const rotated = (even2 + even3) * HALF_ROOT;
  to[start] = even0 + even1;
  to[start + 32] = even0 - even1;
  to[start + 16] = even3 + rotated;
  to[start + 48] = even3 - rotated;

  const odd0 = difference34 + difference25;
  const odd1 = difference25 + difference16;
  const odd2 = difference16 + difference07;
  const shared = (odd0 - odd2) * SIXTH_COS;
  const low = odd0 * SUM_COS + shared;
  const high = odd2 * PLUS_COS + shared;
  const middle = odd1 * HALF_ROOT;
  to[start + 40] = difference07 - middle + low;
  to[start + 24] = difference07 - middle - low;
  to[start + 8] = difference07 + middle + high;
  to[start + 56] = difference07 + middle - high;
}
