import { crc32 } from "node:zlib";
import type { RowSink } from "../row-source.ts";
import { createYielder } from "../../event-loop.ts";
import type { WriteBytes } from "../../write-bytes.ts";
import { PngEncoder } from "./png-encoder.ts";

/** Bytes of an IDAT chunk but the last. A chunk for each compressed block would be a few bytes long in a blank picture. */
const IDAT_BYTES = 64 * 1024;
/** The rendering intent of the sRGB chunk: perceptual, as for photos. */
const SRGB_INTENT = Uint8Array.of(0);
const COLOR_RGB = 2;
const COLOR_RGBA = 6;

/**
 * Encodes a PNG (W3C PNG 3rd edition) in sRGB, row by row. It holds only the rows of one write. Without `alpha` the pixels'
 * alpha is left out.
 */
export function createPngSink(write: WriteBytes, width: number, height: number, alpha: boolean): RowSink {
  const encoder = new PngEncoder(width, alpha ? 4 : 3);
  const yieldToEventLoop = createYielder();
  const data = new PixelDataWriter(write);
  let header: Uint8Array | undefined = headerData(width, height, alpha);
  const writeHeader = async (): Promise<void> => {
    if (!header) return;
    await write(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a));
    await write(chunk("IHDR", header));
    await write(chunk("sRGB", SRGB_INTENT));
    header = undefined;
  };
  return {
    async writeRows(rows) {
      await writeHeader();
      for (const compressed of encoder.encodeRows(rows)) {
        await data.add(compressed);
        await yieldToEventLoop();
      }
    },
    async finish() {
      await data.add(encoder.finish());
      await data.finish();
      await write(chunk("IEND", new Uint8Array()));
      encoder.giveBack();
    },
    memoryBytes: () => ({ rows: encoder.memoryBytes, encoder: 0 }),
  };
}

function headerData(width: number, height: number, alpha: boolean): Uint8Array {
  const data = new Uint8Array(13);
  const view = new DataView(data.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  view.setUint8(8, 8);
  view.setUint8(9, alpha ? COLOR_RGBA : COLOR_RGB);
  return data;
}

/** Writes data as IDAT chunks. */
class PixelDataWriter {
  readonly #write: WriteBytes;
  readonly #pending = new Uint8Array(IDAT_BYTES);
  #filled = 0;

  constructor(write: WriteBytes) {
    this.#write = write;
  }

  async add(data: Uint8Array): Promise<void> {
    for (let rest = data; rest.byteLength > 0;) {
      const taken = rest.subarray(0, IDAT_BYTES - this.#filled);
      this.#pending.set(taken, this.#filled);
      this.#filled += taken.byteLength;
      rest = rest.subarray(taken.byteLength);
      if (this.#filled === IDAT_BYTES) await this.finish();
    }
  }

  /** Writes what is left. */
  async finish(): Promise<void> {
    if (this.#filled > 0) await this.#write(chunk("IDAT", this.#pending.subarray(0, this.#filled)));
    this.#filled = 0;
  }
}

/** Writes a chunk: length, type, data, and the checksum of type and data. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.byteLength);
  for (let index = 0; index < 4; index++) view.setUint8(4 + index, type.charCodeAt(index));
  bytes.set(data, 8);
  view.setUint32(8 + data.byteLength, crc32(bytes.subarray(4, 8 + data.byteLength)));
  return bytes;
}
