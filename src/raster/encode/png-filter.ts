import { giveBackCodec, takeCodec, type CodecExports } from "../pixel-codec/codec-instance.ts";

/** Pixels that are filtered at once: 256 KiB of them. A row may have more, and then goes alone. */
const PORTION_PIXELS = 64 * 1024;

/** Filters the rows of a PNG (W3C PNG 3rd edition §9). The work is done in C: `pixel-codec/png-filter.c`. */
export class RowFilter {
  readonly #codec: CodecExports;
  readonly #pixels: Uint8Array;
  readonly #filtered: Uint8Array;
  readonly #rowBytes: number;
  readonly #filteredRowBytes: number;

  constructor(width: number, channels: 3 | 4) {
    this.#rowBytes = width * 4;
    // The filter's type comes first.
    this.#filteredRowBytes = 1 + width * channels;
    const rows = Math.max(1, Math.floor(PORTION_PIXELS / width));
    this.#codec = takeCodec();
    this.#codec.startFilter(width, channels);
    const pixels = this.#codec.allocate(rows * this.#rowBytes);
    const filtered = this.#codec.allocate(rows * this.#filteredRowBytes);
    // Nothing is allocated after this, so the views stay.
    const { buffer } = this.#codec.memory;
    this.#pixels = new Uint8Array(buffer, pixels, rows * this.#rowBytes);
    this.#filtered = new Uint8Array(buffer, filtered, rows * this.#filteredRowBytes);
  }

  /** Yields the filtered rows, a portion at a time. Each is good until the next one is asked for. */
  *filter(rows: Uint8Array): Generator<Uint8Array> {
    for (let from = 0; from < rows.byteLength; from += this.#pixels.byteLength) {
      const portion = rows.subarray(from, from + this.#pixels.byteLength);
      const count = portion.byteLength / this.#rowBytes;
      this.#pixels.set(portion);
      this.#codec.filterRows(this.#pixels.byteOffset, count, this.#filtered.byteOffset);
      yield this.#filtered.subarray(0, count * this.#filteredRowBytes);
    }
  }

  /** Lets another picture have the memory. Call it once, at the end. */
  giveBack(): void {
    giveBackCodec(this.#codec);
  }

  get memoryBytes(): number {
    return this.#codec.memory.buffer.byteLength;
  }
}
