import { byteAt } from "../array-at.ts";
import type { Place } from "../draw/layer.ts";

interface Size {
  width: number;
  height: number;
}

/** Where the upright pixel (x, y) is stored: at pixel `start + x · stepX + y · stepY`. */
export interface PixelOrder {
  start: number;
  stepX: number;
  stepY: number;
}

/**
 * The pixel order for an EXIF orientation (Exif 3.0 §4.6.5.1.6), which says on which sides of the upright image the
 * first stored row and column are. `stride` is the number of pixels from one stored row to the next.
 */
export function uprightOrder(orientation: number, stored: Size, stride = stored.width): PixelOrder {
  const lastColumn = stored.width - 1;
  const lastRow = (stored.height - 1) * stride;
  switch (orientation) {
    case 2: // mirrored
      return { start: lastColumn, stepX: -1, stepY: stride };
    case 3: // upside down
      return { start: lastRow + lastColumn, stepX: -1, stepY: -stride };
    case 4: // upside down, mirrored
      return { start: lastRow, stepX: 1, stepY: -stride };
    case 5: // transposed
      return { start: 0, stepX: stride, stepY: 1 };
    case 6: // to be turned clockwise
      return { start: lastRow, stepX: -stride, stepY: 1 };
    case 7: // transposed the other way
      return { start: lastRow + lastColumn, stepX: -stride, stepY: -1 };
    case 8: // to be turned counterclockwise
      return { start: lastColumn, stepX: stride, stepY: -1 };
    default:
      return { start: 0, stepX: 1, stepY: stride };
  }
}

/** The size of an image after it was turned, or before: orientations 5–8 include a quarter turn. */
export function turnSize(orientation: number, { width, height }: Size): Size {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

/** The orientation that turns upright pixels to where they are stored. All but the quarter turns undo themselves. */
export function reverseOrientation(orientation: number): number {
  return { 6: 8, 8: 6 }[orientation] ?? orientation;
}

/** Where a rectangle of an upright image lies among the stored pixels. `stored` is the size of these. */
export function findStoredPlace(place: Place, orientation: number, stored: Size): Place {
  const { start, stepX, stepY } = uprightOrder(orientation, stored);
  const first = start + place.left * stepX + place.top * stepY;
  const last = first + (place.width - 1) * stepX + (place.height - 1) * stepY;
  const [columns, rows] = [
    [first % stored.width, last % stored.width],
    [Math.floor(first / stored.width), Math.floor(last / stored.width)],
  ];
  const { width, height } = turnSize(orientation, place);
  return { left: Math.min(...columns), top: Math.min(...rows), width, height };
}

/** Where a rectangle of stored pixels lies in the upright image, which has the size `upright`. */
export function findUprightPlace(place: Place, orientation: number, upright: Size): Place {
  return findStoredPlace(place, reverseOrientation(orientation), upright);
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
