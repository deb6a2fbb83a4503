import { byteAt } from "../../array-at.ts";
import { createYielder } from "../../../event-loop.ts";
import { ByteReader } from "../byte-reader.ts";
import type { GifFrame, GifLayout } from "./scan-gif.ts";
import { LzwReader, TOO_FEW_PIXELS } from "./lzw-reader.ts";

/** Interlacing (GIF89a appendix E): where the rows of each pass start, and how far apart they are. */
const passes = [
  { top: 0, step: 8 },
  { top: 4, step: 8 },
  { top: 2, step: 4 },
  { top: 1, step: 2 },
] as const;

/**
 * Decodes the rows of a GIF's first frame to RGBA, on a transparent canvas, as browsers show it. The rows of an
 * interlaced frame do not come in order: their indices are held, a byte a pixel. Its methods throw `DamagedImage`.
 */
export class GifRows {
  readonly #layout: GifLayout;
  readonly #file: ByteReader;
  readonly #colors: Uint32Array;
  readonly #yieldToEventLoop = createYielder();
  #lzw: LzwReader | undefined;
  /** The indices of a row or, of an interlaced frame, of all rows from top to bottom. */
  #indices: Uint8Array;
  /** How many rows are unpacked. */
  #next = 0;

  /** `pixels`: the file from `frame.data` on. */
  constructor(pixels: AsyncIterable<Uint8Array>, layout: GifLayout) {
    this.#layout = layout;
    this.#file = new ByteReader(pixels, TOO_FEW_PIXELS);
    this.#colors = readColors(layout.frame);
    const { width, height, interlaced } = layout.frame;
    this.#indices = new Uint8Array(interlaced ? width * height : width);
  }

  /** Bytes of the indices. */
  get heldBytes(): number {
    return this.#indices.byteLength;
  }

  /** Writes rows of the canvas. A caller may skip rows, but never goes back. */
  async readRows(first: number, count: number, into: Uint8Array): Promise<void> {
    const { frame, width } = this.#layout;
    const pixels = new Uint32Array(width * count);
    const [top, bottom] = [frame.top, frame.top + frame.height];
    for (let y = Math.max(first, top); y < Math.min(first + count, bottom); y++) {
      const indices = await this.#readIndices(y - top);
      const to = (y - first) * width + frame.left;
      for (let x = 0; x < frame.width; x++) pixels[to + x] = this.#colors[byteAt(indices, x)] ?? 0;
      await this.#yieldToEventLoop();
    }
    into.set(new Uint8Array(pixels.buffer));
  }

  /** Releases the file, whether or not all of it was read, and the indices. */
  async close(): Promise<void> {
    this.#indices = new Uint8Array();
    await this.#file.close();
  }

  /** The indices of a row of the frame. */
  async #readIndices(row: number): Promise<Uint8Array> {
    this.#lzw ??= await LzwReader.open(this.#file);
    if (!this.#layout.frame.interlaced) {
      for (; this.#next <= row; this.#next++) await this.#lzw.readInto(this.#indices);
      return this.#indices;
    }
    if (this.#next === 0) await this.#readPasses(this.#lzw);
    return this.#heldRow(row);
  }

  async #readPasses(lzw: LzwReader): Promise<void> {
    const { height } = this.#layout.frame;
    for (const { top, step } of passes) {
      for (let y = top; y < height; y += step, this.#next++) {
        await lzw.readInto(this.#heldRow(y));
        await this.#yieldToEventLoop();
      }
    }
  }

  #heldRow(y: number): Uint8Array {
    const { width } = this.#layout.frame;
    return this.#indices.subarray(y * width, (y + 1) * width);
  }
}

/** RGBA for each of the 256 indices. Indices without a colour are black, the transparent index is clear. */
function readColors({ palette, transparent }: GifFrame): Uint32Array {
  const rgba = new Uint8Array(256 * 4);
  for (let index = 0; index < 256; index++) {
    if (index === transparent) continue;
    rgba.set(palette?.subarray(index * 3, index * 3 + 3) ?? [], index * 4);
    rgba[index * 4 + 3] = 255;
  }
  return new Uint32Array(rgba.buffer);
}
