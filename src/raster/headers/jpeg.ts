import { JPEG_SCANS_MAX } from "../../protocol/limits.ts";
import { DamagedImage } from "./damaged-image.ts";
import { readExifOrientation } from "./exif.ts";
import { isFrameMarker, readJpegFrame, type JpegFrame } from "./jpeg-frame.ts";

export const START_OF_SCAN = 0xda;
export const START_OF_IMAGE = 0xd8;
export const END_OF_IMAGE = 0xd9;
const DEFINE_LINES = 0xdc;
const APP1 = 0xe1;
/** "Exif" and two NULs. */
const EXIF_HEADER_BYTES = 6;

/** Collects what the segments of a JPEG (ITU-T T.81 annex B) say of the picture as a whole. */
export class JpegHeader {
  #frame: JpegFrame | undefined;
  #orientation: number | undefined;
  #scans = 0;

  /** The frame header, with the height that a DNL segment said later. Throws `DamagedImage` if there is none. */
  get frame(): JpegFrame {
    if (!this.#frame) throw new DamagedImage("it has no frame header");
    return this.#frame;
  }

  /** EXIF orientation, 1–8. */
  get orientation(): number {
    return this.#orientation ?? 1;
  }

  /** How many scans have begun. */
  get scans(): number {
    return this.#scans;
  }

  /** Reads the next segment. Throws `DamagedImage`, `UnsupportedImage`, and `RangeError` past the end of the data. */
  read(marker: number, data: DataView): void {
    if (isFrameMarker(marker)) {
      if (this.#frame) throw new DamagedImage("it has two frame headers");
      this.#frame = readJpegFrame(marker, data);
    } else if (marker === APP1 && this.#scans === 0) {
      // Only what comes before the pixels says how to show them.
      this.#orientation ??= readOrientation(data);
    } else if (marker === DEFINE_LINES && this.#frame?.height === 0) {
      this.#frame = { ...this.#frame, height: data.getUint16(0) };
    } else if (marker === START_OF_SCAN) {
      if (!this.#frame) throw new DamagedImage("it has no frame header");
      if (++this.#scans > JPEG_SCANS_MAX) throw new DamagedImage(`it has more than ${JPEG_SCANS_MAX} scans`);
    } else if (marker === END_OF_IMAGE && this.#scans === 0) {
      throw new DamagedImage("it ends before its pixels");
    }
  }
}

/** Reads the orientation in the data of an APP1 segment. undefined: it is not EXIF data. */
function readOrientation(data: DataView): number | undefined {
  const isExif =
    data.byteLength >= EXIF_HEADER_BYTES && data.getUint32(0) === 0x45786966 && data.getUint16(4) === 0;
  if (!isExif) return undefined;
  return readExifOrientation(data, EXIF_HEADER_BYTES, data.byteLength - EXIF_HEADER_BYTES);
}

/** Stuffing (00), and markers without data: TEM, RST. */
export function isStandalone(marker: number): boolean {
  return marker === 0x00 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
}
