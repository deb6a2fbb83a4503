const ORIENTATION_TAG = 0x0112;
const TYPE_SHORT = 3;
const ENTRY_BYTES = 12;

/**
 * Reads the orientation (1–8) in EXIF data: a TIFF header and its first directory (Exif 3.0 §4.5, TIFF 6.0 §2).
 * `offset` and `length` are bytes of the view. Missing or damaged data means orientation 1: no image is refused for its
 * EXIF data.
 */
export function readExifOrientation(view: DataView, offset: number, length: number): number {
  try {
    return readOrientation(new DataView(view.buffer, view.byteOffset + offset, length));
  } catch (error) {
    if (error instanceof RangeError) return 1;
    throw error;
  }
}

function readOrientation(tiff: DataView): number {
  const order = tiff.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return 1;
  const little = order === 0x4949;
  if (tiff.getUint16(2, little) !== 42) return 1;
  const directory = tiff.getUint32(4, little);
  const entries = tiff.getUint16(directory, little);
  for (let index = 0; index < entries; index++) {
    const entry = directory + 2 + index * ENTRY_BYTES;
    if (tiff.getUint16(entry, little) !== ORIENTATION_TAG) continue;
    const value = tiff.getUint16(entry + 8, little);
    const isOneShort =
      tiff.getUint16(entry + 2, little) === TYPE_SHORT && tiff.getUint32(entry + 4, little) === 1;
    const known = isOneShort && value >= 1 && value <= 8;
    return known ? value : 1;
  }
  return 1;
}
