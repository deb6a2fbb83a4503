import type { UnsupportedFormat } from "../../protocol/other-formats.ts";

/** The pixels that the service takes by default (`MAX_IMAGE_PIXELS`). More would also be too much for most canvases. */
const PIXELS_MAX = 64 * 1024 * 1024;
/** Of a JPEG: nothing of a photo is lost that one could see. */
const QUALITY = 0.92;
/** The side of the small copy in which transparent parts are looked for. */
const COPY_SIDE = 256;

/** Nobody means transparent parts in these. */
const opaque: ReadonlySet<UnsupportedFormat> = new Set(["HEIC"]);
/** Screens and drawings, with edges that a JPEG would blur. */
const sharp: ReadonlySet<UnsupportedFormat> = new Set(["BMP", "SVG"]);

/** A file that was drawn anew, or how large the picture is that is too large for that. */
export type Drawn = { file: Blob } | { megapixels: number };

/** Draws a picture at a size, and makes a JPEG of it, or a PNG if that would lose something. */
export async function drawPicture(
  source: ImageBitmap | HTMLImageElement,
  { width, height }: { width: number; height: number },
  format: UnsupportedFormat,
): Promise<Drawn> {
  const megapixels = Math.round((width * height) / 1e6);
  if (width * height > PIXELS_MAX) return { megapixels };
  try {
    const isPng = sharp.has(format) || (!opaque.has(format) && hasTransparentParts(source));
    const { canvas } = drawOn(source, width, height);
    return {
      file: await canvas.convertToBlob({ type: isPng ? "image/png" : "image/jpeg", quality: QUALITY }),
    };
  } catch {
    // This browser has no canvas of that size.
    return { megapixels };
  }
}

function drawOn(source: CanvasImageSource, width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("There is no canvas");
  context.drawImage(source, 0, 0, width, height);
  return context;
}

function hasTransparentParts(source: CanvasImageSource): boolean {
  const { data } = drawOn(source, COPY_SIDE, COPY_SIDE).getImageData(0, 0, COPY_SIDE, COPY_SIDE);
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true;
  return false;
}
