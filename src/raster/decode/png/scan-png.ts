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

/** Reads a PNG up to its pixels: nothing behind them says how to show them. Throws `DamagedImage`. */
export function readPngHead(file: AsyncIterable<Uint8Array>): Promise<PngScan> {
  return scan(file, () => false);
}

/**
 * Reads a PNG from start to end without inflating anything. `beforePixels` is called as soon as the pixels start: size
 * and orientation are known then. Throws `DamagedImage`.
 */
export async function scanPng(
  file: AsyncIterable<Uint8Array>,
  beforePixels?: (scan: PngScan) => void,
): Promise<PngScan> {
  return scan(file, (head) => {
    beforePixels?.(head);
    return true;
  });
}

/** `goesOn` is called where the pixels start. */
async function scan(file: AsyncIterable<Uint8Array>, goesOn: (head: PngScan) => boolean): Promise<PngScan> {
  const order = new PngOrder();
  const chunks = new Map<string, Uint8Array>();
  let animated = false;
  let pending = new Uint8Array();
  let filled = 0;
  for await (const { type, length, data, first, last, intact } of readPngChunks(file)) {
    if (first) {
      const starts = type === "IDAT" && !order.hasPixels;
      order.pass(type, length);
      if (starts && !goesOn(describe(chunks, animated))) break;
    }
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
  const all = describe(chunks, animated);
  order.end(all);
  return all;
}

function describe(chunks: ReadonlyMap<string, Uint8Array>, animated: boolean): PngScan {
  const header = chunks.get("IHDR");
  if (!header) throw new DamagedImage("its header chunk is missing");
  const exif = chunks.get("eXIf");
  const orientation = exif ? readExifOrientation(viewOf(exif), 0, exif.byteLength) : 1;
  return { ...readPngHeader(viewOf(header)), orientation, animated, chunks };
}

export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
