import type { ImageFile } from "../../../src/raster/decode/image-file.ts";

/** A file in memory that comes in parts of `partBytes`. `reads` counts what was asked of it. */
export function memoryFile(
  bytes: Uint8Array,
  partBytes = 1024,
): ImageFile & { reads: { streams: number; ranges: number } } {
  const reads = { streams: 0, ranges: 0 };
  return {
    size: bytes.byteLength,
    reads,
    async *read(offset = 0) {
      reads.streams++;
      for (let at = offset; at < bytes.byteLength; at += partBytes)
        yield bytes.subarray(at, Math.min(bytes.byteLength, at + partBytes));
    },
    async readRange(offset, length) {
      reads.ranges++;
      return bytes.slice(offset, offset + length);
    },
  };
}
