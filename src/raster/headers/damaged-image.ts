import { IMAGE_PARTS_MAX } from "../../protocol/limits.ts";

/** What a header reader throws where the bytes are not what their first ones promised. Never leaves `readImageInfo`. */
export class DamagedImage extends Error {}

/** What a header reader throws where the picture is sound, but of a kind that can't be shown here. A whole sentence. */
export class UnsupportedImage extends Error {}

/** Of a file with more than `IMAGE_PARTS_MAX` chunks, segments or blocks. */
export const TOO_MANY_PARTS = `it has more than ${IMAGE_PARTS_MAX} parts`;

/** A size and orientation (EXIF 1–8) as stored: not yet upright. */
export interface StoredSize {
  width: number;
  height: number;
  orientation: number;
  /** It has more than one frame. Absent: false. */
  animated?: boolean;
  /** A PNG whose rows come in seven passes. Absent: false. */
  interlaced?: boolean;
}

/** Four ASCII characters that name a chunk. Throws `RangeError` past the end. */
export function readFourCc(view: DataView, offset: number): string {
  const codes = [0, 1, 2, 3].map((index) => view.getUint8(offset + index));
  return String.fromCharCode(...codes);
}
