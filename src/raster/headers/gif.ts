import { IMAGE_PARTS_MAX } from "../../protocol/limits.ts";
import { byteAt } from "../array-at.ts";
import { DamagedImage, TOO_MANY_PARTS, type StoredSize } from "./damaged-image.ts";

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
 * A parser that yields how many bytes it wants next, and is sent them: so it reads files in memory and streams alike.
 * It is sent undefined if the file ends before. The bytes are valid until it asks for more.
 */
type Parsing<T> = Generator<number, T, Uint8Array | undefined>;

/** Reads the size as shown, and whether a second frame follows the first. Throws `DamagedImage`. */
export function readGifSize(view: DataView): StoredSize {
  const parsing = parseGif();
  let offset = 0;
  let step = parsing.next();
  while (step.done !== true) {
    const { value: count } = step;
    const isThere = offset + count <= view.byteLength;
    step = parsing.next(isThere ? new Uint8Array(view.buffer, view.byteOffset + offset, count) : undefined);
    offset += count;
  }
  return step.value;
}

/**
 * Parses the layout of the first frame (GIF89a §18–§23), and reads on until it is clear whether another one follows.
 * Later frames are not shown. Calls `beforePixels` when the size is known. Throws `DamagedImage`, also if the file is cut
 * off before the end of the first frame.
 */
export function parseGif(beforePixels: (size: StoredSize) => void = () => undefined): Parsing<GifLayout> {
  return new GifParser(beforePixels).parse();
}

class GifParser {
  readonly #beforePixels: (size: StoredSize) => void;
  /** Of the next byte in the file. */
  #offset = 0;

  constructor(beforePixels: (size: StoredSize) => void) {
    this.#beforePixels = beforePixels;
  }

  *parse(): Parsing<GifLayout> {
    const header = (yield* this.#take(HEADER_BYTES)).slice();
    const globalPalette = yield* this.#takePalette(byteAt(header, 10));
    let transparent: number | undefined;
    for (let count = 0; count < IMAGE_PARTS_MAX; count++) {
      const block = yield* this.#takeByte();
      if (block === EXTENSION) {
        const label = yield* this.#takeByte();
        if (label === GRAPHIC_CONTROL) transparent = yield* this.#takeTransparent();
        else yield* this.#skipSubBlocks();
      } else if (block === IMAGE) {
        const frame = { ...(yield* this.#takeFrame(globalPalette)), transparent };
        const size = {
          width: Math.max(readSide(header, 6), frame.left + frame.width),
          height: Math.max(readSide(header, 8), frame.top + frame.height),
          orientation: 1,
          interlaced: frame.interlaced,
        };
        this.#beforePixels(size);
        // The size of the first code.
        yield* this.#takeByte();
        yield* this.#skipSubBlocks();
        return { ...size, animated: yield* this.#findFrame(), frame };
      } else {
        throw new DamagedImage("it holds no pixels");
      }
    }
    throw new DamagedImage(TOO_MANY_PARTS);
  }

  *#takeFrame(globalPalette: GifFrame["palette"]): Parsing<Omit<GifFrame, "transparent">> {
    const descriptor = (yield* this.#take(DESCRIPTOR_BYTES)).slice();
    const [width, height] = [readSide(descriptor, 4), readSide(descriptor, 6)];
    if (width === 0 || height === 0) throw new DamagedImage("its frame has no pixels");
    const flags = byteAt(descriptor, 8);
    const palette = (yield* this.#takePalette(flags)) ?? globalPalette;
    const [left, top] = [readSide(descriptor, 0), readSide(descriptor, 2)];
    const interlaced = (flags & 0x40) !== 0;
    return { left, top, width, height, interlaced, palette, data: this.#offset };
  }

  /** Whether another frame starts after the first one. The file may be cut off there. */
  *#findFrame(): Parsing<boolean> {
    try {
      for (let count = 0; count < IMAGE_PARTS_MAX; count++) {
        const block = yield* this.#takeByte();
        if (block !== EXTENSION) return block === IMAGE;
        yield* this.#takeByte();
        yield* this.#skipSubBlocks();
      }
      return false;
    } catch (error) {
      if (error instanceof DamagedImage) return false;
      throw error;
    }
  }

  /**
   * Reads the index of the transparent colour from a graphic control block: its length, flags, a delay, the index, and
   * the end. Browsers refuse a block of another length.
   */
  *#takeTransparent(): Parsing<number | undefined> {
    const block = yield* this.#take(GRAPHIC_CONTROL_BYTES + 2);
    if (byteAt(block, 0) !== GRAPHIC_CONTROL_BYTES || byteAt(block, 5) !== 0) {
      throw new DamagedImage("a graphic control block has a wrong length");
    }
    return byteAt(block, 1) & 1 ? byteAt(block, 4) : undefined;
  }

  /** Reads the colour table that the flags announce: 2, 4 … 256 colours. */
  *#takePalette(flags: number): Parsing<Uint8Array | undefined> {
    return flags & 0x80 ? (yield* this.#take(2 ** ((flags & 7) + 1) * 3)).slice() : undefined;
  }

  *#skipSubBlocks(): Parsing<void> {
    for (let size = yield* this.#takeByte(); size > 0;) {
      // A sub-block and the size of the next one.
      size = byteAt(yield* this.#take(size + 1), size);
    }
  }

  *#takeByte(): Parsing<number> {
    return byteAt(yield* this.#take(1), 0);
  }

  *#take(count: number): Parsing<Uint8Array> {
    const bytes = yield count;
    if (!bytes) throw new DamagedImage("it is cut off");
    this.#offset += count;
    return bytes;
  }
}

function readSide(bytes: Uint8Array, offset: number): number {
  return byteAt(bytes, offset) | (byteAt(bytes, offset + 1) << 8);
}
