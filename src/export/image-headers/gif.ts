import { DamagedImage, type StoredSize } from "./damaged-image.ts";

const HEADER_BYTES = 13;
const EXTENSION = 0x21;
const IMAGE = 0x2c;

/**
 * The logical screen (GIF89a §18), onto which the first frame is drawn, and whether a second one follows it. Throws `RangeError` where the
 * file is cut off before the end of its first frame; later ones are not shown.
 */
export function readGifSize(view: DataView): StoredSize {
  return {
    width: view.getUint16(6, true),
    height: view.getUint16(8, true),
    orientation: 1,
    animated: hasSecondFrame(view),
  };
}

function hasSecondFrame(view: DataView): boolean {
  let hasFirst = false;
  try {
    let offset = HEADER_BYTES + tableBytes(view.getUint8(10));
    for (;;) {
      const block = view.getUint8(offset);
      if (block === EXTENSION) {
        offset = skipSubBlocks(view, offset + 2);
      } else if (block === IMAGE) {
        if (hasFirst) return true;
        // Place, size and flags, the table of colours, the size of the first code.
        offset = skipSubBlocks(view, offset + 10 + tableBytes(view.getUint8(offset + 9)) + 1);
        hasFirst = true;
      } else {
        if (!hasFirst) throw new DamagedImage("it holds no pixels");
        return false;
      }
    }
  } catch (error) {
    if (error instanceof RangeError && hasFirst) return false;
    throw error;
  }
}

/** Bytes of the colour table that flags tell of: three for each of 2, 4 … 256 colours. */
function tableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

function skipSubBlocks(view: DataView, offset: number): number {
  let at = offset;
  for (let size = view.getUint8(at); size > 0; size = view.getUint8(at)) at += 1 + size;
  return at + 1;
}
