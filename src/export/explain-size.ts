import { SCALE_MIN } from "../protocol/limits.ts";
import type { ExportFormat } from "../protocol/model/export-job.ts";
import { describePixels, maxOutputPixels, maxOutputSide, type PixelLimits } from "../raster/output-limit.ts";
import type { Size } from "./scale-size.ts";

const names: Record<ExportFormat, string> = {
  png: "PNG",
  jpg: "JPG",
  webp: "WebP",
  svg: "SVG",
  json: "JSON",
};
/** What a suggested scale leaves for sides that are rounded to pixels. */
const ROUNDING = 0.995;

/**
 * Says why an export of `size` pixels, made at `scale`, is too large for its format, and what to do: choose a scale that
 * fits, if there is one, or another format. undefined: it is not too large.
 */
export function explainOutputLimit(
  size: Size,
  scale: number,
  format: ExportFormat,
  limits: PixelLimits,
): string | undefined {
  const { pixels: most, variable } = maxOutputPixels(format, limits) ?? { pixels: Infinity, variable: "" };
  const mostSide = maxOutputSide(format);
  const pixels = size.width * size.height;
  const side = Math.max(size.width, size.height);
  if (pixels <= most && side <= mostSide) return undefined;
  const limit =
    pixels > most
      ? `${pixels} in all, and a ${names[format]} may have ${most} here (it follows from ${variable})`
      : `and a ${names[format]} may have ${mostSide} a side`;
  const fitting = scale * Math.min(Math.sqrt(most / pixels), mostSide / side) * ROUNDING;
  const smaller = fitting < SCALE_MIN ? "" : `a scale of ${Math.floor(fitting * 100) / 100} or less, or `;
  const others = format === "webp" ? "the format jpg, png or svg" : "the format svg";
  return `The export would be ${describePixels(size)}, ${limit}. Choose ${smaller}${others}`;
}
