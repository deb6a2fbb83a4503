import { doubleAt } from "../../picture/array-at.ts";

/**
 * The discrete cosine transform of 8 × 8 samples, which begin at `start` and whose rows are `stride` apart, into `block`: Arai,
 * Agui and Nakajima's, 5 multiplications for 8 samples, which leaves each coefficient too large by `blockScale`.
 */
export function transformBlock(
  samples: Float64Array,
  start: number,
  stride: number,
  block: Float64Array,
): void {
  for (let y = 0; y < 8; y++) transformEight(samples, start + y * stride, 1, block, y * 8);
  for (let x = 0; x < 8; x++) transformEight(block, x, 8, block, x);
}

const scales = Array.from({ length: 8 }, (_, k) => (k === 0 ? 1 : Math.SQRT2 * Math.cos((k * Math.PI) / 16)));

/** What `transformBlock` leaves coefficient `index` (row by row) too large by. */
export function blockScale(index: number): number {
  return 8 * (scales[index >> 3] ?? 1) * (scales[index & 7] ?? 1);
}

const HALF_ROOT = Math.SQRT1_2;
const SIXTH_COS = Math.cos((3 * Math.PI) / 8);
const SUM_COS = Math.cos(Math.PI / 8) - SIXTH_COS;
const PLUS_COS = Math.cos(Math.PI / 8) + SIXTH_COS;

/** Eight numbers of `from`, `step` apart, to as many of `to`. */
function transformEight(
  from: Float64Array,
  first: number,
  step: number,
  to: Float64Array,
  start: number,
): void {
  const last = first + 7 * step;
  const sum07 = doubleAt(from, first) + doubleAt(from, last);
  const difference07 = doubleAt(from, first) - doubleAt(from, last);
  const sum16 = doubleAt(from, first + step) + doubleAt(from, last - step);
  const difference16 = doubleAt(from, first + step) - doubleAt(from, last - step);
  const sum25 = doubleAt(from, first + 2 * step) + doubleAt(from, last - 2 * step);
  const difference25 = doubleAt(from, first + 2 * step) - doubleAt(from, last - 2 * step);
  const sum34 = doubleAt(from, first + 3 * step) + doubleAt(from, last - 3 * step);
  const difference34 = doubleAt(from, first + 3 * step) - doubleAt(from, last - 3 * step);

  const even0 = sum07 + sum34;
  const even3 = sum07 - sum34;
  const even1 = sum16 + sum25;
  const even2 = sum16 - sum25;
  const turned = (even2 + even3) * HALF_ROOT;
  to[start] = even0 + even1;
  to[start + 4 * step] = even0 - even1;
  to[start + 2 * step] = even3 + turned;
  to[start + 6 * step] = even3 - turned;

  const odd0 = difference34 + difference25;
  const odd1 = difference25 + difference16;
  const odd2 = difference16 + difference07;
  const shared = (odd0 - odd2) * SIXTH_COS;
  const low = odd0 * SUM_COS + shared;
  const high = odd2 * PLUS_COS + shared;
  const middle = odd1 * HALF_ROOT;
  to[start + 5 * step] = difference07 - middle + low;
  to[start + 3 * step] = difference07 - middle - low;
  to[start + step] = difference07 + middle + high;
  to[start + 7 * step] = difference07 + middle - high;
}
