import { DamagedImage } from "./damaged-image.ts";

export type PngColorType = 0 | 2 | 3 | 4 | 6;

/** The IHDR chunk. */
export interface PngHeader {
  width: number;
  height: number;
  /** Bits of a sample, or of a palette index. */
  depth: number;
  colorType: PngColorType;
  interlaced: boolean;
}

export const PNG_SIGNATURE_BYTES = 8;
const HEADER_BYTES = 13;
const PALETTE_MAX_BYTES = 256 * 3;
const criticalTypes = new Set(["IHDR", "PLTE", "IDAT", "IEND"]);

/** The depths that a colour type may have (W3C PNG 3rd edition §11.2.1). */
const depths: Record<PngColorType, readonly number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** Reads the data of an IHDR chunk. Accepts sides of 0: the caller checks them. Throws `DamagedImage`. */
export function readPngHeader(view: DataView): PngHeader {
  if (view.byteLength !== HEADER_BYTES) throw new DamagedImage("its header chunk has a wrong length");
  const depth = view.getUint8(8);
  const colorType = toColorType(view.getUint8(9));
  // There is one method of compression and one of filtering, and two of interlacing.
  if (!depths[colorType].includes(depth) || view.getUint16(10) !== 0 || view.getUint8(12) > 1) {
    throw new DamagedImage("its header chunk makes no sense");
  }
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  return { width, height, depth, colorType, interlaced: view.getUint8(12) === 1 };
}

function toColorType(value: number): PngColorType {
  switch (value) {
    case 0:
    case 2:
    case 3:
    case 4:
    case 6:
      return value;
    default:
      throw new DamagedImage("its header chunk makes no sense");
  }
}

/** Whether the pixels depend on a chunk, so that its checksum must be right. Nothing depends on that of IEND. */
export function needsChecksum(type: string): boolean {
  return isCritical(type) && type !== "IEND";
}

/** A capital first letter (§5.4). */
function isCritical(type: string): boolean {
  return type.charCodeAt(0) < 0x60;
}

/** Checks the order of a PNG's chunks (§5.6), as strictly as browsers do. */
export class PngOrder {
  #hasHeader = false;
  #hasPalette = false;
  #hasPixels = false;

  /** Whether the pixels have begun. They don't depend on later chunks. */
  get hasPixels(): boolean {
    return this.#hasPixels;
  }

  /** Checks the next chunk. Throws `DamagedImage`. */
  pass(type: string, length: number): void {
    if (type === "IHDR" ? this.#hasHeader : !this.#hasHeader) {
      throw new DamagedImage(type === "IHDR" ? "it has two header chunks" : "its header chunk is missing");
    }
    this.#hasHeader = true;
    if (type === "IDAT") this.#hasPixels = true;
    if (this.#hasPixels) return;
    if (isCritical(type) && !criticalTypes.has(type)) {
      throw new DamagedImage("it has a chunk that is unknown here and that it can't be shown without");
    }
    if (type !== "PLTE") return;
    if (this.#hasPalette || length === 0 || length > PALETTE_MAX_BYTES) {
      throw new DamagedImage("its palette makes no sense");
    }
    this.#hasPalette = true;
  }

  /** Call after the last chunk. Throws `DamagedImage`. */
  end({ colorType }: PngHeader): void {
    if (!this.#hasPixels) throw new DamagedImage("it holds no pixels");
    if (colorType === 3 && !this.#hasPalette) throw new DamagedImage("its palette is missing");
  }
}
