import { giveBackCodec, takeCodec, type CodecExports } from "../pixel-codec/codec-instance.ts";

/** Pixels that are taken at once: 256 KiB of them. A row may have more, and then goes alone. */
const PORTION_PIXELS = 64 * 1024;

/**
 * Turns rows of RGBA into the pixel data of a PNG: a zlib stream of filtered rows (W3C PNG 3rd edition §10). The work
 * is done in C: `pixel-codec/png-encoder.c`.
 */
export class PngEncoder {
  readonly #codec: CodecExports;
  readonly #pixels: Uint8Array;
  readonly #rowBytes: number;

  /** `channels`: 3 leaves alpha out. */
  constructor(width: number, channels: 3 | 4) {
    this.#rowBytes = width * 4;
    const bytes = Math.max(1, Math.floor(PORTION_PIXELS / width)) * this.#rowBytes;
    this.#codec = takeCodec();
    this.#codec.startPng(width, channels);
    const start = this.#codec.allocate(bytes);
    // Nothing is allocated after this, so the view stays.
    this.#pixels = new Uint8Array(this.#codec.memory.buffer, start, bytes);
  }

  /** Takes rows. Yields what is compressed, each good until the next is asked for. */
  *encodeRows(rows: Uint8Array): Generator<Uint8Array> {
    for (let from = 0; from < rows.byteLength; from += this.#pixels.byteLength) {
      const portion = rows.subarray(from, from + this.#pixels.byteLength);
      this.#pixels.set(portion);
      this.#codec.startRows(this.#pixels.byteOffset, portion.byteLength / this.#rowBytes);
      for (;;) {
        const bytes = this.#codec.deflateRows();
        if (bytes === 0) break;
        yield this.#viewOutput(bytes);
      }
    }
  }

  /** Returns a view of the last bytes. */
  finish(): Uint8Array {
    return this.#viewOutput(this.#codec.finishPng());
  }

  /** Lets another picture have the memory. Call it once, at the end. */
  giveBack(): void {
    giveBackCodec(this.#codec);
  }

  get memoryBytes(): number {
    return this.#codec.memory.buffer.byteLength;
  }

  #viewOutput(bytes: number): Uint8Array {
    return new Uint8Array(this.#codec.memory.buffer, this.#codec.pngOutput(), bytes);
  }
}
