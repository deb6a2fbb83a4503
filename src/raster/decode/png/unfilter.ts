import { DamagedImage } from "../../headers/damaged-image.ts";
import { giveBackCodec, takeCodec, type CodecExports } from "../../pixel-codec/codec-instance.ts";

const FILTER_MAX = 4;

/** Undoes the filters of a PNG's rows (W3C PNG 3rd edition §9). The work is done in C: `pixel-codec/png-unfilter.c`. */
export class RowUnfilter {
  #codec: CodecExports | undefined;
  readonly #filtered: Uint8Array;

  /** `step`: the bytes of a pixel, at least one. */
  constructor(rowBytesMax: number, step: number) {
    const codec = takeCodec();
    const filtered = codec.startUnfilter(rowBytesMax, step);
    this.#codec = codec;
    // Nothing is allocated after this, so the view stays.
    this.#filtered = new Uint8Array(codec.memory.buffer, filtered, rowBytesMax);
  }

  /** Where to put the filtered bytes of the next row. */
  rowToFill(bytes: number): Uint8Array {
    return this.#filtered.subarray(0, bytes);
  }

  /** The next row is the first one of a picture, or of a pass: there is none above it. */
  startPass(): void {
    this.#codec?.startPass();
  }

  /** Undoes the filter of the row that was filled. The result is good until the next row. Throws `DamagedImage`. */
  unfilter(filter: number, bytes: number): Uint8Array {
    if (filter > FILTER_MAX) throw new DamagedImage("a row has an unknown filter");
    if (!this.#codec) throw new RangeError("The image is closed");
    return new Uint8Array(this.#codec.memory.buffer, this.#codec.unfilterRow(filter, bytes), bytes);
  }

  /** Lets another picture have the memory. */
  giveBack(): void {
    if (this.#codec) giveBackCodec(this.#codec);
    this.#codec = undefined;
  }
}
