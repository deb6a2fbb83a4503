/** The example tables of ITU T.81 annex K, which nearly every encoder uses. */

/** Maps the order of coefficients in the file to their index in the block of 8 × 8 (figure A.6). */
export const zigzag = Uint8Array.from(
  [
    [0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48],
    [41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15],
    [23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63],
  ].flat(),
);

/** Table K.1, row by row. */
const luminance = [
  [16, 11, 10, 16, 24, 40, 51, 61],
  [12, 12, 14, 19, 26, 58, 60, 55],
  [14, 13, 16, 24, 40, 57, 69, 56],
  [14, 17, 22, 29, 51, 87, 80, 62],
  [18, 22, 37, 56, 68, 109, 103, 77],
  [24, 35, 55, 64, 81, 104, 113, 92],
  [49, 64, 78, 87, 103, 121, 120, 101],
  [72, 92, 95, 98, 112, 100, 103, 99],
].flat();

/** Table K.2, row by row. */
const chrominance = [
  [17, 18, 24, 47, 99, 99, 99, 99],
  [18, 21, 26, 66, 99, 99, 99, 99],
  [24, 26, 56, 99, 99, 99, 99, 99],
  [47, 66, 99, 99, 99, 99, 99, 99],
  Array.from({ length: 32 }, () => 99),
].flat();

/** What coefficients are divided by, row by row, from 1 to 255. */
export interface Divisors {
  luminance: Uint8Array;
  chrominance: Uint8Array;
}

/** The divisors, scaled to a quality of 1–100 as libjpeg does: 50 leaves them unchanged. */
export function scaleDivisors(quality: number): Divisors {
  const percent = quality < 50 ? 5000 / quality : 200 - quality * 2;
  const scale = (base: number): number => Math.min(255, Math.max(1, Math.floor((base * percent + 50) / 100)));
  return { luminance: Uint8Array.from(luminance, scale), chrominance: Uint8Array.from(chrominance, scale) };
}

/** How many codes of 1, 2 … 16 bits there are, and their symbols, in the order of the codes. */
export interface HuffmanTable {
  counts: Uint8Array;
  symbols: Uint8Array;
}

function table(counts: readonly number[], symbols: Iterable<number>): HuffmanTable {
  return { counts: Uint8Array.from(counts), symbols: Uint8Array.from(symbols) };
}

const categories = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
/** Tables K.3 and K.4: the number of bits of a difference. */
export const dcLuminance = table([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], categories);
export const dcChrominance = table([0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], categories);

/** Table K.5: zeros before a coefficient, and its number of bits. */
export const acLuminance = table(
  [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d],
  Uint8Array.fromHex(
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728" +
      "292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a83848586878889" +
      "8a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2" +
      "e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa",
  ),
);

/** Table K.6. */
export const acChrominance = table(
  [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77],
  Uint8Array.fromHex(
    "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a26" +
      "2728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a828384858687" +
      "88898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9da" +
      "e2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa",
  ),
);

/** Makes the code of each of 256 symbols (annex C): a pair of the code and its length in bits, 0 without one. */
export function planCodes({ counts, symbols }: HuffmanTable): Uint16Array {
  const pairs = new Uint16Array(256 * 2);
  let code = 0;
  let next = 0;
  for (const [index, count] of counts.entries()) {
    for (const symbol of symbols.subarray(next, next + count)) pairs.set([code++, index + 1], symbol * 2);
    next += count;
    code <<= 1;
  }
  return pairs;
}
