import { IMAGE_PARTS_MAX } from "../../../protocol/limits.ts";
import { byteAt } from "../../array-at.ts";
import { DamagedImage, TOO_MANY_PARTS, type StoredSize } from "../../headers/damaged-image.ts";
import { ByteReader, EndOfFile } from "../byte-reader.ts";

const HEADER_BYTES = 13;
const EXTENSION = 0x21;
const GRAPHIC_CONTROL = 0xf9;
const GRAPHIC_CONTROL_BYTES = 4;
const IMAGE = 0x2c;
const DESCRIPTOR_BYTES = 9;

/** The first frame. */
export interface GifFrame {
  left: number;
  top: number;
  width: number;
  height: number;
  /** Whether its rows come in four passes. */
  interlaced: boolean;
  /** The colours, three bytes each; undefined: the file has none. */
  palette: Uint8Array | undefined;
  /** The index of transparent pixels. */
  transparent: number | undefined;
  /** The offset in the file of the size of the first code. The sub-blocks follow it. */
  data: number;
}

/**
 * The size is that of the logical screen, or more if the first frame reaches beyond it, as browsers show it (seen in
 * Chromium 156).
 */
export interface GifLayout extends StoredSize {
  animated: boolean;
  interlaced: boolean;
  frame: GifFrame;
}

/**
 * Reads the layout of the first frame (GIF89a §18–§23) without unpacking anything, and reads on until it is clear whether
 * another one follows. Later frames are not shown. Calls `beforePixels` when the size is known. Throws `DamagedImage`,
 * also if the file is cut off before the end of the first frame.
 */
export async function scanGif(
  file: AsyncIterable<Uint8Array>,
  beforePixels: (size: StoredSize) => void = () => undefined,
): Promise<GifLayout> {
  const scanner = new GifScanner(new ByteReader(file));
  try {
    return await scanner.scan(beforePixels);
  } finally {
    await scanner.close();
  }
}

class GifScanner {
  readonly #file: ByteReader;

  constructor(file: ByteReader) {
    this.#file = file;
  }

  async scan(beforePixels: (size: StoredSize) => void): Promise<GifLayout> {
    const header = await this.#take(HEADER_BYTES);
    const globalPalette = await this.#takePalette(byteAt(header, 10));
    const { descriptor, transparent } = await this.#findFirstFrame();
    const [left, top] = [readSide(descriptor, 0), readSide(descriptor, 2)];
    const [width, height] = [readSide(descriptor, 4), readSide(descriptor, 6)];
    if (width === 0 || height === 0) throw new DamagedImage("its frame has no pixels");
    const flags = byteAt(descriptor, 8);
    const palette = (await this.#takePalette(flags)) ?? globalPalette;
    const interlaced = (flags & 0x40) !== 0;
    const size = {
      width: Math.max(readSide(header, 6), left + width),
      height: Math.max(readSide(header, 8), top + height),
      orientation: 1,
      interlaced,
    };
    beforePixels(size);
    const frame = { left, top, width, height, interlaced, palette, transparent, data: this.#file.offset };
    // The size of the first code.
    await this.#takeByte();
    await this.#skipSubBlocks();
    return { ...size, animated: await this.#hasFrame(), frame };
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Passes over what comes before the first frame. Returns its descriptor, and the index of the transparent colour. */
  async #findFirstFrame(): Promise<{ descriptor: Uint8Array; transparent: number | undefined }> {
    let transparent: number | undefined;
    for (let count = 0; count < IMAGE_PARTS_MAX; count++) {
      const block = await this.#takeByte();
      if (block === IMAGE) return { descriptor: await this.#take(DESCRIPTOR_BYTES), transparent };
      if (block !== EXTENSION) throw new DamagedImage("it holds no pixels");
      const label = await this.#takeByte();
      if (label === GRAPHIC_CONTROL) transparent = await this.#takeTransparent();
      else await this.#skipSubBlocks();
    }
    throw new DamagedImage(TOO_MANY_PARTS);
  }

  /** Whether another frame starts. The file may be cut off there. */
  async #hasFrame(): Promise<boolean> {
    try {
      for (let count = 0; count < IMAGE_PARTS_MAX; count++) {
        const block = await this.#takeByte();
        if (block !== EXTENSION) return block === IMAGE;
        await this.#takeByte();
        await this.#skipSubBlocks();
      }
      return false;
    } catch (error) {
      if (error instanceof EndOfFile) return false;
      throw error;
    }
  }

  /**
   * Reads the index of the transparent colour from a graphic control block: its length, flags, a delay, the index, and
   * the end. Browsers refuse a block of another length.
   */
  async #takeTransparent(): Promise<number | undefined> {
    const block = await this.#take(GRAPHIC_CONTROL_BYTES + 2);
    if (byteAt(block, 0) !== GRAPHIC_CONTROL_BYTES || byteAt(block, 5) !== 0) {
      throw new DamagedImage("a graphic control block has a wrong length");
    }
    return byteAt(block, 1) & 1 ? byteAt(block, 4) : undefined;
  }

  /** Reads the colour table that the flags announce: 2, 4 … 256 colours. */
  async #takePalette(flags: number): Promise<Uint8Array | undefined> {
    return flags & 0x80 ? this.#take(2 ** ((flags & 7) + 1) * 3) : undefined;
  }

  async #skipSubBlocks(): Promise<void> {
    for (let size = await this.#takeByte(); size > 0;) {
      // A sub-block and the size of the next one.
      size = byteAt(await this.#take(size + 1), size);
    }
  }

  async #takeByte(): Promise<number> {
    return byteAt(await this.#take(1), 0);
  }

  async #take(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    await this.#file.readInto(bytes);
    return bytes;
  }
}

function readSide(bytes: Uint8Array, offset: number): number {
  return byteAt(bytes, offset) | (byteAt(bytes, offset + 1) << 8);
}
