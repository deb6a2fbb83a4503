import { DEFLATED_INPUT_BYTES } from "../../pixel-codec/png-decoder-exports.ts";
import { createYielder } from "../../../event-loop.ts";
import { ByteReader } from "../byte-reader.ts";
import { isPlainRgb, pixelBits, planExpansion, rowBytes, type ExpandRow } from "./expand-row.ts";
import { readPngChunks } from "./read-chunks.ts";
import type { PngScan } from "./scan-png.ts";
import { PngRowDecoder } from "./row-decoder.ts";

/** Interlacing (W3C PNG 3rd edition §8.1): where the pixels of each pass start, and how far apart they are. */
const passes = [
  { left: 0, top: 0, stepX: 8, stepY: 8 },
  { left: 4, top: 0, stepX: 8, stepY: 8 },
  { left: 0, top: 4, stepX: 4, stepY: 8 },
  { left: 2, top: 0, stepX: 4, stepY: 4 },
  { left: 0, top: 2, stepX: 2, stepY: 4 },
  { left: 1, top: 0, stepX: 2, stepY: 2 },
  { left: 0, top: 1, stepX: 1, stepY: 2 },
] as const;

/**
 * Decodes the rows of a PNG to RGBA, in order. Every method throws `DamagedImage` if the file contradicts its header.
 */
export class PngRows {
  readonly #header: PngScan;
  readonly #reader: ByteReader;
  /** undefined: they are plain RGB, which the decoder expands. */
  readonly #expand: ExpandRow | undefined;
  readonly #yieldToEventLoop = createYielder();
  readonly #decoder: PngRowDecoder;

  constructor(file: AsyncIterable<Uint8Array>, header: PngScan) {
    this.#header = header;
    this.#reader = new ByteReader(readPixelData(file), "");
    this.#expand = isPlainRgb(header) ? undefined : planExpansion(header);
    // A pixel may be a part of a byte, or several.
    this.#decoder = new PngRowDecoder(rowBytes(header, header.width), Math.max(1, pixelBits(header) >> 3));
  }

  get memoryBytes(): number {
    return this.#decoder.memoryBytes;
  }

  /** Reads the next row of an image that is not interlaced. */
  async readRow(into: Uint8Array): Promise<void> {
    await this.#readRow(this.#header.width, into);
  }

  /** Reads the whole image, interlaced or not, into a buffer of its size. */
  async readAll(into: Uint8Array): Promise<void> {
    const { width, height, interlaced } = this.#header;
    const plan = interlaced ? passes : [{ left: 0, top: 0, stepX: 1, stepY: 1 }];
    const pixels = new Uint32Array(into.buffer, into.byteOffset, width * height);
    const row = new Uint8Array(width * 4);
    const rowPixels = new Uint32Array(row.buffer);
    for (const { left, top, stepX, stepY } of plan) {
      const count = Math.ceil((width - left) / stepX);
      // A pass without pixels has no rows.
      if (count <= 0) continue;
      this.#decoder.startPass();
      for (let y = top; y < height; y += stepY) {
        await this.#readRow(count, row);
        for (let x = left, from = 0; from < count; x += stepX, from++) {
          pixels[y * width + x] = rowPixels[from] ?? 0;
        }
      }
    }
  }

  /** Releases the file, whether or not all of it was read. */
  async close(): Promise<void> {
    this.#decoder.giveBack();
    await this.#reader.close();
  }

  async #readRow(count: number, into: Uint8Array): Promise<void> {
    const bytes = rowBytes(this.#header, count);
    while (!this.#decoder.decodeRow(bytes)) {
      this.#decoder.addInput(await this.#reader.readSome(DEFLATED_INPUT_BYTES));
    }
    if (this.#expand) this.#expand(this.#decoder.viewRow(bytes), count, into);
    else into.set(this.#decoder.viewRgbAsRgba(count));
    await this.#yieldToEventLoop();
  }
}

/** The data of the IDAT chunks, which are consecutive (W3C PNG 3rd edition §5.6). */
async function* readPixelData(file: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let started = false;
  for await (const { type, data } of readPngChunks(file)) {
    if (type !== "IDAT" && started) return;
    started ||= type === "IDAT";
    if (started) yield data;
  }
}
