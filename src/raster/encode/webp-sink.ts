import { createYielder } from "../../event-loop.ts";
import type { WriteBytes } from "../../write-bytes.ts";
import type { RowSink } from "../row-source.ts";
import { giveBackWebpCodec, takeWebpCodec } from "../webp-codec/codec-instance.ts";

/**
 * The alpha of larger pictures is not compressed, and takes a byte a pixel of the file. Compressing it takes up to 30
 * bytes a pixel of memory.
 */
const PACKED_ALPHA_PIXELS = 1_500_000;

/** The bytes that a picture's rows are kept in until they are encoded. */
export function webpRowsBytes(width: number, height: number, opaque: boolean): number {
  return width * height * (opaque ? 1.5 : 2.5);
}

/**
 * Encodes a lossy WebP of `quality` 1–100. The rows are kept as libwebp needs them, in 1.5 bytes a pixel and one more if
 * some are translucent. After the last one libwebp encodes them, and lets other requests in meanwhile.
 */
export function createWebpSink(write: WriteBytes, width: number, height: number, quality: number): RowSink {
  const codec = takeWebpCodec();
  const { exports, host } = codec;
  const rowBytes = width * 4;
  const band = exports.startPicture(width, height);
  const bandRows = exports.bandRows();
  const yieldToEventLoop = createYielder();
  let filled = 0;
  let rowsBytes = 0;
  let encoderBytes = 0;
  const check = (ok: number): void => {
    if (ok === 0) throw new Error(`libwebp could not encode ${width} × ${height} pixels`);
  };
  check(band);

  const addRows = async (): Promise<void> => {
    check(exports.addRows(filled));
    filled = 0;
    await yieldToEventLoop();
  };

  return {
    async writeRows(rows) {
      for (let from = 0; from < rows.byteLength;) {
        const part = rows.subarray(from, from + (bandRows - filled) * rowBytes);
        new Uint8Array(exports.memory.buffer, band + filled * rowBytes, part.byteLength).set(part);
        from += part.byteLength;
        filled += part.byteLength / rowBytes;
        if (filled === bandRows) await addRows();
      }
    },
    async finish() {
      if (filled > 0) await addRows();
      rowsBytes = exports.memory.buffer.byteLength;
      let written = Promise.resolve();
      let partBytes = 0;
      host.writeFile = (address, bytes) => {
        const part = new Uint8Array(exports.memory.buffer, address, bytes).slice();
        partBytes = Math.max(partBytes, bytes);
        written = written.then(() => write(part));
        return written;
      };
      host.pause = yieldToEventLoop;
      check(await codec.encodePicture(quality, width * height <= PACKED_ALPHA_PIXELS ? 1 : 0));
      await written;
      encoderBytes = exports.memory.buffer.byteLength - rowsBytes + partBytes;
      exports.endPicture();
      giveBackWebpCodec(codec);
    },
    memoryBytes: () => ({ rows: rowsBytes, encoder: encoderBytes }),
  };
}
