import { IMAGE_PARTS_MAX } from "../../protocol/limits.ts";
import { DamagedImage, TOO_MANY_PARTS, type StoredSize } from "./damaged-image.ts";

const HEADER_BYTES = 13;
const EXTENSION = 0x21;
const GRAPHIC_CONTROL = 0xf9;
const GRAPHIC_CONTROL_BYTES = 4;
const IMAGE = 0x2c;

/** The first frame, with offsets in the file. */
export interface GifFrame {
  left: number;
  top: number;
  width: number;
  height: number;
  interlaced: boolean;
  /** The colours, three bytes each; undefined: the file has none. */
  palette: { start: number; colors: number } | undefined;
  /** The index of transparent pixels. */
  transparent: number | undefined;
  /** Where the size of the first code is. The sub-blocks follow it. */
  data: number;
}

export interface GifLayout {
  /**
   * Pixels of the logical screen, or more if the first frame reaches beyond it, as browsers show it (seen in Chromium
   * 156).
   */
  width: number;
  height: number;
  animated: boolean;
  frame: GifFrame;
}

/** Reads the size as shown, and whether a second frame follows the first. Throws as `readGifLayout` does. */
export function readGifSize(view: DataView): StoredSize {
  const { width, height, animated } = readGifLayout(view);
  return { width, height, orientation: 1, animated };
}

/**
 * Reads the layout of the first frame (GIF89a §18–§23). Throws `DamagedImage`, and `RangeError` if the file is cut off
 * before the end of that frame. Later frames are not shown.
 */
export function readGifLayout(view: DataView): GifLayout {
  const globalPalette = readPalette(view.getUint8(10), HEADER_BYTES);
  let offset = HEADER_BYTES + tableBytes(globalPalette);
  let transparent: number | undefined;
  for (let count = 0; count < IMAGE_PARTS_MAX; count++) {
    const block = view.getUint8(offset);
    if (block === EXTENSION) {
      if (view.getUint8(offset + 1) === GRAPHIC_CONTROL) transparent = readTransparent(view, offset + 2);
      offset = skipSubBlocks(view, offset + 2);
    } else if (block === IMAGE) {
      const { frame, end } = readFrame(view, offset, globalPalette);
      const screen = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
      return {
        width: Math.max(screen.width, frame.left + frame.width),
        height: Math.max(screen.height, frame.top + frame.height),
        animated: hasFrame(view, end),
        frame: { ...frame, transparent },
      };
    } else {
      throw new DamagedImage("it holds no pixels");
    }
  }
  throw new DamagedImage(TOO_MANY_PARTS);
}

function readFrame(
  view: DataView,
  offset: number,
  globalPalette: GifFrame["palette"],
): { frame: Omit<GifFrame, "transparent">; end: number } {
  const flags = view.getUint8(offset + 9);
  const localPalette = readPalette(flags, offset + 10);
  const data = offset + 10 + tableBytes(localPalette);
  const [width, height] = [view.getUint16(offset + 5, true), view.getUint16(offset + 7, true)];
  if (width === 0 || height === 0) throw new DamagedImage("its frame has no pixels");
  const frame = {
    left: view.getUint16(offset + 1, true),
    top: view.getUint16(offset + 3, true),
    width,
    height,
    interlaced: (flags & 0x40) !== 0,
    palette: localPalette ?? globalPalette,
    data,
  };
  return { frame, end: skipSubBlocks(view, data + 1) };
}

/** Whether another frame starts after the first one. The file may be cut off there. */
function hasFrame(view: DataView, from: number): boolean {
  try {
    let offset = from;
    for (let count = 0; count < IMAGE_PARTS_MAX; count++) {
      const block = view.getUint8(offset);
      if (block !== EXTENSION) return block === IMAGE;
      offset = skipSubBlocks(view, offset + 2);
    }
    return false;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Reads the index of the transparent colour, after flags and a delay. Browsers refuse a block of another length. */
function readTransparent(view: DataView, offset: number): number | undefined {
  if (view.getUint8(offset) !== GRAPHIC_CONTROL_BYTES || view.getUint8(offset + 5) !== 0) {
    throw new DamagedImage("a graphic control block has a wrong length");
  }
  return view.getUint8(offset + 1) & 1 ? view.getUint8(offset + 4) : undefined;
}

/** The colour table that the flags announce: 2, 4 … 256 colours. */
function readPalette(flags: number, start: number): GifFrame["palette"] {
  return flags & 0x80 ? { start, colors: 2 ** ((flags & 7) + 1) } : undefined;
}

function tableBytes(palette: GifFrame["palette"]): number {
  return (palette?.colors ?? 0) * 3;
}

function skipSubBlocks(view: DataView, offset: number): number {
  let at = offset;
  for (let size = view.getUint8(at); size > 0; size = view.getUint8(at)) at += 1 + size;
  return at + 1;
}
