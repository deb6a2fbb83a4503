import { createYielder } from "../../event-loop.ts";
import type { ChromaSampling } from "../../protocol/model/export-job.ts";
import type { WriteBytes } from "../../write-bytes.ts";
import { flattenOnto } from "../draw/blend.ts";
import { giveBackCodec, takeCodec, type CodecExports } from "../pixel-codec/codec-instance.ts";
import type { Rgba, RowSink } from "../row-source.ts";
import { BLOCK, encodeUnits, END_OF_IMAGE, finishEncoder, startEncoder } from "./jpeg/encoder-calls.ts";
import { jpegHeader } from "./jpeg/header.ts";
import { scaleDivisors, type Divisors } from "./jpeg/tables.ts";

export interface JpegOptions {
  /** From 1 to 100. */
  quality: number;
  /** `4:2:0`: chrominance has half the resolution in both directions. */
  chroma: ChromaSampling;
  /** A JPEG has no alpha: transparent pixels show this opaque colour. Without it all pixels must be opaque. */
  ground?: Rgba | undefined;
  /** EXIF orientation 1–8: how to turn the rows upright. Absent: they are. */
  orientation?: number;
}

/**
 * Encodes a baseline JPEG (ITU-T T.81, JFIF 1.02) in sRGB, row by row. It holds only 8 or 16 rows. The work is done in
 * C: `pixel-codec/jpeg-encoder.c`.
 */
export function createJpegSink(
  write: WriteBytes,
  width: number,
  height: number,
  options: JpegOptions,
): RowSink {
  const { quality, chroma, ground, orientation = 1 } = options;
  const sampling = chroma === "4:2:0" ? 2 : 1;
  const divisors = scaleDivisors(quality);
  const encoder = new StripeEncoder(width, sampling, divisors);
  const yieldToEventLoop = createYielder();
  let header: Uint8Array | undefined = jpegHeader(width, height, divisors, sampling, orientation);
  const writeStripe = async (): Promise<void> => {
    if (header) await write(header);
    header = undefined;
    for (const bytes of encoder.encodeStripe()) await write(bytes);
  };
  return {
    async writeRows(rows) {
      if (ground) flattenOnto(rows, ground);
      for (let rest = rows; rest.byteLength > 0;) {
        rest = rest.subarray(encoder.addRows(rest));
        if (!encoder.isFull) continue;
        await writeStripe();
        await yieldToEventLoop();
      }
    },
    async finish() {
      await writeStripe();
      await write(encoder.finish());
      await write(END_OF_IMAGE);
      encoder.giveBack();
    },
    memoryBytes: () => ({ rows: encoder.memoryBytes, encoder: 0 }),
  };
}

/** Collects rows to a stripe, and encodes it. */
class StripeEncoder {
  readonly #codec: CodecExports;
  readonly #rows: Uint8Array;
  readonly #rowBytes: number;
  #filled = 0;

  constructor(width: number, sampling: 1 | 2, divisors: Divisors) {
    this.#codec = takeCodec();
    this.#rowBytes = width * 4;
    const bytes = this.#rowBytes * BLOCK * sampling;
    const start = this.#codec.allocate(bytes);
    startEncoder(this.#codec, width, sampling, divisors);
    // Nothing is allocated after this, so the view stays.
    this.#rows = new Uint8Array(this.#codec.memory.buffer, start, bytes);
  }

  get isFull(): boolean {
    return this.#filled === this.#rows.byteLength;
  }

  /** Takes as many rows as there is room for, and returns their bytes. */
  addRows(rows: Uint8Array): number {
    const taken = rows.subarray(0, this.#rows.byteLength - this.#filled);
    this.#rows.set(taken, this.#filled);
    this.#filled += taken.byteLength;
    return taken.byteLength;
  }

  /** Encodes the rows that were added. Yields views of the encoder's output, each good until the next is asked for. */
  *encodeStripe(): Generator<Uint8Array> {
    if (this.#filled === 0) return;
    this.#codec.startStripe(this.#rows.byteOffset, this.#filled / this.#rowBytes);
    this.#filled = 0;
    for (let bytes = encodeUnits(this.#codec); bytes; bytes = encodeUnits(this.#codec)) yield bytes;
  }

  /** Returns a view of the last bytes. */
  finish(): Uint8Array {
    return finishEncoder(this.#codec);
  }

  /** Lets another picture have the memory. Call it once, at the end. */
  giveBack(): void {
    giveBackCodec(this.#codec);
  }

  get memoryBytes(): number {
    return this.#codec.memory.buffer.byteLength;
  }
}
