/** Rows of RGBA pixels, 8 bits a channel, not premultiplied, from top to bottom. */

/** Where rows come from: a decoded image, a blank ground, another source resized. */
export interface RowSource {
  readonly width: number;
  readonly height: number;
  /** Whether every pixel is opaque. */
  readonly opaque: boolean;
  /**
   * Writes `count` rows, starting with row `first`, to the start of `into`. Callers ask for rows in ascending order.
   */
  readRows(first: number, count: number, into: Uint8Array): Promise<void>;
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
  return {
    width,
    height,
    opaque: color.a === 255,
    async readRows(_first, count, into) {
      for (let at = 0; at < count * width * 4; at += 4) {
        into[at] = color.r;
        into[at + 1] = color.g;
        into[at + 2] = color.b;
        into[at + 3] = color.a;
      }
    },
  };
}

/** Stacks two sources of the same width. */
export function stackSources(upper: RowSource, lower: RowSource): RowSource {
  const { width } = upper;
  return {
    width,
    height: upper.height + lower.height,
    opaque: upper.opaque && lower.opaque,
    async readRows(first, count, into) {
      const above = Math.max(0, Math.min(count, upper.height - first));
      if (above > 0) await upper.readRows(first, above, into);
      if (above === count) return;
      await lower.readRows(first + above - upper.height, count - above, into.subarray(above * width * 4));
    },
  };
}
