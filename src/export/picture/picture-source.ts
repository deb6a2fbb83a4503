import type { ImageInfo } from "../image-info.ts";
import { ExportFailure } from "../export-failure.ts";
import { byteAt } from "./array-at.ts";
import { UndecodablePicture, type PhotonInstance, type Vector } from "./photon.ts";
import type { RowSource } from "./row-source.ts";

/** A decoded picture, upright. Its pixels stay in Photon's memory until `close`. */
export interface PictureSource extends RowSource {
  close(): void;
}

/**
 * Decodes a picture as a whole; the file lies in Photon's memory, and is released. `info` is what `readImageInfo` told of it.
 * Throws `ExportFailure` where it is damaged.
 */
export function openPicture(photon: PhotonInstance, file: Vector, info: ImageInfo): PictureSource {
  const decoded = decode(photon, file);
  const { pixels } = decoded;
  const { orientation, width, height } = info;
  const turned = orientation >= 5;
  if (decoded.width !== (turned ? height : width) || decoded.height !== (turned ? width : height)) {
    throw new ExportFailure("The picture is damaged: its pixels don't fit the size in its header");
  }
  const order = uprightOrder(orientation, decoded.width, decoded.height);
  return {
    width,
    height,
    opaque: info.type === "image/jpeg" || isOpaque(photon.view(pixels)),
    readRows(first, count, into) {
      copyRows(photon.view(pixels), order, width, first, count, into);
    },
    close() {
      photon.release(pixels);
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

/** Where the upright pixel (x, y) is stored: at pixel `start + x · stepX + y · stepY`. */
interface PixelOrder {
  start: number;
  stepX: number;
  stepY: number;
}

/** EXIF orientation (Exif 3.0 §4.6.5.1.6): which sides of the upright picture the first stored row and column are. */
function uprightOrder(orientation: number, storedWidth: number, storedHeight: number): PixelOrder {
  const w = storedWidth;
  const lastColumn = w - 1;
  const lastRow = (storedHeight - 1) * w;
  switch (orientation) {
    case 2: // mirrored
      return { start: lastColumn, stepX: -1, stepY: w };
    case 3: // upside down
      return { start: lastRow + lastColumn, stepX: -1, stepY: -w };
    case 4: // upside down, mirrored
      return { start: lastRow, stepX: 1, stepY: -w };
    case 5: // transposed
      return { start: 0, stepX: w, stepY: 1 };
    case 6: // to be turned clockwise
      return { start: lastRow, stepX: -w, stepY: 1 };
    case 7: // transposed the other way
      return { start: lastRow + lastColumn, stepX: -w, stepY: -1 };
    case 8: // to be turned counterclockwise
      return { start: lastColumn, stepX: w, stepY: -1 };
    default:
      return { start: 0, stepX: 1, stepY: w };
  }
}

function copyRows(
  pixels: Uint8Array,
  { start, stepX, stepY }: PixelOrder,
  width: number,
  first: number,
  count: number,
  into: Uint8Array,
): void {
  if (stepX === 1 && stepY === width) {
    into.set(pixels.subarray(first * width * 4, (first + count) * width * 4));
    return;
  }
  let to = 0;
  for (let y = first; y < first + count; y++) {
    let from = (start + y * stepY) * 4;
    for (let x = 0; x < width; x++) {
      into[to] = byteAt(pixels, from);
      into[to + 1] = byteAt(pixels, from + 1);
      into[to + 2] = byteAt(pixels, from + 2);
      into[to + 3] = byteAt(pixels, from + 3);
      to += 4;
      from += stepX * 4;
    }
  }
}

function isOpaque(pixels: Uint8Array): boolean {
  for (let at = 3; at < pixels.length; at += 4) if (pixels[at] !== 255) return false;
  return true;
}
