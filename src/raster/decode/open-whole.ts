import { DamagedImage } from "../headers/damaged-image.ts";
import { decodeJpeg } from "./jpeg/decode-jpeg.ts";
import { UndecodableImage, UnusableImage } from "../image-errors.ts";
import type { ImageFile } from "./image-file.ts";
import type { CheckInfo, DecodedImage } from "./image-source.ts";
import { copyRows, turnSize, uprightOrder } from "../turn/orientation.ts";

/** Decodes a JPEG as a whole. Throws `UnusableImage` if it is damaged, or a file of an unknown kind. */
export async function openWhole(file: ImageFile, check: CheckInfo): Promise<DecodedImage> {
  const whole = await describeDamage(() => decodeJpeg(file, check));
  const { info, colors, opaque, heldBytes, decodingBytes } = whole;
  const { orientation, width, height, animated } = info;
  const order = uprightOrder(orientation, turnSize(orientation, info));
  let pixels: Uint8Array | undefined = whole.pixels;
  return {
    width,
    height,
    orientation: 1,
    opaque,
    animated,
    colors,
    async readRows(first, count, into) {
      if (!pixels) throw new RangeError("The image is closed");
      copyRows(pixels, order, width, first, count, into);
    },
    memoryBytes: () => heldBytes,
    decodingBytes: () => decodingBytes,
    async close() {
      pixels = undefined;
    },
  };
}

/** Photon throws `UndecodableImage`. */
async function describeDamage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UndecodableImage) && !(error instanceof DamagedImage)) throw error;
    const what =
      error instanceof DamagedImage
        ? `The JPEG picture is damaged: ${error.message}.`
        : "The picture can't be decoded: it is damaged or of a rare kind.";
    throw new UnusableImage(`${what} Upload it again, saved anew by an image editor.`, { cause: error });
  }
}
