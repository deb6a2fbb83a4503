import type { HanForm } from "./fonts.ts";

/**
 * The national standards that have a character. A form simplified in one country is not in the standards of the others.
 */
const GB_2312 = 1;
const BIG5 = 2;
const JIS_X_0208 = 4;
/** Big5 with Hong Kong's supplement, which also has some characters of mainland China and Japan. */
const BIG5_HKSCS = 8;

/** CJK Unified Ideographs: all characters of the standards, except some of the supplement. */
const FIRST = 0x4e00;
const LAST = 0x9fff;

type ByteRange = readonly [first: number, last: number];

/**
 * The parts of the encodings' tables (encoding.spec.whatwg.org §5) that hold a standard's characters, by lead and trail
 * bytes.
 */
const tables: readonly [standard: number, encoding: string, leads: ByteRange, trails: ByteRange][] = [
  // Rows 16 to 87 of GB 2312, which are the same in GBK and GB 18030.
  [GB_2312, "gb18030", [0xb0, 0xf7], [0xa1, 0xfe]],
  // Level 1, level 2, and the seven ETEN characters that every implementation has.
  [BIG5, "big5", [0xa4, 0xc5], [0x40, 0xfe]],
  [BIG5, "big5", [0xc6, 0xc6], [0x40, 0x7e]],
  [BIG5, "big5", [0xc9, 0xf9], [0x40, 0xfe]],
  [BIG5_HKSCS, "big5", [0x87, 0xfe], [0x40, 0xfe]],
  // Rows 16 to 84.
  [JIS_X_0208, "euc-jp", [0xb0, 0xf4], [0xa1, 0xfe]],
];

/** A byte for each character, made at the first lookup in a few milliseconds. It keeps 21 KB. */
let standards: Uint8Array | undefined;

/**
 * The form of Chinese characters without other scripts beside them: that of the first of GB 2312, Big5 and JIS X 0208
 * that has all of them. If none has all, the text is Traditional Chinese if Hong Kong's standard has characters that GB
 * 2312 lacks, and not the other way round. Mixtures get mainland China's form, as do characters that every standard
 * has.
 */
export function readStandardForm(text: string): HanForm {
  standards ??= readStandards();
  /** The standards that have every character so far. */
  let all = GB_2312 | BIG5 | JIS_X_0208;
  let traditional = false;
  let simplified = false;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < FIRST || unit > LAST) continue;
    const having = standards[unit - FIRST] ?? 0;
    all &= having;
    const pair = having & (GB_2312 | BIG5_HKSCS);
    if (pair === BIG5_HKSCS) traditional = true;
    if (pair === GB_2312) simplified = true;
  }
  if (all & GB_2312) return "sc";
  if (all & BIG5) return "tc";
  if (all & JIS_X_0208) return "jp";
  return traditional && !simplified ? "tc" : "sc";
}

function readStandards(): Uint8Array {
  const found = new Uint8Array(LAST - FIRST + 1);
  for (const [standard, encoding, leads, trails] of tables) {
    const bytes: number[] = [];
    for (let lead = leads[0]; lead <= leads[1]; lead++) {
      // A pair that is not in the table becomes U+FFFD, perhaps followed by a letter. Neither is in the range.
      for (let trail = trails[0]; trail <= trails[1]; trail++) bytes.push(lead, trail);
    }
    const characters = new TextDecoder(encoding).decode(Uint8Array.from(bytes));
    for (let index = 0; index < characters.length; index++) {
      const at = characters.charCodeAt(index) - FIRST;
      if (at >= 0 && at < found.length) found[at] = (found[at] ?? 0) | standard;
    }
  }
  return found;
}
