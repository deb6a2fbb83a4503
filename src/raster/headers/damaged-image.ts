import { IMAGE_PARTS_MAX } from "../../protocol/limits.ts";

/** The bytes are not what their first ones promise. The message continues "is damaged: …". */
export class DamagedImage extends Error {}

/** The image is sound, but of a kind that can't be drawn here. The message is a whole sentence. */
export class UnsupportedImage extends Error {}

/** The message for a file with more than `IMAGE_PARTS_MAX` chunks, segments or blocks. */
export const TOO_MANY_PARTS = `it has more than ${IMAGE_PARTS_MAX} parts`;

/** A size and orientation (EXIF 1–8) as stored: not yet upright. */
export interface StoredSize {
  width: number;
  height: number;
  orientation: number;
  /** Whether it has more than one frame. Absent: false. */
  animated?: boolean;
  /** Whether it is a PNG or GIF whose rows come in several passes. Absent: false. */
  interlaced?: boolean;
}

/** Four ASCII characters that name a chunk. Throws `RangeError` past the end. */
export function readFourCc(view: DataView, offset: number): string {
  const codes = [0, 1, 2, 3].map((index) => view.getUint8(offset + index));
  return String.fromCharCode(...codes);
}
