import { DamagedImage } from "../../image-headers/damaged-image.ts";
import { readExifOrientation } from "../../image-headers/exif.ts";
import { readPngChunks } from "./read-chunks.ts";

export type PngColorType = 0 | 2 | 3 | 4 | 6;

/** What a PNG tells of its pixels. */
export interface PngHeader {
  width: number;
  height: number;
  /** Bits of a sample, or of a palette's index. */
  depth: number;
  colorType: PngColorType;
  interlaced: boolean;
  /** EXIF orientation, 1–8. */
  orientation: number;
  /** It says that it is animated (APNG). */
  animated: boolean;
  /** The data of the chunks that were looked for and found intact, by type: PLTE, tRNS and those of colour. */
  chunks: ReadonlyMap<string, Uint8Array>;
}

/** Chunks that are kept, and the most bytes they may have: a larger one is passed over as if it were not there. */
const kept: Record<string, number> = {
  IHDR: 13,
  PLTE: 768,
  tRNS: 256,
  cICP: 4,
  iCCP: 1024 * 1024,
  sRGB: 1,
  gAMA: 4,
  cHRM: 32,
  eXIf: 64 * 1024,
};

/** Bits of a sample that a colour type may have (W3C PNG 3rd edition §11.2.1). */
const depths: Record<PngColorType, readonly number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** Reads a PNG once from end to end, and inflates nothing. Throws `DamagedImage`. */
export async function scanPng(file: AsyncIterable<Uint8Array>): Promise<PngHeader> {
  const chunks = new Map<string, Uint8Array>();
  let animated = false;
  let hasPixels = false;
  let pending = new Uint8Array();
  let filled = 0;
  for await (const { type, length, data, last, intact } of readPngChunks(file)) {
    if (type === "IDAT") hasPixels = true;
    if (type === "acTL") animated = true;
    const most = kept[type];
    if (most === undefined || length > most || chunks.has(type)) continue;
    if (filled === 0) pending = new Uint8Array(length);
    pending.set(data, filled);
    filled += data.byteLength;
    if (!last) continue;
    if (intact) chunks.set(type, pending);
    filled = 0;
  }
  if (!hasPixels) throw new DamagedImage("it holds no pixels");
  const exif = chunks.get("eXIf");
  const orientation = exif ? readExifOrientation(viewOf(exif), 0, exif.byteLength) : 1;
  return { ...readHeader(chunks), orientation, animated, chunks };
}

function readHeader(
  chunks: ReadonlyMap<string, Uint8Array>,
): Pick<PngHeader, "width" | "height" | "depth" | "colorType" | "interlaced"> {
  const data = chunks.get("IHDR");
  if (data?.byteLength !== 13) throw new DamagedImage("its header chunk is missing");
  const view = viewOf(data);
  const depth = view.getUint8(8);
  const colorType = toColorType(view.getUint8(9));
  if (!depths[colorType].includes(depth) || view.getUint16(10) !== 0 || view.getUint8(12) > 1) {
    throw new DamagedImage("its header chunk makes no sense");
  }
  if (colorType === 3 && !chunks.has("PLTE")) throw new DamagedImage("its palette is missing");
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    depth,
    colorType,
    interlaced: view.getUint8(12) === 1,
  };
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

export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
