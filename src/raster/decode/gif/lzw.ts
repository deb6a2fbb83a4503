import { DamagedImage } from "../../headers/damaged-image.ts";
import { byteAt } from "../../array-at.ts";

const CODES_MAX = 4096;
const CODE_BITS_MAX = 12;
const TOO_FEW = "its pixels end too early";

/**
 * Decodes `count` indices of a GIF frame (GIF89a appendix F), and ignores what follows. `offset`: where the size of the
 * first code is. Throws `DamagedImage` if there are fewer indices or a code makes no sense.
 */
export function decodeLzw(file: Uint8Array, offset: number, count: number): Uint8Array {
  const minBits = byteAt(file, offset);
  if (minBits < 1 || minBits > 8) throw new DamagedImage("the size of its codes makes no sense");
  const clear = 1 << minBits;
  const end = clear + 1;
  // A code's string is its prefix's string plus one index.
  const prefixes = new Uint16Array(CODES_MAX);
  const suffixes = new Uint8Array(CODES_MAX);
  const lengths = new Uint16Array(CODES_MAX);
  const firsts = new Uint8Array(CODES_MAX);
  for (let code = 0; code < clear; code++) {
    suffixes[code] = code;
    firsts[code] = code;
    lengths[code] = 1;
  }

  const indices = new Uint8Array(count);
  const reader = new CodeReader(file, offset + 1);
  let bits = minBits + 1;
  let next = end + 1;
  let previous = -1;
  let filled = 0;
  while (filled < count) {
    const code = reader.read(bits);
    if (code === clear) {
      bits = minBits + 1;
      next = end + 1;
      previous = -1;
      continue;
    }
    // A code may be the one that it defines itself; any later one is unknown.
    const isNew = code === next && previous >= 0 && next < CODES_MAX;
    if (code === end) throw new DamagedImage(TOO_FEW);
    if (code >= next && !isNew) throw new DamagedImage("its pixels can't be unpacked");
    if (previous >= 0 && next < CODES_MAX) {
      prefixes[next] = previous;
      firsts[next] = firsts[previous] ?? 0;
      suffixes[next] = firsts[isNew ? previous : code] ?? 0;
      lengths[next] = (lengths[previous] ?? 0) + 1;
      next++;
      if (next === 1 << bits && bits < CODE_BITS_MAX) bits++;
    }
    // Writes the string from its end to its start.
    const length = lengths[code] ?? 0;
    for (let at = filled + length - 1, from = code; at >= filled; at--) {
      if (at < count) indices[at] = suffixes[from] ?? 0;
      from = prefixes[from] ?? 0;
    }
    filled += length;
    previous = code;
  }
  return indices;
}

/** Reads codes, lowest bit first, from sub-blocks of up to 255 bytes. */
class CodeReader {
  readonly #file: Uint8Array;
  #at: number;
  /** Bytes left in the sub-block. */
  #left = 0;
  #bits = 0;
  #held = 0;

  constructor(file: Uint8Array, offset: number) {
    this.#file = file;
    this.#at = offset;
  }

  read(count: number): number {
    while (this.#held < count) {
      if (this.#left === 0) this.#left = byteAt(this.#file, this.#at++);
      if (this.#left === 0) throw new DamagedImage(TOO_FEW);
      this.#bits |= byteAt(this.#file, this.#at++) << this.#held;
      this.#held += 8;
      this.#left--;
    }
    const code = this.#bits & ((1 << count) - 1);
    this.#bits >>>= count;
    this.#held -= count;
    return code;
  }
}
