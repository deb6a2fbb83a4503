import { crc32 } from "node:zlib";

/** The smallest files with a given header, built byte by byte, for readers that ignore pixels. */

export function concat(...parts: (Uint8Array | readonly number[] | string)[]): Uint8Array<ArrayBuffer> {
  const arrays = parts.map((part) =>
    typeof part === "string" ? Uint8Array.from(part, (char) => char.charCodeAt(0)) : Uint8Array.from(part),
  );
  const joined = new Uint8Array(arrays.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of arrays) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

export function u16(value: number, little = false): number[] {
  const bytes = [(value >>> 8) & 255, value & 255];
  return little ? bytes.reverse() : bytes;
}

export function u32(value: number, little = false): number[] {
  const bytes = [...u16(value >>> 16), ...u16(value & 0xffff)];
  return little ? bytes.reverse() : bytes;
}

/** A TIFF directory with one entry, the orientation. */
export function exif(orientation: number, little: boolean, type = 3): Uint8Array {
  return concat(
    little ? "II" : "MM",
    u16(42, little),
    u32(8, little),
    u16(1, little),
    [...u16(0x0112, little), ...u16(type, little), ...u32(1, little), ...u16(orientation, little), 0, 0],
    u32(0),
  );
}

function segment(marker: number, data: Uint8Array): Uint8Array {
  return concat([0xff, marker], u16(data.length + 2), data);
}

export function jpeg(
  width: number,
  height: number,
  {
    frame = 0xc0,
    tiff,
    components = 1,
    sampling = 0x11,
  }: { frame?: number; tiff?: Uint8Array; components?: number; sampling?: number } = {},
): Uint8Array {
  return concat(
    [0xff, 0xd8],
    segment(0xe0, concat("JFIF\0", [1, 1, 0, 0, 1, 0, 1, 0, 0])),
    tiff ? segment(0xe1, concat("Exif\0\0", tiff)) : [],
    // A table before the frame, and fill bytes before its marker.
    segment(0xc4, concat([0])),
    [0xff, 0xff],
    segment(
      frame,
      concat(
        [8],
        u16(height),
        u16(width),
        [components],
        ...Array.from({ length: components }, () => [1, sampling, 0]),
      ),
    ),
    segment(0xda, concat([1, 1, 0, 0, 63, 0])),
    [0xff, 0xd9],
  );
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  return concat(u32(data.length), type, data, u32(crc32(concat(type, data))));
}

export function png(width: number, height: number, tiff?: Uint8Array): Uint8Array {
  return concat(
    "\x89PNG\r\n\x1a\n",
    chunk("IHDR", concat(u32(width), u32(height), [8, 6, 0, 0, 0])),
    tiff ? chunk("eXIf", tiff) : [],
    chunk("IDAT", concat([0])),
    chunk("IEND", concat()),
  );
}

function riffChunk(type: string, data: Uint8Array): Uint8Array {
  return concat(type, u32(data.length, true), data, data.length % 2 === 1 ? [0] : []);
}

export function webp(...chunks: [string, Uint8Array][]): Uint8Array {
  const body = concat("WEBP", ...chunks.map(([type, data]) => riffChunk(type, data)));
  return concat("RIFF", u32(body.length, true), body);
}

export function webpExtended(width: number, height: number, tiff?: Uint8Array): Uint8Array {
  const sides = [...u32(width - 1, true).slice(0, 3), ...u32(height - 1, true).slice(0, 3)];
  const head: [string, Uint8Array] = ["VP8X", concat([tiff ? 8 : 0, 0, 0, 0], sides)];
  // A chunk of odd length between, so that the padding matters.
  const odd: [string, Uint8Array] = ["ICCP", concat([1, 2, 3])];
  const frame: [string, Uint8Array] = ["VP8L", losslessFrame(width, height)];
  return tiff ? webp(head, odd, frame, ["EXIF", tiff]) : webp(head, odd, frame);
}

export function webpLossy(width: number, height: number): Uint8Array {
  return webp(["VP8 ", concat([0x10, 0, 0, 0x9d, 0x01, 0x2a], u16(width, true), u16(height, true))]);
}

export function webpLossless(width: number, height: number): Uint8Array {
  return webp(["VP8L", losslessFrame(width, height)]);
}

function losslessFrame(width: number, height: number): Uint8Array {
  return concat([0x2f], u32((width - 1) | ((height - 1) << 14), true));
}

/** A frame of one pixel, without a palette, and the end. */
export function gif(width: number, height: number): Uint8Array<ArrayBuffer> {
  const frame = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
  return concat("GIF89a", u16(width, true), u16(height, true), [0, 0, 0], frame, [0x3b]);
}
