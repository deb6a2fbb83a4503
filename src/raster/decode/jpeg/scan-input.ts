import { DamagedImage } from "../../headers/damaged-image.ts";
import { INPUT_BYTES } from "../../pixel-codec/jpeg-decoder-exports.ts";
import { ByteReader } from "../byte-reader.ts";
import type { ImageFile } from "../image-file.ts";
import type { JpegDecoder } from "./jpeg-decoder.ts";
import type { JpegScan } from "./scan-header.ts";

/** The entropy-coded data of a scan, in order. */
export interface ScanInput {
  /** Returns up to `max` next bytes; undefined: there are no more. */
  read(max: number): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
  /** Bytes held. */
  memoryBytes: number;
}

/** The most bytes that all scans of a file hold at once. */
const PIECES_BYTES = 4 * 1024 * 1024;
/** The most bytes of a scan that are read at once: fewer requests to the storage, for more memory. */
const PIECE_BYTES_MAX = 256 * 1024;

/**
 * Opens the data of each scan. A single scan is one stream. Several are needed at the same time, and each reads its
 * part of the file in pieces.
 */
export function openScans(file: ImageFile, scans: readonly JpegScan[]): ScanInput[] {
  const [only] = scans;
  if (only && scans.length === 1) return [openStream(file, only)];
  const pieceBytes = Math.min(PIECE_BYTES_MAX, Math.floor(PIECES_BYTES / scans.length));
  return scans.map((scan) => openPieces(file, scan, pieceBytes));
}

/**
 * Brings input as long as `decode` returns a scan that needs some. Throws `DamagedImage` if there are no pixels at all.
 */
export async function feedScans(
  decoder: JpegDecoder,
  scans: readonly ScanInput[],
  decode: () => number | undefined,
): Promise<void> {
  for (let needy = decode(); needy !== undefined; needy = decode()) {
    decoder.addInput(needy, await scans[needy]?.read(INPUT_BYTES));
  }
  if (!decoder.hasData(0)) throw new DamagedImage("it holds no pixels");
}

function openStream(file: ImageFile, { start }: JpegScan): ScanInput {
  const reader = new ByteReader(file.read(start));
  return { read: (max) => reader.readSome(max), close: () => reader.close(), memoryBytes: 0 };
}

function openPieces(file: ImageFile, { start, end }: JpegScan, pieceBytes: number): ScanInput {
  // A marker ends the data, and is two bytes long.
  const last = Math.min(file.size, end + 2);
  let next = start;
  let piece: Uint8Array = new Uint8Array();
  return {
    async read(max) {
      if (piece.byteLength === 0 && next < last) {
        piece = await file.readRange(next, Math.min(pieceBytes, last - next));
        next = piece.byteLength === 0 ? last : next + piece.byteLength;
      }
      if (piece.byteLength === 0) return undefined;
      const some = piece.subarray(0, max);
      piece = piece.subarray(some.byteLength);
      return some;
    },
    async close() {
      piece = new Uint8Array();
    },
    memoryBytes: Math.min(pieceBytes, last - start),
  };
}
