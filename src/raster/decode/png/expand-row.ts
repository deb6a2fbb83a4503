import { byteAt } from "../../array-at.ts";
import type { PngColorType, PngHeader } from "../../headers/png-header.ts";
import type { PngScan } from "./scan-png.ts";

/** Writes `count` pixels of an unfiltered row as RGBA, 8 bits each. */
export type ExpandRow = (row: Uint8Array, count: number, into: Uint8Array) => void;

const channelsOf: Record<PngColorType, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Bits of a pixel. */
export function pixelBits({ colorType, depth }: PngHeader): number {
  return channelsOf[colorType] * depth;
}

/** Bytes of a row of `width` pixels, without its filter. */
export function rowBytes(header: PngHeader, width: number): number {
  return Math.ceil((pixelBits(header) * width) / 8);
}

/** Whether every pixel must be opaque. */
export function isOpaquePng({ colorType, chunks }: PngScan): boolean {
  return colorType < 4 && !chunks.has("tRNS");
}

/** Whether its pixels are red, green and blue of 8 bits, as in most files, and nothing else. */
export function isPlainRgb({ colorType, depth, chunks }: PngScan): boolean {
  return colorType === 2 && depth === 8 && !chunks.has("tRNS");
}

/**
 * Plans how the rows of a PNG become RGBA: samples are scaled, and 16 bits rounded to 8 (W3C PNG 3rd edition §13.12).
 */
export function planExpansion(header: PngScan): ExpandRow {
  const { colorType, depth } = header;
  if (colorType === 3 || (colorType === 0 && depth <= 8)) return expandIndexed(depth, planPalette(header));
  if (colorType === 6 && depth === 8) return (row, _count, into) => into.set(row);
  const wide = depth === 16;
  const key = colorType < 4 ? transparentKey(header) : [];
  const channels = channelsOf[colorType];
  const colors = channels < 3 ? ([0, 0, 0] as const) : ([0, 1, 2] as const);
  return expandSamples(wide, channels, colors, colorType < 4 ? undefined : channels - 1, key);
}

/** RGBA for every value of a palette index, or of a gray sample of up to 8 bits. Indices past the palette are black. */
function planPalette(header: PngScan): Uint8Array {
  const { colorType, depth, chunks } = header;
  const values = 2 ** depth;
  const palette = new Uint8Array(values * 4);
  const colors = chunks.get("PLTE") ?? new Uint8Array();
  const alphas = chunks.get("tRNS") ?? new Uint8Array();
  const [key] = colorType === 0 ? transparentKey(header) : [];
  for (let value = 0; value < values; value++) {
    const gray = Math.round((value * 255) / (values - 1));
    const rgb = [0, 1, 2].map((channel) => (colorType === 0 ? gray : byteAt(colors, value * 3 + channel)));
    const alpha = colorType === 0 ? (value === key ? 0 : 255) : (alphas[value] ?? 255);
    palette.set([...rgb, alpha], value * 4);
  }
  return palette;
}

/** The samples of the transparent colour; empty: there is none. */
function transparentKey({ colorType, chunks }: PngScan): number[] {
  const data = chunks.get("tRNS");
  const channels = channelsOf[colorType];
  if (!data || data.byteLength < channels * 2) return [];
  return Array.from({ length: channels }, (_, at) => byteAt(data, at * 2) * 256 + byteAt(data, at * 2 + 1));
}

function expandIndexed(depth: number, palette: Uint8Array): ExpandRow {
  const mask = 2 ** depth - 1;
  return (row, count, into) => {
    for (let x = 0, bit = 0, to = 0; x < count; x++, bit += depth, to += 4) {
      const index = (byteAt(row, bit >> 3) >> (8 - depth - (bit & 7))) & mask;
      into[to] = byteAt(palette, index * 4);
      into[to + 1] = byteAt(palette, index * 4 + 1);
      into[to + 2] = byteAt(palette, index * 4 + 2);
      into[to + 3] = byteAt(palette, index * 4 + 3);
    }
  };
}

/** Expands samples of 8 or 16 bits. The indices say which of a pixel's `channels` are red, green, blue and alpha. */
function expandSamples(
  wide: boolean,
  channels: number,
  [red, green, blue]: readonly [number, number, number],
  alpha: number | undefined,
  key: readonly number[],
): ExpandRow {
  const size = wide ? 2 : 1;
  const step = channels * size;
  const read = wide ? to8Bits : byteAt;
  return (row, count, into) => {
    for (let x = 0, from = 0, to = 0; x < count; x++, from += step, to += 4) {
      into[to] = read(row, from + red * size);
      into[to + 1] = read(row, from + green * size);
      into[to + 2] = read(row, from + blue * size);
      const opacity = alpha === undefined ? 255 : read(row, from + alpha * size);
      into[to + 3] = key.length > 0 && isKey(row, from, size, key) ? 0 : opacity;
    }
  };
}

function to8Bits(row: Uint8Array, at: number): number {
  return Math.round((byteAt(row, at) * 256 + byteAt(row, at + 1)) / 257);
}

function isKey(row: Uint8Array, from: number, size: number, key: readonly number[]): boolean {
  return key.every((wanted, channel) => {
    const at = from + channel * size;
    return wanted === (size === 1 ? byteAt(row, at) : byteAt(row, at) * 256 + byteAt(row, at + 1));
  });
}
