import type { ExportFormat } from "../protocol/export-job.ts";

/** A PNG is written row by row; the other pictures have to be in memory as a whole, as the base picture has. */
const PNG_FACTOR = 4;

/** Pixels that a file of a format may have, where a base picture may have `maxImagePixels`. */
export function maxOutputPixels(format: ExportFormat, maxImagePixels: number): number {
  switch (format) {
    case "png":
      return maxImagePixels * PNG_FACTOR;
    case "jpg":
    case "webp":
      return maxImagePixels;
    case "svg":
    case "json":
      // They have no pixels of their own.
      return Infinity;
  }
}
