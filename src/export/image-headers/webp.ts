import { DamagedImage, readFourCc, type StoredSize } from "./damaged-image.ts";
import { readExifOrientation } from "./exif.ts";

export const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
/** In the flags of a VP8X chunk (RFC 9649 §2.7.1). */
const ANIMATION_FLAG = 0b10;

/** Offsets in the file: `start` of the type, `data`, `end` after the padding. */
export interface RiffChunk {
  type: string;
  start: number;
  data: number;
  length: number;
  end: number;
}

/** The chunks of a WebP (RFC 9649 §2.3). Throws `DamagedImage` or `RangeError` where it is cut off. */
export function* webpChunks(view: DataView): Generator<RiffChunk> {
  const riffEnd = CHUNK_HEADER_BYTES + view.getUint32(4, true);
  if (riffEnd > view.byteLength) throw new DamagedImage("it is cut off");
  for (let start = RIFF_HEADER_BYTES; start + CHUNK_HEADER_BYTES <= riffEnd;) {
    const type = readFourCc(view, start);
    const length = view.getUint32(start + 4, true);
    const data = start + CHUNK_HEADER_BYTES;
    if (data + length > riffEnd) throw new DamagedImage("it is cut off");
    // Chunks are padded to an even length; the last one's padding is missed by some writers.
    const end = Math.min(riffEnd, data + length + (length & 1));
    yield { type, start, data, length, end };
    start = end;
  }
}

/** The size of the picture or of its canvas, and the orientation of its EXIF data. Throws as `webpChunks` does. */
export function readWebpSize(view: DataView): StoredSize {
  const [first, ...more] = webpChunks(view);
  if (first?.type === "VP8 ") return readLossySize(view, first.data);
  if (first?.type === "VP8L") return readLosslessSize(view, first.data);
  if (first?.type !== "VP8X") throw new DamagedImage("its first chunk is unknown");
  const exif = more.find((chunk) => chunk.type === "EXIF");
  return {
    width: readUint24(view, first.data + 4) + 1,
    height: readUint24(view, first.data + 7) + 1,
    orientation: exif ? readChunkOrientation(view, exif) : 1,
    animated: (view.getUint8(first.data) & ANIMATION_FLAG) !== 0,
  };
}

/** RFC 6386 §9.1: a key frame's start code, then 14 bits for each side. */
function readLossySize(view: DataView, offset: number): StoredSize {
  if (view.getUint8(offset + 3) !== 0x9d || view.getUint16(offset + 4, true) !== 0x2a01) {
    throw new DamagedImage("its frame does not start");
  }
  return {
    width: view.getUint16(offset + 6, true) & 0x3fff,
    height: view.getUint16(offset + 8, true) & 0x3fff,
    orientation: 1,
  };
}

/** RFC 9649 §3.4: a signature byte, then 14 bits for each side less one. */
function readLosslessSize(view: DataView, offset: number): StoredSize {
  if (view.getUint8(offset) !== 0x2f) throw new DamagedImage("its frame does not start");
  const bits = view.getUint32(offset + 1, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, orientation: 1 };
}

function readChunkOrientation(view: DataView, { data, length }: RiffChunk): number {
  // Some writers keep JPEG's "Exif\0\0" before the TIFF header.
  const skip = length >= 6 && view.getUint32(data) === 0x45786966 ? 6 : 0;
  return readExifOrientation(view, data + skip, length - skip);
}

function readUint24(view: DataView, offset: number): number {
  return view.getUint16(offset, true) | (view.getUint8(offset + 2) << 16);
}
