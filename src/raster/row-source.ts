/** Pixels are RGBA, 8 bits each, not premultiplied; rows go from top to bottom. */

/** Where rows come from: a decoded picture, a blank ground, another source resized. */
export interface RowSource {
  readonly width: number;
  readonly height: number;
  /** Every pixel is opaque. */
  readonly opaque: boolean;
  /** Writes `count` rows from row `first` on into the start of `into`. Rows are asked for in ascending order. */
  readRows(first: number, count: number, into: Uint8Array): Promise<void>;
}

/** Where rows go: a file in the making. */
export interface RowSink {
  /** Takes the next rows; the caller may reuse the buffer afterwards. */
  writeRows(rows: Uint8Array): Promise<void>;
  /** After the last row: the file, in parts. */
  finish(): Promise<Uint8Array[]>;
  /**
   * Beside the file, known after `finish`: what is held while rows come, and what only the making of the file takes.
   * Absent: next to nothing.
   */
  memoryBytes?(): { rows: number; encoder: number };
}

export interface Rgba {
  r: number;
  g: number;
  b: number;
  a: number;
}

/** `#rrggbb` or `#rrggbbaa`, as the protocol's schema checked it. */
export function parseColor(color: string): Rgba {
  const part = (at: number): number => Number.parseInt(color.slice(at, at + 2), 16);
  return { r: part(1), g: part(3), b: part(5), a: color.length === 9 ? part(7) : 255 };
}

/** `#rrggbb`: without the alpha. */
export function formatColor({ r, g, b }: Rgba): string {
  return `#${Uint8Array.of(r, g, b).toHex()}`;
}

/** One colour everywhere. */
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

/** One source above the other; they are of one width. */
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
