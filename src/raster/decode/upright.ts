import { byteAt } from "../array-at.ts";

/** Where the upright pixel (x, y) is stored: at pixel `start + x · stepX + y · stepY`. */
export interface PixelOrder {
  start: number;
  stepX: number;
  stepY: number;
}

/**
 * The pixel order for an EXIF orientation (Exif 3.0 §4.6.5.1.6), which says on which sides of the upright image the
 * first stored row and column are.
 */
export function uprightOrder(orientation: number, storedWidth: number, storedHeight: number): PixelOrder {
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

/** Writes `count` upright rows of a decoded image to `into`. */
export function copyRows(
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
