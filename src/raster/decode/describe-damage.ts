import { DamagedImage } from "../headers/damaged-image.ts";
import { UnusableImage } from "../image-errors.ts";

/** Runs work that may find damage in a picture. Throws an `UnusableImage` that tells a person of the damage. */
export async function describeDamage<T>(format: "PNG" | "GIF", work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DamagedImage)) throw error;
    throw new UnusableImage(
      `The ${format} picture is damaged: ${error.message}. Upload it again, saved anew by an image editor.`,
      { cause: error },
    );
  }
}
