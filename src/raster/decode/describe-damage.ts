import { DamagedImage, UnsupportedImage } from "../headers/damaged-image.ts";
import { UndecodableImage, UnusableImage } from "../image-errors.ts";

/** Runs work that may find damage in a picture. Throws an `UnusableImage` that tells a person of the damage. */
export async function describeDamage<T>(
  format: "PNG" | "GIF" | "JPEG" | "WebP",
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnsupportedImage) throw new UnusableImage(`${error.message}.`, { cause: error });
    if (!(error instanceof UndecodableImage) && !(error instanceof DamagedImage)) throw error;
    const what =
      error instanceof DamagedImage
        ? `The ${format} picture is damaged: ${error.message}.`
        : "The picture can't be decoded: it is damaged or of a rare kind.";
    throw new UnusableImage(`${what} Upload it again, saved anew by an image editor.`, { cause: error });
  }
}
