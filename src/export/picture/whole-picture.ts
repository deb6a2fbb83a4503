import { ExportFailure } from "../export-failure.ts";
import type { ImageInfo } from "../image-info.ts";
import { findColors } from "./color/find-colors.ts";
import { PhotonInstance, UndecodablePicture, type Vector } from "./photon.ts";
import type { DecodedPicture } from "./picture-source.ts";
import { checkHeader, type StoredFile } from "./read-picture.ts";
import { copyRows, uprightOrder } from "./upright.ts";

/**
 * Decodes a JPEG, WebP or GIF as a whole; its pixels stay in Photon's memory. `check` may refuse it before it is decoded.
 * Throws `ExportFailure` where it is damaged.
 */
export async function openWhole(file: StoredFile, check: (info: ImageInfo) => void): Promise<DecodedPicture> {
  const photon = new PhotonInstance();
  const input = photon.allocate(file.size);
  let filled = 0;
  // Into Photon's memory at once: a copy in the JavaScript heap would be one too many.
  for await (const part of file.read()) {
    photon.view(input).set(part, filled);
    filled += part.byteLength;
  }
  const info = checkHeader(photon.view(input));
  check(info);
  const colors = findColors(photon.view(input), info.type);
  const decoded = decode(photon, input);
  const { pixels } = decoded;
  const { orientation, width, height } = info;
  const turned = orientation >= 5;
  if (decoded.width !== (turned ? height : width) || decoded.height !== (turned ? width : height)) {
    throw new ExportFailure("The picture is damaged: its pixels don't fit the size in its header");
  }
  const order = uprightOrder(orientation, decoded.width, decoded.height);
  const memoryBytes = photon.memoryBytes;
  let view: Uint8Array | undefined = photon.view(pixels);
  return {
    width,
    height,
    opaque: info.type === "image/jpeg" || isOpaque(view),
    animated: info.animated,
    colors,
    async readRows(first, count, into) {
      if (!view) throw new RangeError("The picture is closed");
      copyRows(view, order, width, first, count, into);
    },
    memoryBytes: () => memoryBytes,
    async close() {
      // With the last view Photon's memory goes.
      view = undefined;
    },
  };
}

function decode(photon: PhotonInstance, file: Vector): { width: number; height: number; pixels: Vector } {
  try {
    return photon.decode(file);
  } catch (error) {
    if (!(error instanceof UndecodablePicture)) throw error;
    throw new ExportFailure(
      "The picture can't be decoded: it is damaged or of a rare kind. Upload it again, saved anew by an image editor.",
      { cause: error },
    );
  }
}

function isOpaque(pixels: Uint8Array): boolean {
  for (let at = 3; at < pixels.length; at += 4) if (pixels[at] !== 255) return false;
  return true;
}
