import { createYielder } from "../../event-loop.ts";
import { findColors } from "../color/find-colors.ts";
import { readWebpLayout, type RiffChunk, type WebpFrame } from "../headers/webp.ts";
import { UndecodableImage, UnusableImage } from "../image-errors.ts";
import { giveBackWebpCodec, takeWebpCodec, type WebpCodec } from "../webp-codec/codec-instance.ts";
import { describeDamage } from "./describe-damage.ts";
import { readWholeFile, type ImageFile } from "./image-file.ts";
import type { CheckInfo, DecodedImage } from "./image-source.ts";
import { readImageInfo } from "./scan-image.ts";

/**
 * The most bytes for the data and pixels of a frame: what the codec's memory may grow to (`tools/compile-webp.ts`), less
 * what it needs for itself, its rows, and the tables of a picture without loss.
 */
const FRAME_BYTES_MAX = 88 * 1024 * 1024;

const OUT_OF_MEMORY = -1;

/**
 * Opens a WebP: its first frame, on a transparent canvas, as browsers show it. libwebp, which browsers use too, gets only
 * the data of that frame. A lossy picture is decoded by rows. One without loss takes 4 bytes a pixel, and a lossy one's
 * alpha 2, rarely 5. Throws `UnusableImage`, also when rows are read.
 */
export async function openWebp(stored: ImageFile, check: CheckInfo): Promise<DecodedImage> {
  const file = await readWholeFile(stored);
  const found = await readImageInfo(file);
  if (!found.ok) throw new UnusableImage(found.error.message);
  const info = found.value;
  check(info);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const { canvas, frame } = readWebpLayout(view);
  const colors = findColors(file, info.type);
  const rows = await describeDamage("WebP", () => FrameRows.open(file, frame));
  const fillsCanvas = frame.width === canvas.width && frame.height === canvas.height;
  const { memoryBytes } = rows;
  const decodingBytes = file.byteLength + memoryBytes;
  let next = 0;
  const readRow = async (y: number, into: Uint8Array): Promise<void> => {
    const inside = y >= frame.top && y < frame.top + frame.height;
    if (!fillsCanvas) into.fill(0);
    if (!inside) return;
    const row = into.subarray(frame.left * 4, (frame.left + frame.width) * 4);
    await describeDamage("WebP", () => rows.readRow(row));
  };
  return {
    ...canvas,
    orientation: 1,
    opaque: rows.opaque && fillsCanvas,
    info,
    colors,
    async readRows(first, count, into) {
      // A caller may skip rows, but never goes back.
      const skipped = new Uint8Array(next < first ? canvas.width * 4 : 0);
      for (; next < first; next++) await readRow(next, skipped);
      for (; next < first + count; next++) {
        const at = (next - first) * canvas.width * 4;
        await readRow(next, into.subarray(at, at + canvas.width * 4));
      }
    },
    memoryBytes: () => memoryBytes,
    decodingBytes: () => decodingBytes,
    async close() {
      rows.close();
    },
  };
}

/** The rows of a frame, from the top. */
class FrameRows {
  readonly opaque: boolean;
  /** What it takes until it is closed. */
  memoryBytes = 0;
  readonly #rowBytes: number;
  readonly #data: readonly number[];
  readonly #yield = createYielder();
  /** undefined: closed, or failed. */
  #codec: WebpCodec | undefined;
  /** The rows that are decoded: the next one in the codec's memory, and how many there are. */
  #address = 0;
  #rows = 0;

  /** Throws `UndecodableImage`, `UnusableImage`. */
  static async open(file: Uint8Array, frame: WebpFrame): Promise<FrameRows> {
    if (frameBytes(frame) > FRAME_BYTES_MAX) throw tooMuch();
    const codec = takeWebpCodec();
    const { pixels, alpha, width, height } = frame;
    const data = [copyData(codec, file, pixels), alpha ? copyData(codec, file, alpha) : 0] as const;
    const { exports } = codec;
    const opened = guard(() =>
      pixels.type === "VP8L"
        ? exports.openLossless(data[0], pixels.length)
        : exports.openLossy(data[0], pixels.length, data[1], alpha?.length ?? 0),
    );
    if (opened === 0 || exports.pictureWidth() !== width || exports.pictureHeight() !== height)
      throw undecodable();
    const rows = new FrameRows(codec, data, frame);
    // libwebp allocates what it needs for the whole frame.
    await rows.#decode();
    rows.memoryBytes = exports.memory.buffer.byteLength;
    return rows;
  }

  private constructor(codec: WebpCodec, data: readonly number[], frame: WebpFrame) {
    this.#codec = codec;
    this.#data = data;
    this.#rowBytes = frame.width * 4;
    this.opaque = codec.exports.isOpaque() !== 0;
  }

  async readRow(into: Uint8Array): Promise<void> {
    if (this.#rows === 0) await this.#decode();
    if (!this.#codec) throw new RangeError("The image is closed");
    into.set(new Uint8Array(this.#codec.exports.memory.buffer, this.#address, this.#rowBytes));
    this.#address += this.#rowBytes;
    this.#rows--;
  }

  close(): void {
    if (!this.#codec) return;
    this.#codec.exports.closePicture();
    for (const address of this.#data) this.#codec.exports.release(address);
    giveBackWebpCodec(this.#codec);
    this.#codec = undefined;
  }

  async #decode(): Promise<void> {
    await this.#yield();
    const codec = this.#codec;
    if (!codec) throw new RangeError("The image is closed");
    // An instance that failed is not used again.
    this.#codec = undefined;
    this.#rows = guard(() => codec.exports.decodeRows());
    if (this.#rows === OUT_OF_MEMORY) throw tooMuch();
    if (this.#rows <= 0) throw undecodable();
    this.#codec = codec;
    this.#address = codec.exports.decodedRows();
  }
}

/** The bytes that decoding a frame takes at least. */
function frameBytes({ width, height, pixels, alpha }: WebpFrame): number {
  const pixelBytes = pixels.type === "VP8L" ? 4 : alpha ? 1 : 0;
  return pixels.length + (alpha?.length ?? 0) + width * height * pixelBytes;
}

function copyData({ exports }: WebpCodec, file: Uint8Array, { data, length }: RiffChunk): number {
  const address = exports.allocate(length);
  if (address === 0) throw tooMuch();
  new Uint8Array(exports.memory.buffer, address, length).set(file.subarray(data, data + length));
  return address;
}

/** A damaged file may make the module trap. */
function guard(decode: () => number): number {
  try {
    return decode();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw undecodable(error);
    throw error;
  }
}

function undecodable(cause?: unknown): UndecodableImage {
  return new UndecodableImage("libwebp could not decode the file", { cause });
}

function tooMuch(): UnusableImage {
  return new UnusableImage(
    "The picture takes more memory to decode than there is, as large WebP pictures without loss or with alpha do. Upload a smaller one, or save it as PNG.",
  );
}
