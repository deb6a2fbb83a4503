import type { ExportFormat } from "../protocol/model/export-job.ts";
import type { ImageInfo } from "./headers/image-info.ts";

/**
 * What a job may hold is measured (test/export/memory.test.ts), and the pixels follow from it. A picture that is
 * decoded or encoded as a whole takes up to 24 bytes a pixel; one that goes by rows takes none, and up to 4 a pixel for
 * the file in the making.
 */
const ROWS_FACTOR = 4;

/** Sides that a format has numbers for: JPEG has 16 bits, WebP 14 (ITU T.81 §B.2.2, RFC 6386 §9.1). */
const maxSides: Partial<Record<ExportFormat, number>> = { jpg: 65_535, webp: 16_383 };

/**
 * Pixels that a picture may have to be drawn on: a PNG is read by rows, unless it is interlaced or has to be turned.
 */
export function maxInputPixels({ type, orientation, interlaced }: ImageInfo, maxImagePixels: number): number {
  const byRows = type === "image/png" && orientation === 1 && !interlaced;
  return byRows ? maxImagePixels * ROWS_FACTOR : maxImagePixels;
}

/**
 * Pixels that a file of a format may have, where a base picture that is decoded as a whole may have `maxImagePixels`.
 */
export function maxOutputPixels(format: ExportFormat, maxImagePixels: number): number {
  switch (format) {
    case "png":
    case "jpg":
      return maxImagePixels * ROWS_FACTOR;
    case "webp":
      return maxImagePixels;
    case "svg":
    case "json":
      // They have no pixels of their own.
      return Infinity;
  }
}

/** Pixels that a side of a file of a format may have. */
export function maxOutputSide(format: ExportFormat): number {
  return maxSides[format] ?? Infinity;
}

/** A size, for a person. */
export function describePixels({ width, height }: { width: number; height: number }): string {
  return `${width} × ${height} pixels`;
}
