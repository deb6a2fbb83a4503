import { DamagedImage } from "../../headers/damaged-image.ts";
import { readExifOrientation } from "../../headers/exif.ts";
import { PngOrder, readPngHeader, type PngHeader } from "../../headers/png-header.ts";
import { readPngChunks } from "./read-chunks.ts";

/** What a PNG says about its pixels. */
export interface PngScan extends PngHeader {
  /** EXIF orientation, 1–8. */
  orientation: number;
  /** Whether it says that it is animated (APNG). */
  animated: boolean;
  /** The data of the chunks that are kept and intact, by type: PLTE, tRNS and those about colour. */
  chunks: ReadonlyMap<string, Uint8Array>;
}

/** The chunks that are kept, and the most bytes of each. A larger one is ignored. */
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

/** Reads a PNG from start to end without inflating anything. Throws `DamagedImage`. */
export async function scanPng(file: AsyncIterable<Uint8Array>): Promise<PngScan> {
  const order = new PngOrder();
  const chunks = new Map<string, Uint8Array>();
  let animated = false;
  let pending = new Uint8Array();
  let filled = 0;
  for await (const { type, length, data, first, last, intact } of readPngChunks(file)) {
    if (first) order.pass(type, length);
    if (type === "acTL") animated = true;
    const most = kept[type];
    if (most === undefined || length > most || chunks.has(type)) continue;
    // Browsers read EXIF data only before the pixels.
    if (type === "eXIf" && order.hasPixels) continue;
    if (first) {
      pending = new Uint8Array(length);
      filled = 0;
    }
    pending.set(data, filled);
    filled += data.byteLength;
    if (last && intact) chunks.set(type, pending);
  }
  const header = chunks.get("IHDR");
  if (!header) throw new DamagedImage("its header chunk is missing");
  const read = readPngHeader(viewOf(header));
  order.end(read);
  const exif = chunks.get("eXIf");
  const orientation = exif ? readExifOrientation(viewOf(exif), 0, exif.byteLength) : 1;
  return { ...read, orientation, animated, chunks };
}

export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
