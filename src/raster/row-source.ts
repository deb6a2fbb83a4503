/** Rows of RGBA pixels, 8 bits a channel, not premultiplied, from top to bottom. */

/** Where rows come from: a decoded image, a blank ground, another source resized. */
export interface RowSource {
  readonly width: number;
  readonly height: number;
  /** Whether every pixel is opaque. */
  readonly opaque: boolean;
  /**
   * Writes `count` rows, starting with row `first`, to the start of `into`. Ask for rows in ascending order: to go back,
   * a decoder starts anew from its first row.
   */
  readRows(first: number, count: number, into: Uint8Array): Promise<void>;
  /**
   * Says that from now on only these columns are wanted, so that the others need not be made: there, rows may hold
   * anything. Call it only before going to the first row, again or for the first time. Absent: all columns are made.
   */
  selectColumns?(first: number, count: number): void;
}

/** Where rows go: an encoder, which writes the file as the rows come. */
export interface RowSink {
  /** Encodes the next rows. The caller may reuse the buffer afterwards. */
  writeRows(rows: Uint8Array): Promise<void>;
  /** Call after the last row: writes what is left of the file. */
  finish(): Promise<void>;
  /**
   * Bytes held, known after `finish`: while rows come, and only while the file is encoded, the file included. Absent:
   * next to nothing.
   */
  memoryBytes?(): { rows: number; encoder: number };
}

export interface Rgba {
  r: number;
  g: number;
  b: number;
  a: number;
}

/** Parses `#rrggbb` or `#rrggbbaa`. The protocol's schema has checked it. */
export function parseColor(color: string): Rgba {
  const part = (at: number): number => Number.parseInt(color.slice(at, at + 2), 16);
  return { r: part(1), g: part(3), b: part(5), a: color.length === 9 ? part(7) : 255 };
}

/** Writes `#rrggbb`, without the alpha. */
export function formatColor({ r, g, b }: Rgba): string {
  return `#${Uint8Array.of(r, g, b).toHex()}`;
}

/** A source of one colour. */
export function createBlankSource(width: number, height: number, color: Rgba): RowSource {
  const pixel = Uint8Array.of(color.r, color.g, color.b, color.a);
  const [word = 0] = new Uint32Array(pixel.buffer);
  return {
    width,
    height,
    opaque: color.a === 255,
    async readRows(_first, count, into) {
      new Uint32Array(into.buffer, into.byteOffset, count * width).fill(word);
    },
  };
}

/** Puts a source at (`left`, `top`) of a larger ground of one colour. */
export function placeSource(
  source: RowSource,
  { left, top }: { left: number; top: number },
  ground: { width: number; height: number; color: Rgba },
): RowSource {
  const { width, height, color } = ground;
  if (width === source.width && height === source.height) return source;
  const blank = createBlankSource(width, height, color);
  const row = new Uint8Array(source.width * 4);
  return {
    width,
    height,
    opaque: source.opaque && blank.opaque,
    async readRows(first, count, into) {
      await blank.readRows(first, count, into);
      const end = Math.min(first + count, top + source.height);
      for (let y = Math.max(first, top); y < end; y++) {
        await source.readRows(y - top, 1, row);
        into.set(row, ((y - first) * width + left) * 4);
      }
    },
  };
}
