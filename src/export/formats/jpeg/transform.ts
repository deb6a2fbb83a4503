import { floatAt } from "../../picture/array-at.ts";

/**
 * The discrete cosine transform of a block of 8 × 8 samples, in place: Arai, Agui and Nakajima's, 5 multiplications for 8
 * samples, which leaves each coefficient too large by `blockScale`.
 */
export function transformBlock(block: Float32Array): void {
  for (let row = 0; row < 64; row += 8) transformEight(block, row, 1);
  for (let column = 0; column < 8; column++) transformEight(block, column, 8);
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

function transformEight(block: Float32Array, start: number, step: number): void {
  const end = start + 7 * step;
  const sum07 = floatAt(block, start) + floatAt(block, end);
  const difference07 = floatAt(block, start) - floatAt(block, end);
  const sum16 = floatAt(block, start + step) + floatAt(block, end - step);
  const difference16 = floatAt(block, start + step) - floatAt(block, end - step);
  const sum25 = floatAt(block, start + 2 * step) + floatAt(block, end - 2 * step);
  const difference25 = floatAt(block, start + 2 * step) - floatAt(block, end - 2 * step);
  const sum34 = floatAt(block, start + 3 * step) + floatAt(block, end - 3 * step);
  const difference34 = floatAt(block, start + 3 * step) - floatAt(block, end - 3 * step);

  const even0 = sum07 + sum34;
  const even3 = sum07 - sum34;
  const even1 = sum16 + sum25;
  const even2 = sum16 - sum25;
  const turned = (even2 + even3) * HALF_ROOT;
  block[start] = even0 + even1;
  block[start + 4 * step] = even0 - even1;
  block[start + 2 * step] = even3 + turned;
  block[start + 6 * step] = even3 - turned;

  const odd0 = difference34 + difference25;
  const odd1 = difference25 + difference16;
  const odd2 = difference16 + difference07;
  const shared = (odd0 - odd2) * SIXTH_COS;
  const low = odd0 * SUM_COS + shared;
  const high = odd2 * PLUS_COS + shared;
  const middle = odd1 * HALF_ROOT;
  block[start + 5 * step] = difference07 - middle + low;
  block[start + 3 * step] = difference07 - middle - low;
  block[start + step] = difference07 + middle + high;
  block[end] = difference07 + middle - high;
}
