import { IMAGE_PARTS_MAX } from "../../protocol/limits.ts";
import { DamagedImage, readFourCc, TOO_MANY_PARTS, type StoredSize } from "./damaged-image.ts";

export const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
/** Place, size, duration and flags in an ANMF chunk, before the chunks of its frame (RFC 9649 §2.7.1.1). */
const FRAME_HEADER_BYTES = 16;
/** Flags of a VP8X chunk (RFC 9649 §2.7.1). */
const ANIMATION_FLAG = 0b10;
const ALPHA_FLAG = 0b1_0000;
/** The chunks with which a frame of an animation may start. */
const frameStarts = new Set(["ALPH", "VP8 ", "VP8L"]);

/** A chunk. The offsets in the file are the `start` of the type, the `data`, and the `end` after the padding. */
export interface RiffChunk {
  type: string;
  start: number;
  data: number;
  length: number;
  end: number;
}

/** The only frame, or the first one of an animation, with its place on the canvas in pixels. */
export interface WebpFrame {
  left: number;
  top: number;
  width: number;
  height: number;
  /** The VP8 or VP8L chunk. */
  pixels: RiffChunk;
  /** The ALPH chunk that belongs to a VP8 chunk. */
  alpha: RiffChunk | undefined;
}

export interface WebpLayout {
  canvas: { width: number; height: number };
  animated: boolean;
  frame: WebpFrame;
}

/** Reads the chunks of a WebP (RFC 9649 §2.3). Throws `DamagedImage` or `RangeError` if it is cut off. */
export function* webpChunks(view: DataView): Generator<RiffChunk, undefined> {
  const riffEnd = CHUNK_HEADER_BYTES + view.getUint32(4, true);
  if (riffEnd > view.byteLength) throw new DamagedImage("it is cut off");
  return yield* chunksBetween(view, RIFF_HEADER_BYTES, riffEnd);
}

function* chunksBetween(view: DataView, from: number, until: number): Generator<RiffChunk, undefined> {
  let count = 0;
  for (let start = from; start + CHUNK_HEADER_BYTES <= until;) {
    if (++count > IMAGE_PARTS_MAX) throw new DamagedImage(TOO_MANY_PARTS);
    const type = readFourCc(view, start);
    const length = view.getUint32(start + 4, true);
    const data = start + CHUNK_HEADER_BYTES;
    if (data + length > until) throw new DamagedImage("it is cut off");
    // Chunks are padded to an even length. Some writers omit the padding of the last one.
    const end = Math.min(until, data + length + (length & 1));
    yield { type, start, data, length, end };
    start = end;
  }
}

/**
 * Reads the size of the image or of its canvas. EXIF data does not turn a WebP: browsers show it as stored (seen in
 * Chromium 156). Throws as `readWebpLayout` does.
 */
export function readWebpSize(view: DataView): StoredSize {
  const { canvas, animated } = readWebpLayout(view);
  return { ...canvas, orientation: 1, animated };
}

/**
 * Finds the frames. Each must have the size that the file announces for it, since a decoder allocates what the frame
 * itself says. Throws `DamagedImage`, and `RangeError` past the end.
 */
export function readWebpLayout(view: DataView): WebpLayout {
  const chunks = webpChunks(view);
  const first = chunks.next().value;
  if (first?.type === "VP8 " || first?.type === "VP8L") {
    const size = readFrameSize(view, first);
    const frame = { left: 0, top: 0, ...size, pixels: first, alpha: undefined };
    return { canvas: size, animated: false, frame };
  }
  if (first?.type !== "VP8X") throw new DamagedImage("its first chunk is unknown");
  const canvas = readSides(view, first.data + 4);
  const flags = view.getUint8(first.data);
  const animated = (flags & ANIMATION_FLAG) !== 0;
  // All chunks: browsers refuse a file that is damaged after the frame that they show.
  const more = Array.from(chunks);
  if (animated) return { canvas, animated, frame: readAnimation(view, more, canvas) };
  const frame = readFrame(view, more, { left: 0, top: 0, ...canvas });
  // As in libwebp, alpha that the header does not announce is ignored.
  return { canvas, animated, frame: flags & ALPHA_FLAG ? frame : { ...frame, alpha: undefined } };
}

/** Reads the first frame of an animation, and checks the others. */
function readAnimation(
  view: DataView,
  chunks: readonly RiffChunk[],
  canvas: WebpLayout["canvas"],
): WebpFrame {
  let shown: WebpFrame | undefined;
  let hasHeader = false;
  for (const { type, data, length } of chunks) {
    if (type === "ANIM") hasHeader = true;
    if (type !== "ANMF") continue;
    if (!hasHeader) throw new DamagedImage("its animation has no header");
    // The file stores half of each coordinate: frames start at even pixels.
    const [left, top] = [readUint24(view, data) * 2, readUint24(view, data + 3) * 2];
    const place = { left, top, ...readSides(view, data + 6) };
    if (left + place.width > canvas.width || top + place.height > canvas.height) {
      throw new DamagedImage("a frame reaches beyond its canvas");
    }
    const inside = Array.from(chunksBetween(view, data + FRAME_HEADER_BYTES, data + length));
    if (!frameStarts.has(inside[0]?.type ?? "")) throw new DamagedImage("a frame has no pixels at its start");
    const frame = readFrame(view, inside, place);
    shown ??= frame;
  }
  if (!shown) throw new DamagedImage("it holds no pixels");
  return shown;
}

type Place = Pick<WebpFrame, "left" | "top" | "width" | "height">;

/** Reads the first VP8 or VP8L chunk, and the ALPH chunk before it. */
function readFrame(view: DataView, chunks: readonly RiffChunk[], place: Place): WebpFrame {
  let alpha: RiffChunk | undefined;
  for (const chunk of chunks) {
    if (chunk.type === "ALPH") alpha ??= chunk;
    if (chunk.type !== "VP8 " && chunk.type !== "VP8L") continue;
    const { width, height } = readFrameSize(view, chunk);
    if (width !== place.width || height !== place.height) {
      throw new DamagedImage(
        `a frame is ${width} × ${height} pixels, where the file promises ${place.width} × ${place.height}`,
      );
    }
    return { ...place, pixels: chunk, alpha: chunk.type === "VP8 " ? alpha : undefined };
  }
  throw new DamagedImage("it holds no pixels");
}

function readFrameSize(view: DataView, { type, data }: RiffChunk): { width: number; height: number } {
  return type === "VP8 " ? readLossySize(view, data) : readLosslessSize(view, data);
}

/**
 * RFC 6386 §9.1: a tag of three bytes, a start code, then 14 bits for each side. The tag has a bit that is 0 for a key
 * frame, three bits of version, which is at most 3, and a bit that is 1 for a frame to show.
 */
function readLossySize(view: DataView, offset: number): { width: number; height: number } {
  const tag = view.getUint8(offset);
  const isShownKeyFrame = (tag & 0b1_1001) === 0b1_0000;
  if (!isShownKeyFrame || view.getUint8(offset + 3) !== 0x9d || view.getUint16(offset + 4, true) !== 0x2a01) {
    throw new DamagedImage("its frame does not start");
  }
  return {
    width: view.getUint16(offset + 6, true) & 0x3fff,
    height: view.getUint16(offset + 8, true) & 0x3fff,
  };
}

/**
 * RFC 9649 §3.4: a signature byte, 14 bits for each side minus one, a hint at alpha, and three bits of version, which
 * is 0.
 */
function readLosslessSize(view: DataView, offset: number): { width: number; height: number } {
  const bits = view.getUint32(offset + 1, true);
  if (view.getUint8(offset) !== 0x2f || bits >>> 29 !== 0) {
    throw new DamagedImage("its frame does not start");
  }
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

/** Two sides of 24 bits, each minus one. */
function readSides(view: DataView, offset: number): { width: number; height: number } {
  return { width: readUint24(view, offset) + 1, height: readUint24(view, offset + 3) + 1 };
}

function readUint24(view: DataView, offset: number): number {
  return view.getUint16(offset, true) | (view.getUint8(offset + 2) << 16);
}
