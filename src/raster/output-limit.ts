import type { ExportFormat } from "../protocol/model/export-job.ts";
import type { ImageInfo } from "./headers/image-info.ts";

/**
 * How many times as many pixels an image may have if it is processed row by row. Decoded or encoded as a whole it takes
 * up to 24 bytes a pixel. Row by row it takes none, and its file up to 4 bytes a pixel. Measured in
 * test/export/memory.test.ts.
 */
const ROWS_FACTOR = 4;

/** The longest side that a format can express: JPEG has 16 bits for it, WebP 14 (ITU T.81 §B.2.2, RFC 6386 §9.1). */
const maxSides: Partial<Record<ExportFormat, number>> = { jpg: 65_535, webp: 16_383 };

/** The most pixels of an image that can be drawn on. All but WebP are read by rows, unless they are interlaced. */
export function maxInputPixels({ type, interlaced }: ImageInfo, maxImagePixels: number): number {
  const byRows = type !== "image/webp" && !interlaced;
  return byRows ? maxImagePixels * ROWS_FACTOR : maxImagePixels;
}

/** The most pixels of a file in a format, if an image that is decoded as a whole may have `maxImagePixels`. */
export function maxOutputPixels(format: ExportFormat, maxImagePixels: number): number {
  switch (format) {
    case "png":
    case "jpg":
      return maxImagePixels * ROWS_FACTOR;
    case "webp":
      return maxImagePixels;
    case "svg":
    case "json":
      // These have no pixels of their own.
      return Infinity;
  }
}

/** The longest side of a file in a format, in pixels. */
export function maxOutputSide(format: ExportFormat): number {
  return maxSides[format] ?? Infinity;
}

/** Writes a size for a person. */
export function describePixels({ width, height }: { width: number; height: number }): string {
  return `${width} × ${height} pixels`;
}
