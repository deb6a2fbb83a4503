/**
 * Formats that people try, but that can't be read here, each with the way out. Only the first bytes are looked at. The
 * file may be cut off, or not be what it claims: it is refused in any case.
 */

/** The first bytes that are looked at: enough for the comments in front of most SVG elements. */
export const UNSUPPORTED_HEAD_BYTES = 1024;

export type UnsupportedFormat =
  | "HEIC"
  | "AVIF"
  | "JPEG XL"
  | "JPEG 2000"
  | "TIFF"
  | "BMP"
  | "SVG"
  | "PDF"
  | "Photoshop"
  | "raw"
  | "video"
  | "unknown";

const SAVE = "save it as JPEG, PNG or WebP and send that";

const messages: Record<UnsupportedFormat, string> = {
  HEIC:
    "The picture is a photo in HEIC, which can't be read here: save it as JPEG and send that. iPhones take JPEGs with " +
    "Settings › Camera › Formats › Most Compatible",
  AVIF: unreadable("AVIF"),
  "JPEG XL": unreadable("JPEG XL"),
  "JPEG 2000": unreadable("JPEG 2000"),
  TIFF: unreadable("TIFF, or a camera's raw picture"),
  BMP: unreadable("BMP"),
  SVG: "The file is an SVG: save it as PNG and send that",
  PDF: "The file is a PDF: save the page as JPEG, PNG or WebP and send that",
  Photoshop: "The file is a Photoshop document: export it as JPEG, PNG or WebP and send that",
  raw: "The file is a camera's raw picture, which can't be read here: save it as JPEG and send that",
  video: "The file is a video: take a picture of it and send that, as JPEG, PNG or WebP",
  unknown: "The picture must be a JPEG, PNG, WebP or GIF file",
};

/** By how a file starts, its bytes as characters. The first that fits counts. */
const starts: readonly (readonly [start: RegExp, format: UnsupportedFormat])[] = [
  [/^\0\0\0.JXL \r\n\x87\n|^\xff\n/, "JPEG XL"],
  [/^\0\0\0.jP {2}\r\n\x87\n|^\xff\x4f\xff\x51/, "JPEG 2000"],
  // Canon, Panasonic, Olympus, Fujifilm.
  [/^II\*\0.{4}CR|^IIU\0|^IIR[OS]|^FUJIFILMCCD-RAW/s, "raw"],
  // DNG, NEF and ARW are TIFF files. The larger number is that of BigTIFF.
  [/^II[*+]\0|^MM\0[*+]/, "TIFF"],
  [/^BM.{4}\0{4}/s, "BMP"],
  [/^8BPS\0/, "Photoshop"],
  [/^%PDF-/, "PDF"],
  [/^(?:\xef\xbb\xbf)?\s*<(?:[?!].*<)?svg[\s>/]/s, "SVG"],
];

function unreadable(format: string): string {
  return `The picture is in ${format}, which can't be read here: ${SAVE}`;
}

/** Says why a file that starts like this is refused: what it is, where that is known, and what to do. */
export function describeUnsupported(bytes: Uint8Array): string {
  return messages[nameUnsupported(bytes)];
}

/** What a file is that starts like this, if it is none of the formats that can be read. */
export function nameUnsupported(bytes: Uint8Array): UnsupportedFormat {
  const head = String.fromCharCode(...bytes.subarray(0, UNSUPPORTED_HEAD_BYTES));
  const [, format] = starts.find(([start]) => start.test(head)) ?? [];
  if (format !== undefined) return format;
  return head.startsWith("ftyp", 4) ? nameBrands(listBrands(head)) : "unknown";
}

/**
 * The brands in the `ftyp` box with which an ISO base media file starts (ISO/IEC 14496-12 §4.3). The box has its size,
 * its type, the major brand, a version, and more brands.
 */
function listBrands(head: string): string[] {
  const [, , high = 0, low = 0] = Array.from(head, (character) => character.charCodeAt(0));
  const box = head.slice(0, high * 256 + low);
  return [box.slice(8, 12), ...(box.slice(16).match(/.{4}/gs) ?? [])];
}

/**
 * An AVIF may name the brands of HEIF, too, which is the container of both (ISO/IEC 23008-12 annex B, AVIF §8). So its
 * own come first.
 */
function nameBrands(brands: readonly string[]): UnsupportedFormat {
  if (brands.some((brand) => brand === "avif" || brand === "avis")) return "AVIF";
  if (brands.some((brand) => /^he(?:ic|ix|im|is|vc|vx|vm|vs)$|^m[is]f1$/.test(brand))) return "HEIC";
  return brands.includes("crx ") ? "raw" : "video";
}
