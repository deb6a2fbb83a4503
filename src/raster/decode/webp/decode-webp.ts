import createDecoder from "@jsquash/webp/codec/dec/webp_dec.js";
import decoderModule from "../../../../generated/webp-decoder.wasm";
import type { RiffChunk, WebpFrame, WebpLayout } from "../../headers/webp.ts";
import { RIFF_HEADER_BYTES } from "../../headers/webp.ts";
import { UndecodableImage } from "../../image-errors.ts";

const CHUNK_HEADER_BYTES = 8;
const VP8X_BYTES = 10;
const ALPHA_FLAG = 0b1_0000;

/** RGBA pixels, and how large the decoder's memory grew. */
interface DecodedWebp {
  pixels: Uint8Array;
  memoryBytes: number;
}

/**
 * Decodes the first frame to RGBA, on a transparent canvas, as browsers show it. libwebp, which browsers use too, gets
 * only the chunks of that frame, so the rest of the file takes no memory. Throws `UndecodableImage`.
 */
export async function decodeWebp(file: Uint8Array, { canvas, frame }: WebpLayout): Promise<DecodedWebp> {
  const { pixels, memoryBytes } = await decodeFrame(file, frame);
  if (frame.width === canvas.width && frame.height === canvas.height) return { pixels, memoryBytes };
  const placed = new Uint8Array(canvas.width * canvas.height * 4);
  for (let y = 0; y < frame.height; y++) {
    const row = pixels.subarray(y * frame.width * 4, (y + 1) * frame.width * 4);
    placed.set(row, ((frame.top + y) * canvas.width + frame.left) * 4);
  }
  return { pixels: placed, memoryBytes: memoryBytes + pixels.byteLength };
}

async function decodeFrame(file: Uint8Array, frame: WebpFrame): Promise<DecodedWebp> {
  let memory: WebAssembly.ExportValue | undefined;
  // Each image gets a decoder of its own: its memory never shrinks, and the next job may need the room.
  const decoder = await createDecoder({
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(decoderModule, imports);
      memory = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory);
      done(instance);
    },
    printErr: () => undefined,
  });
  const image = tryDecode(() => decoder.decode(writeStill(file, frame)));
  if (!image || image.width !== frame.width || image.height !== frame.height) {
    throw new UndecodableImage("libwebp could not decode the file");
  }
  const { buffer, byteOffset, byteLength } = image.data;
  return {
    pixels: new Uint8Array(buffer, byteOffset, byteLength),
    memoryBytes: memory instanceof WebAssembly.Memory ? memory.buffer.byteLength : 0,
  };
}

/** Emscripten throws numbers and its own errors, mostly when it runs out of memory. */
function tryDecode<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw new UndecodableImage("libwebp could not decode the file", { cause: error });
  }
}

/** Writes a WebP of one frame. */
function writeStill(file: Uint8Array, { width, height, pixels, alpha }: WebpFrame): Uint8Array {
  const parts = [pixels];
  if (alpha) parts.unshift(alpha);
  const headerBytes = RIFF_HEADER_BYTES + (alpha ? CHUNK_HEADER_BYTES + VP8X_BYTES : 0);
  const still = new Uint8Array(parts.reduce((sum, part) => sum + paddedBytes(part), headerBytes));
  const view = new DataView(still.buffer);
  writeFourCc(still, 0, "RIFF");
  view.setUint32(4, still.byteLength - CHUNK_HEADER_BYTES, true);
  writeFourCc(still, 8, "WEBP");
  if (alpha) {
    writeFourCc(still, RIFF_HEADER_BYTES, "VP8X");
    view.setUint32(RIFF_HEADER_BYTES + 4, VP8X_BYTES, true);
    const data = RIFF_HEADER_BYTES + CHUNK_HEADER_BYTES;
    still[data] = ALPHA_FLAG;
    // Two sides of 24 bits, each minus one. The second overwrites the fourth byte of the first.
    view.setUint32(data + 4, width - 1, true);
    view.setUint16(data + 7, (height - 1) & 0xffff, true);
    still[data + 9] = (height - 1) >> 16;
  }
  let at = headerBytes;
  for (const part of parts) {
    still.set(file.subarray(part.start, part.data + part.length), at);
    at += paddedBytes(part);
  }
  return still;
}

/** Bytes of a chunk with its header and padding. */
function paddedBytes({ length }: RiffChunk): number {
  return CHUNK_HEADER_BYTES + length + (length & 1);
}

function writeFourCc(bytes: Uint8Array, at: number, name: string): void {
  for (let index = 0; index < 4; index++) bytes[at + index] = name.charCodeAt(index);
}
