import { byteAt } from "../../array-at.ts";
import { srgbProfile } from "../../color/srgb-profile.ts";
import {
  acChrominance,
  acLuminance,
  dcChrominance,
  dcLuminance,
  zigzag,
  type Divisors,
  type HuffmanTable,
} from "./tables.ts";

/**
 * Writes everything before the entropy-coded data of a baseline JPEG (ITU-T T.81 annex B). `sampling`: how many blocks
 * of luminance share one of each chrominance, in each direction. `orientation`: how to turn the rows upright, by EXIF.
 */
export function jpegHeader(
  width: number,
  height: number,
  divisors: Divisors,
  sampling: 1 | 2,
  orientation: number,
): Uint8Array {
  const bytes = [
    0xff,
    0xd8,
    // JFIF 1.02, square pixels, no preview.
    ...segment(0xe0, [...ascii("JFIF\0"), 1, 2, 0, 0, 1, 0, 1, 0, 0]),
    ...(orientation === 1 ? [] : exifSegment(orientation)),
    // The only one of its parts (ICC.1:2022 annex B.4).
    ...segment(0xe2, [...ascii("ICC_PROFILE\0"), 1, 1, ...srgbProfile]),
    ...segment(0xdb, [0, ...inFileOrder(divisors.luminance), 1, ...inFileOrder(divisors.chrominance)]),
    // Three components: id, sampling in each direction, table of divisors.
    ...segment(0xc0, [8, ...u16(height), ...u16(width), 3, 1, sampling * 0x11, 0, 2, 0x11, 1, 3, 0x11, 1]),
    ...segment(0xc4, [0x00, ...huffman(dcLuminance), 0x10, ...huffman(acLuminance)]),
    ...segment(0xc4, [0x01, ...huffman(dcChrominance), 0x11, ...huffman(acChrominance)]),
    // All three components in one scan: id, Huffman tables; then the fixed values of a baseline scan.
    ...segment(0xda, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]),
  ];
  return Uint8Array.from(bytes);
}

/** EXIF data with the orientation alone (Exif 3.0 §4.5, TIFF 6.0 §2): most significant byte first, one entry. */
function exifSegment(orientation: number): number[] {
  const header = [0x4d, 0x4d, ...u16(42), 0, 0, 0, 8];
  // The tag, its type (a short), one value, padded to four bytes.
  const entry = [...u16(0x0112), ...u16(3), 0, 0, 0, 1, ...u16(orientation), 0, 0];
  return segment(0xe1, [0x45, 0x78, 0x69, 0x66, 0, 0, ...header, ...u16(1), ...entry, 0, 0, 0, 0]);
}

function segment(marker: number, data: readonly number[]): number[] {
  return [0xff, marker, ...u16(data.length + 2), ...data];
}

function u16(value: number): number[] {
  return [value >>> 8, value & 255];
}

function ascii(text: string): number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}

function huffman({ counts, symbols }: HuffmanTable): number[] {
  return [...counts, ...symbols];
}

function inFileOrder(divisors: Uint8Array): number[] {
  return Array.from(zigzag, (at) => byteAt(divisors, at));
}
