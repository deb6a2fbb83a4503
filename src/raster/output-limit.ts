import { SIDE_MAX } from "../protocol/limits.ts";
import type { ExportFormat } from "../protocol/model/export-job.ts";
import type { ImageInfo } from "./headers/image-info.ts";

/** The configured limits (`src/config.ts`). */
export interface PixelLimits {
  /** Pixels of a picture that goes through memory row by row. */
  MAX_IMAGE_PIXELS: number;
  /** Pixels of a picture that is in memory as a whole, with four bytes each and next to nothing beside them. */
  MAX_WHOLE_IMAGE_PIXELS: number;
}

/**
 * The part of `MAX_WHOLE_IMAGE_PIXELS` that each kind may have, by what it holds at most. Measured in
 * test/export/memory.test.ts: a job is to hold less than 96 MiB, of which a scene may take 24.
 */
const wholeShares = {
  /** Four bytes a pixel without loss, two for the alpha of a lossy one. */
  webpInput: 1,
  /** Four bytes a pixel, beside 2 MiB for inflating. */
  interlacedPng: 5 / 8,
  /** A byte a pixel. */
  interlacedGif: 5 / 2,
  /** 1.5 to 2.5 bytes a pixel, and while it is encoded as much again for noise. */
  webpOutput: 1,
} as const;

/** A limit, and the variable it follows from. */
export interface PixelLimit {
  pixels: number;
  variable: keyof PixelLimits;
}

/** The most pixels of an image that can be drawn on. */
export function maxInputPixels({ type, interlaced }: ImageInfo, limits: PixelLimits): PixelLimit {
  switch (type) {
    case "image/jpeg":
      return limitRows(limits);
    case "image/png":
      return interlaced ? limitWhole("interlacedPng", limits) : limitRows(limits);
    case "image/gif":
      return interlaced ? limitWhole("interlacedGif", limits) : limitRows(limits);
    case "image/webp":
      return limitWhole("webpInput", limits);
  }
}

/** The most pixels of a file in a format; undefined: it has no pixels of its own. */
export function maxOutputPixels(format: ExportFormat, limits: PixelLimits): PixelLimit | undefined {
  switch (format) {
    case "png":
    case "jpg":
      return limitRows(limits);
    case "webp":
      return limitWhole("webpOutput", limits);
    case "svg":
    case "json":
      return undefined;
  }
}

function limitRows({ MAX_IMAGE_PIXELS }: PixelLimits): PixelLimit {
  return { pixels: MAX_IMAGE_PIXELS, variable: "MAX_IMAGE_PIXELS" };
}

/** Neither limit is exceeded by what is in memory as a whole. */
function limitWhole(kind: keyof typeof wholeShares, limits: PixelLimits): PixelLimit {
  const pixels = Math.floor(limits.MAX_WHOLE_IMAGE_PIXELS * wholeShares[kind]);
  const rows = limitRows(limits);
  return pixels < rows.pixels ? { pixels, variable: "MAX_WHOLE_IMAGE_PIXELS" } : rows;
}

/** The longest side that a format can express: JPEG has 16 bits for it, WebP 14 (ITU T.81 §B.2.2, RFC 6386 §9.1). */
const maxSides: Partial<Record<ExportFormat, number>> = { jpg: 65_535, webp: 16_383 };

/** The longest side of a file in a format, in pixels. */
export function maxOutputSide(format: ExportFormat): number {
  return maxSides[format] ?? Infinity;
}

/** Says why an image is too large to be drawn on, and what to do; undefined: it is not too large. */
export function explainInputLimit(info: ImageInfo, limits: PixelLimits): string | undefined {
  const { width, height } = info;
  if (Math.max(width, height) > SIDE_MAX) {
    return `The picture is ${describePixels(info)}, and a side may have ${SIDE_MAX} at most: scale it down and send it again`;
  }
  const limit = maxInputPixels(info, limits);
  const pixels = width * height;
  if (pixels <= limit.pixels) return undefined;
  return `The picture is ${describePixels(info)}, ${pixels} in all. ${describeKind(info)} may have ${limit.pixels} here (it follows from ${limit.variable}): ${findWayOut(info, pixels, limits)}`;
}

const kindNames = {
  "image/jpeg": "A JPEG",
  "image/png": "A PNG",
  "image/gif": "A GIF",
  "image/webp": "A WebP",
} as const;

function describeKind({ type, interlaced }: ImageInfo): string {
  return kindNames[type] + (interlaced ? " that is interlaced" : "");
}

/** A kind that goes by rows may have more pixels. */
function findWayOut({ type, interlaced }: ImageInfo, pixels: number, limits: PixelLimits): string {
  if (pixels > limits.MAX_IMAGE_PIXELS) return "scale it down and send it again";
  if (interlaced) return "save it without interlacing, or scale it down, and send it again";
  return type === "image/webp"
    ? "save it as JPEG or PNG, or scale it down, and send it again"
    : "scale it down and send it again";
}

/** Writes a size for a person. */
export function describePixels({ width, height }: { width: number; height: number }): string {
  return `${width} × ${height} pixels`;
}
