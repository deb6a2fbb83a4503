import { readConfig } from "../config.ts";
import type { Env } from "../env.ts";
import { openImageFile } from "../files/image-file.ts";
import { previewFolder, previewKey } from "../files/keys.ts";
import { removeOthers } from "../files/made-pictures.ts";
import { openImage } from "../raster/decode/open-image.ts";
import { maxOutputPixels, maxOutputSide, type PixelLimits } from "../raster/output-limit.ts";
import { turnSize } from "../raster/turn/orientation.ts";
import type { ExportScene } from "./export-scene.ts";
import { makePicture } from "./make-picture.ts";
import { renderRaster } from "./render-raster.ts";
import { scaleSize, type Size } from "./scale-size.ts";

/** 1–100. People look closely at previews, but zoom into the picture itself. */
const QUALITY = 80;
/** Under a picture with transparent pixels, where the format has none. */
const BACKGROUND = "#ffffff";

const TOO_SLOW = "The picture takes too long to decode while somebody waits. Read it without `width`.";

export interface Preview {
  documentId: string;
  /** The image. */
  sha256: string;
  /** The most pixels that it may be wide. */
  width: number;
  format: "webp" | "jpg";
}

export function keyOfPreview({ documentId, sha256, width, format }: Preview): string {
  return previewKey(documentId, sha256, width, format);
}

/** Scales an image down and stores it as a preview. Throws as `makePicture` does. */
export async function makePreview(env: Env, preview: Preview): Promise<void> {
  const { documentId, format, width } = preview;
  const limits = readConfig(env);
  await makePicture({
    bucket: env.BUCKET,
    key: keyOfPreview(preview),
    format,
    draw: async (write, reportProgress) => {
      const file = await openImageFile(env.BUCKET, documentId, preview);
      const image = await openImage(file, limits, { atLeast: { width, height: 1 } });
      try {
        const upright = turnSize(image.orientation, image);
        const size = previewSize(upright, width, limits);
        const options = { scale: 1, quality: QUALITY, background: BACKGROUND };
        const job = { scene: emptyScene(upright), format, options, size, frameSize: size, upright: true };
        await renderRaster(job, image, write, reportProgress);
      } finally {
        await image.close();
      }
    },
    tooSlow: TOO_SLOW,
  });
}

/** Deletes the previews of all images of a document but this one. They come again when they are asked for. */
export async function removeOtherPreviews(
  bucket: R2Bucket,
  documentId: string,
  sha256: string,
): Promise<void> {
  await removeOthers(bucket, previewFolder(documentId), previewFolder(documentId, sha256));
}

/**
 * The size of the preview of an image: nothing is enlarged. A very high picture gets narrower than asked for, so that it
 * has a preview, too. It is the same in both formats, as the limits are those of WebP.
 */
export function previewSize(image: Size, width: number, limits: PixelLimits): Size {
  const area = image.width * image.height;
  const scale = Math.min(
    1,
    width / image.width,
    maxOutputSide("webp") / image.height,
    Math.sqrt((maxOutputPixels("webp", limits)?.pixels ?? Infinity) / area),
  );
  return scaleSize(image, scale);
}

function emptyScene({ width, height }: Size): ExportScene {
  const frame = { left: 0, top: 0, right: width, bottom: height };
  return { frame, drawings: [], marks: [], footerHeight: 0, outlineBytes: 0, warnings: [] };
}
