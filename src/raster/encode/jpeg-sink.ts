import { byteAt, doubleAt } from "../array-at.ts";
import { flattenOnto } from "../draw/blend.ts";
import type { Rgba, RowSink } from "../row-source.ts";
import { createYielder } from "../../event-loop.ts";
import type { WriteBytes } from "../../write-bytes.ts";
import { BitWriter } from "./jpeg/bit-writer.ts";
import { BlockEncoder } from "./jpeg/block-encoder.ts";
import { jpegHeader } from "./jpeg/header.ts";
import { acChrominance, acLuminance, dcChrominance, dcLuminance, scaleDivisors } from "./jpeg/tables.ts";

/** Rows and columns of a unit: 2 × 2 blocks of luminance share one block of each chrominance (4:2:0). */
const UNIT = 16;
const BLOCK = 8;

/**
 * Encodes a baseline JPEG (ITU T.81, JFIF 1.02) of `quality` 1–100 row by row, with chrominance at half the resolution.
 * It holds only 16 rows. A JPEG has no alpha: transparent pixels show the opaque `ground`.
 * Without `ground` all pixels must be opaque.
 */
export function createJpegSink(
  write: WriteBytes,
  width: number,
  height: number,
  quality: number,
  ground?: Rgba,
): RowSink {
  const divisors = scaleDivisors(quality);
  const writer = new BitWriter();
  const luminance = new BlockEncoder(writer, divisors.luminance, dcLuminance, acLuminance);
  const blue = new BlockEncoder(writer, divisors.chrominance, dcChrominance, acChrominance);
  const red = new BlockEncoder(writer, divisors.chrominance, dcChrominance, acChrominance);
  const stripe = new Stripe(width);
  const yieldToEventLoop = createYielder();
  let ready = [jpegHeader(width, height, divisors)];

  const encodeStripe = async (): Promise<void> => {
    stripe.complete();
    for (let left = 0; left < stripe.width; left += UNIT) {
      for (let corner = 0; corner < 4; corner++) {
        const top = (corner >> 1) * BLOCK;
        luminance.encode(stripe.luminance, top * stripe.width + left + (corner & 1) * BLOCK, stripe.width);
      }
      blue.encode(stripe.blue, left / 2, stripe.width / 2);
      red.encode(stripe.red, left / 2, stripe.width / 2);
    }
    stripe.rows = 0;
    ready.push(...writer.takeParts());
    await writeReady();
  };

  const writeReady = async (): Promise<void> => {
    for (const part of ready) await write(part);
    ready = [];
  };

  return {
    async writeRows(rows) {
      if (ground) flattenOnto(rows, ground);
      for (let from = 0; from < rows.byteLength; from += width * 4) {
        stripe.addRow(rows, from);
        if (stripe.rows < UNIT) continue;
        await encodeStripe();
        await yieldToEventLoop();
      }
    },
    async finish() {
      if (stripe.rows > 0) await encodeStripe();
      ready.push(...writer.finish(), Uint8Array.of(0xff, 0xd9));
      await writeReady();
    },
  };
}

/**
 * Sixteen rows as luminance and chrominance (JFIF 1.02, after ITU-R BT.601), from -128 to 127, padded to whole units.
 * Chrominance is averaged over pairs of pixels, and over pairs of rows when the stripe is complete.
 */
class Stripe {
  readonly width: number;
  readonly luminance: Float64Array;
  readonly blue: Float64Array;
  readonly red: Float64Array;
  rows = 0;
  readonly #pictureWidth: number;
  readonly #row: Uint8Array;

  constructor(pictureWidth: number) {
    this.#pictureWidth = pictureWidth;
    this.width = Math.ceil(pictureWidth / UNIT) * UNIT;
    this.luminance = new Float64Array(this.width * UNIT);
    this.blue = new Float64Array((this.width / 2) * UNIT);
    this.red = new Float64Array((this.width / 2) * UNIT);
    this.#row = new Uint8Array(this.width * 4);
  }

  /** Adds a row of RGBA. Its last pixel is repeated to the end of the unit. */
  addRow(pixels: Uint8Array, from: number): void {
    const row = this.#row;
    const bytes = this.#pictureWidth * 4;
    row.set(pixels.subarray(from, from + bytes));
    for (let at = bytes; at < row.length; at += 4) row.copyWithin(at, bytes - 4, bytes);
    this.#convert(row, this.rows++ * this.width);
  }

  /** Completes the stripe: repeats its last row to the end of the unit, and averages pairs of chrominance rows. */
  complete(): void {
    const { width } = this;
    for (; this.rows < UNIT; this.rows++) {
      repeatRow(this.luminance, this.rows, width);
      repeatRow(this.blue, this.rows, width / 2);
      repeatRow(this.red, this.rows, width / 2);
    }
    meanOfRows(this.blue, width / 2);
    meanOfRows(this.red, width / 2);
  }

  #convert(row: Uint8Array, start: number): void {
    const { luminance, blue, red } = this;
    let to = start;
    for (let at = 0; at < row.length; at += 8, to += 2) {
      const y = 0.299 * byteAt(row, at) + 0.587 * byteAt(row, at + 1) + 0.114 * byteAt(row, at + 2);
      const next = 0.299 * byteAt(row, at + 4) + 0.587 * byteAt(row, at + 5) + 0.114 * byteAt(row, at + 6);
      luminance[to] = y - 128;
      luminance[to + 1] = next - 128;
      blue[to >> 1] = (byteAt(row, at + 2) + byteAt(row, at + 6) - y - next) / (2 * 1.772);
      red[to >> 1] = (byteAt(row, at) + byteAt(row, at + 4) - y - next) / (2 * 1.402);
    }
  }
}

/** Copies the row before to row `to`. */
function repeatRow(plane: Float64Array, to: number, width: number): void {
  plane.copyWithin(to * width, (to - 1) * width, to * width);
}

/** Averages pairs of rows into the plane's upper half. */
function meanOfRows(plane: Float64Array, width: number): void {
  for (let y = 0; y < UNIT / 2; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * 2 * width + x;
      plane[y * width + x] = (doubleAt(plane, at) + doubleAt(plane, at + width)) / 2;
    }
  }
}
