import { giveBackCodec, takeCodec, type CodecExports } from "../pixel-codec/codec-instance.ts";
import type { RowSource } from "../row-source.ts";

/** How to convert a colour space to sRGB. A colour outside sRGB is clamped in each channel. */
export interface ColorTables {
  /** For each value of red, of green and of blue, what it adds to linear red, green and blue, and a zero. */
  light: Int32Array;
  /** sRGB's value for each step of linear light. */
  encoded: Uint8Array;
}

/** Converts pixels to sRGB. The work is done in C: `pixel-codec/convert-colors.c`. */
export class ColorConverter {
  readonly memoryBytes: number;
  /** undefined: given back. */
  #codec: CodecExports | undefined;
  readonly #light: number;
  readonly #encoded: Uint8Array;
  readonly #pixels: Uint8Array;

  /** `pixels`: the most that are converted at once. */
  constructor({ light, encoded }: ColorTables, pixels: number) {
    const codec = takeCodec();
    this.#codec = codec;
    this.#light = codec.allocate(light.byteLength);
    const encodedAt = codec.allocate(encoded.byteLength);
    const pixelsAt = codec.allocate(pixels * 4);
    // Nothing is allocated after this, so the views stay.
    const { buffer } = codec.memory;
    this.memoryBytes = buffer.byteLength;
    new Int32Array(buffer, this.#light, light.length).set(light);
    this.#encoded = new Uint8Array(buffer, encodedAt, encoded.length);
    this.#encoded.set(encoded);
    this.#pixels = new Uint8Array(buffer, pixelsAt, pixels * 4);
  }

  /** Converts RGBA pixels, in place. */
  convert(pixels: Uint8Array): void {
    if (!this.#codec) throw new RangeError("The converter is given back");
    const { byteOffset: encoded, length } = this.#encoded;
    const { byteOffset } = this.#pixels;
    this.#pixels.set(pixels);
    this.#codec.convertColors(this.#light, encoded, length - 1, byteOffset, pixels.byteLength / 4);
    pixels.set(this.#pixels.subarray(0, pixels.byteLength));
  }

  /** Lets another job have the memory. */
  giveBack(): void {
    if (this.#codec) giveBackCodec(this.#codec);
    this.#codec = undefined;
  }
}

/** Converts the rows of a source. */
export function convertRows(source: RowSource, converter: ColorConverter): RowSource {
  const { width, height, opaque } = source;
  let columns = { first: 0, count: width };
  return {
    width,
    height,
    opaque,
    async readRows(first, count, into) {
      await source.readRows(first, count, into);
      for (let row = 0; row < count; row++) {
        const start = row * width + columns.first;
        converter.convert(into.subarray(start * 4, (start + columns.count) * 4));
      }
    },
    selectColumns(first, count) {
      columns = { first, count };
      source.selectColumns?.(first, count);
    },
  };
}
