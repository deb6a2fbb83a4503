import { DamagedImage } from "../../headers/damaged-image.ts";
import { byteAt } from "../../array-at.ts";
import type { ByteReader } from "../byte-reader.ts";

const CODES_MAX = 4096;
const CODE_BITS_MAX = 12;
const SUB_BLOCK_MAX_BYTES = 255;
/** There is no code before the first one, or before the first one after a clear code. */
const NONE = -1;
/** The message if the file ends before the pixels do. */
export const TOO_FEW_PIXELS = "its pixels end too early";

/**
 * Unpacks the indices of a GIF frame in order (GIF89a appendix F). It holds the table of codes and one sub-block,
 * however large the frame is.
 */
export class LzwReader {
  readonly #file: ByteReader;
  readonly #minBits: number;
  /** The code that empties the table. The one after it ends the frame. */
  readonly #clear: number;
  // A code stands for a string of indices: its prefix's string plus one index.
  readonly #prefixes = new Uint16Array(CODES_MAX);
  readonly #suffixes = new Uint8Array(CODES_MAX);
  readonly #firsts = new Uint8Array(CODES_MAX);
  readonly #lengths = new Uint16Array(CODES_MAX);
  /** The code that is defined next. */
  #next: number;
  #previous = NONE;
  /** Indices that are unpacked, but not yet read. */
  #unread = new Uint8Array();

  readonly #block = new Uint8Array(SUB_BLOCK_MAX_BYTES);
  /** Where the next byte of the sub-block is, and how many bytes it has. */
  #at = 0;
  #blockBytes = 0;
  /** Bits of a code; the bits that are read, but not yet used; and how many these are. */
  #codeBits: number;
  #bits = 0;
  #held = 0;

  private constructor(file: ByteReader, minBits: number) {
    this.#file = file;
    this.#minBits = minBits;
    this.#clear = 1 << minBits;
    this.#next = this.#clear + 2;
    this.#codeBits = minBits + 1;
    for (let code = 0; code < this.#clear; code++) {
      this.#suffixes[code] = code;
      this.#firsts[code] = code;
      this.#lengths[code] = 1;
    }
  }

  /** `file` is to stand at the size of the first code. Throws `DamagedImage`. */
  static async open(file: ByteReader): Promise<LzwReader> {
    const size = new Uint8Array(1);
    await file.readInto(size);
    const minBits = byteAt(size, 0);
    if (minBits < 1 || minBits > 8) throw new DamagedImage("the size of its codes makes no sense");
    return new LzwReader(file, minBits);
  }

  /** Fills `indices`. Throws `DamagedImage` if there are fewer, or if a code makes no sense. */
  async readInto(indices: Uint8Array): Promise<void> {
    for (let filled = 0; ; await this.#readBlock()) {
      filled = this.#unpack(indices, filled);
      if (filled === indices.length) return;
    }
  }

  /** Unpacks codes until `indices` is full or the sub-block is used up. Returns how far it is filled. */
  #unpack(indices: Uint8Array, from: number): number {
    let filled = from + this.#copyUnread(indices, from);
    while (filled < indices.length) {
      const code = this.#readCode();
      if (code === undefined) break;
      if (code === this.#clear) {
        this.#codeBits = this.#minBits + 1;
        this.#next = this.#clear + 2;
        this.#previous = NONE;
        continue;
      }
      this.#define(code);
      const length = this.#lengths[code] ?? 0;
      if (filled + length <= indices.length) {
        this.#writeString(code, indices, filled, length);
        filled += length;
      } else {
        this.#unread = new Uint8Array(length);
        this.#writeString(code, this.#unread, 0, length);
        filled += this.#copyUnread(indices, filled);
      }
    }
    return filled;
  }

  #copyUnread(indices: Uint8Array, start: number): number {
    const some = this.#unread.subarray(0, indices.length - start);
    indices.set(some, start);
    this.#unread = this.#unread.subarray(some.length);
    return some.length;
  }

  /** Reads a code, lowest bit first; undefined: the sub-block has too few bits left. */
  #readCode(): number | undefined {
    while (this.#held < this.#codeBits) {
      if (this.#at === this.#blockBytes) return undefined;
      this.#bits |= byteAt(this.#block, this.#at++) << this.#held;
      this.#held += 8;
    }
    const code = this.#bits & ((1 << this.#codeBits) - 1);
    this.#bits >>>= this.#codeBits;
    this.#held -= this.#codeBits;
    return code;
  }

  /** Defines the next code: as the string of the code before this one, plus the first index of this one. */
  #define(code: number): void {
    if (code === this.#clear + 1) throw new DamagedImage(TOO_FEW_PIXELS);
    const [next, previous] = [this.#next, this.#previous];
    const isDefined = previous !== NONE && next < CODES_MAX;
    // A code may be the one that it defines itself; any later one is unknown.
    if (code > next || (code === next && !isDefined)) throw new DamagedImage("its pixels can't be unpacked");
    this.#previous = code;
    if (!isDefined) return;
    this.#prefixes[next] = previous;
    this.#firsts[next] = byteAt(this.#firsts, previous);
    this.#suffixes[next] = byteAt(this.#firsts, code === next ? previous : code);
    this.#lengths[next] = (this.#lengths[previous] ?? 0) + 1;
    this.#next++;
    if (this.#next === 1 << this.#codeBits && this.#codeBits < CODE_BITS_MAX) this.#codeBits++;
  }

  /** Writes the string of a code, from its end to its start. */
  #writeString(code: number, into: Uint8Array, start: number, length: number): void {
    for (let at = start + length - 1, from = code; at >= start; at--) {
      into[at] = byteAt(this.#suffixes, from);
      from = this.#prefixes[from] ?? 0;
    }
  }

  async #readBlock(): Promise<void> {
    const size = new Uint8Array(1);
    await this.#file.readInto(size);
    this.#blockBytes = byteAt(size, 0);
    this.#at = 0;
    // An empty sub-block ends the frame.
    if (this.#blockBytes === 0) throw new DamagedImage(TOO_FEW_PIXELS);
    await this.#file.readInto(this.#block.subarray(0, this.#blockBytes));
  }
}
