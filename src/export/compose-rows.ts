import { onWhite } from "../raster/draw/blend.ts";
import type { ImageSource } from "../raster/decode/image-source.ts";
import { resizeRows } from "../raster/resize.ts";
import { createBlankSource, placeSource, type Rgba, type RowSource } from "../raster/row-source.ts";
import { findStoredPlace, turnSize } from "../raster/turn/orientation.ts";
import { turnRows } from "../raster/turn/turn-rows.ts";
import type { Size } from "./scale-size.ts";

/** The rows of an export, without what is drawn on it. */
export interface ComposedRows {
  rows: RowSource;
  /** EXIF orientation of the rows, 1–8. */
  orientation: number;
  /** Bytes held to turn the image upright. */
  turningBytes: number;
}

/**
 * Puts the image, or a sheet of the ground's colour, into the frame, which is the upper part of the picture. What lies
 * below it draws its own ground. Sizes are those of the upright picture. With `keepsOrientation` the rows stay as the
 * image has them stored: turning them takes memory, and time to decode the image several times.
 */
export function composeRows(
  image: ImageSource | undefined,
  { size, frameSize, ground }: { size: Size; frameSize: Size; ground: Rgba },
  keepsOrientation: boolean,
): ComposedRows {
  const orientation = image && keepsOrientation ? image.orientation : 1;
  const stored = turnSize(orientation, size);
  const place = findStoredPlace({ left: 0, top: 0, ...frameSize }, orientation, stored);
  const { rows, turningBytes } = fillFrame(image, orientation, place, ground);
  const placed = placeSource(rows, place, { ...stored, color: onWhite(ground) });
  return { rows: placed, orientation, turningBytes };
}

function fillFrame(
  image: ImageSource | undefined,
  orientation: number,
  { width, height }: Size,
  ground: Rgba,
): { rows: RowSource; turningBytes: number } {
  if (!image) return { rows: createBlankSource(width, height, ground), turningBytes: 0 };
  if (image.orientation === orientation) return { rows: resizeRows(image, width, height), turningBytes: 0 };
  // Whatever has fewer pixels is turned: it takes less memory, or fewer passes through the file.
  if (width * height > image.width * image.height) {
    const turned = turnRows(image, image.orientation);
    return { rows: resizeRows(turned, width, height), turningBytes: turned.memoryBytes };
  }
  const stored = turnSize(image.orientation, { width, height });
  const turned = turnRows(resizeRows(image, stored.width, stored.height), image.orientation);
  return { rows: turned, turningBytes: turned.memoryBytes };
}
