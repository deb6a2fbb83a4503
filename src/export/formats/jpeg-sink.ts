import { byteAt, floatAt } from "../picture/array-at.ts";
import { flattenOnto } from "../picture/blend.ts";
import type { Rgba, RowSink } from "../picture/row-source.ts";
import { Turns } from "../picture/turns.ts";
import { BitWriter } from "./jpeg/bit-writer.ts";
import { BlockEncoder } from "./jpeg/block-encoder.ts";
import { jpegHeader } from "./jpeg/header.ts";
import { acChrominance, acLuminance, dcChrominance, dcLuminance, scaleDivisors } from "./jpeg/tables.ts";

/** Rows and columns of a unit: 2 × 2 blocks of luminance share one of each chrominance (4:2:0). */
const UNIT = 16;
const BLOCK = 8;

/**
 * Writes a baseline JPEG (ITU T.81, JFIF 1.02) of `quality` 1–100 row by row, its chrominance at half the resolution: beside the
 * file nothing is held but 16 rows. It has no alpha: what is transparent shows the ground, which is opaque.
 */
export function createJpegSink(width: number, height: number, quality: number, ground: Rgba): RowSink {
  const divisors = scaleDivisors(quality);
  const writer = new BitWriter();
  const luminance = new BlockEncoder(writer, divisors.luminance, dcLuminance, acLuminance);
  const blue = new BlockEncoder(writer, divisors.chrominance, dcChrominance, acChrominance);
  const red = new BlockEncoder(writer, divisors.chrominance, dcChrominance, acChrominance);
  const stripe = new Stripe(width);
  const turns = new Turns();
  const block = new Float32Array(BLOCK * BLOCK);

  const encodeStripe = (): void => {
    stripe.fillUp();
    for (let left = 0; left < stripe.width; left += UNIT) {
      for (const top of [0, BLOCK]) {
        for (const right of [0, BLOCK]) {
          stripe.readBlock(stripe.luminance, left + right, top, block);
          luminance.encode(block);
        }
      }
      stripe.readHalved(stripe.blue, left, block);
      blue.encode(block);
      stripe.readHalved(stripe.red, left, block);
      red.encode(block);
    }
    stripe.rows = 0;
  };

  return {
    async writeRows(rows) {
      flattenOnto(rows, ground);
      for (let from = 0; from < rows.byteLength; from += width * 4) {
        stripe.addRow(rows, from);
        if (stripe.rows < UNIT) continue;
        encodeStripe();
        await turns.pass();
      }
    },
    async finish() {
      if (stripe.rows > 0) encodeStripe();
      return [jpegHeader(width, height, divisors), ...writer.finish(), Uint8Array.of(0xff, 0xd9)];
    },
  };
}

/** Sixteen rows as luminance and chrominance (JFIF 1.02, after ITU-R BT.601), from -128 to 127, as wide as whole units. */
class Stripe {
  readonly width: number;
  readonly luminance: Float32Array;
  readonly blue: Float32Array;
  readonly red: Float32Array;
  rows = 0;
  readonly #pictureWidth: number;

  constructor(pictureWidth: number) {
    this.#pictureWidth = pictureWidth;
    this.width = Math.ceil(pictureWidth / UNIT) * UNIT;
    this.luminance = new Float32Array(this.width * UNIT);
    this.blue = new Float32Array(this.width * UNIT);
    this.red = new Float32Array(this.width * UNIT);
  }

  /** Takes a row of RGBA; its last pixel goes on to the end of the unit. */
  addRow(pixels: Uint8Array, from: number): void {
    const start = this.rows++ * this.width;
    let at = from;
    for (let x = 0; x < this.#pictureWidth; x++, at += 4) {
      const r = byteAt(pixels, at);
      const g = byteAt(pixels, at + 1);
      const b = byteAt(pixels, at + 2);
      const y = 0.299 * r + 0.587 * g + 0.114 * b;
      this.luminance[start + x] = y - 128;
      this.blue[start + x] = (b - y) / 1.772;
      this.red[start + x] = (r - y) / 1.402;
    }
    for (const plane of [this.luminance, this.blue, this.red]) {
      const last = start + this.#pictureWidth - 1;
      plane.fill(floatAt(plane, last), last + 1, start + this.width);
    }
  }

  /** The last row goes on to the end of the unit. */
  fillUp(): void {
    for (; this.rows < UNIT; this.rows++) {
      const to = this.rows * this.width;
      for (const plane of [this.luminance, this.blue, this.red]) {
        plane.copyWithin(to, to - this.width, to);
      }
    }
  }

  readBlock(plane: Float32Array, left: number, top: number, into: Float32Array): void {
    for (let y = 0; y < BLOCK; y++) {
      const from = (top + y) * this.width + left;
      for (let x = 0; x < BLOCK; x++) into[y * BLOCK + x] = floatAt(plane, from + x);
    }
  }

  /** A unit at half the resolution: the mean of each 2 × 2 pixels. */
  readHalved(plane: Float32Array, left: number, into: Float32Array): void {
    for (let y = 0; y < BLOCK; y++) {
      for (let x = 0; x < BLOCK; x++) {
        const at = y * 2 * this.width + left + x * 2;
        const above = floatAt(plane, at) + floatAt(plane, at + 1);
        const below = floatAt(plane, at + this.width) + floatAt(plane, at + this.width + 1);
        into[y * BLOCK + x] = (above + below) / 4;
      }
    }
  }
}
