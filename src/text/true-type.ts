/**
 * Reads glyph outlines from the `glyf` table of an OpenType font (ISO/IEC 14496-22 §5.3). HarfBuzz passes outlines only
 * to functions compiled at run time, which Workers forbid. The fonts are our own: they are read, not checked.
 */

/** A glyph's path in font units, y up. */
export interface GlyphOutline {
  /** SVG's letters for the commands: M, L, Q, Z. */
  commands: string;
  /** The commands' coordinates, x and y in turn. */
  coordinates: Float32Array;
}

interface Contours {
  commands: string;
  coordinates: number[];
}

interface GlyphPoint {
  x: number;
  y: number;
  onCurve: boolean;
}

/** Flags of a point, and of a component of a composite glyph. */
const ON_CURVE = 1;
const X_SHORT = 2;
const Y_SHORT = 4;
const REPEAT = 8;
const X_SAME_OR_POSITIVE = 16;
const Y_SAME_OR_POSITIVE = 32;
const ARGUMENTS_ARE_WORDS = 0x1;
const ARGUMENTS_ARE_OFFSETS = 0x2;
const HAS_SCALE = 0x8;
const MORE_PARTS = 0x20;
const HAS_TWO_SCALES = 0x40;
const HAS_MATRIX = 0x80;
/** The deepest nesting of components: Noto has two levels. */
const DEPTH_MAX = 8;

export class TrueTypeFont {
  readonly unitsPerEm: number;
  /** Height of a lowercase letter, in font units. */
  readonly xHeight: number;
  readonly #view: DataView;
  readonly #glyphs: number;
  readonly #locations: number;
  readonly #longLocations: boolean;

  /** Throws if a table is missing. */
  constructor(font: Uint8Array) {
    this.#view = new DataView(font.buffer, font.byteOffset, font.byteLength);
    const head = this.#findTable("head");
    this.unitsPerEm = this.#view.getUint16(head + 18);
    this.#longLocations = this.#view.getInt16(head + 50) === 1;
    this.xHeight = this.#view.getInt16(this.#findTable("OS/2") + 86);
    this.#glyphs = this.#findTable("glyf");
    this.#locations = this.#findTable("loca");
  }

  outline(glyph: number): GlyphOutline {
    const { commands, coordinates } = this.#readGlyph(glyph, 0);
    return { commands, coordinates: Float32Array.from(coordinates) };
  }

  #findTable(tag: string): number {
    const count = this.#view.getUint16(4);
    for (let entry = 12; entry < 12 + count * 16; entry += 16) {
      const name = String.fromCharCode(...[0, 1, 2, 3].map((index) => this.#view.getUint8(entry + index)));
      if (name === tag) return this.#view.getUint32(entry + 8);
    }
    throw new Error(`The font has no table ${tag}`);
  }

  #locate(glyph: number): number {
    return this.#longLocations
      ? this.#view.getUint32(this.#locations + glyph * 4)
      : this.#view.getUint16(this.#locations + glyph * 2) * 2;
  }

  #readGlyph(glyph: number, depth: number): Contours {
    const start = this.#locate(glyph);
    // A space has no outline.
    if (this.#locate(glyph + 1) === start) return { commands: "", coordinates: [] };
    const at = this.#glyphs + start;
    const contours = this.#view.getInt16(at);
    if (contours >= 0) return this.#readSimple(at + 10, contours);
    if (depth === DEPTH_MAX) throw new Error("A glyph has too many parts within parts");
    return this.#readComposite(at + 10, depth);
  }

  #readSimple(start: number, contours: number): Contours {
    const view = this.#view;
    const ends = Array.from({ length: contours }, (_, index) => view.getUint16(start + index * 2));
    const count = (ends.at(-1) ?? -1) + 1;
    let at = start + contours * 2;
    // Hinting instructions follow the ends.
    at += 2 + view.getUint16(at);
    const flags: number[] = [];
    while (flags.length < count) {
      const flag = view.getUint8(at++);
      flags.push(flag);
      if ((flag & REPEAT) !== 0) for (let more = view.getUint8(at++); more > 0; more--) flags.push(flag);
    }
    const readAxis = (short: number, sameOrPositive: number): number[] => {
      let value = 0;
      return flags.map((flag) => {
        if ((flag & short) !== 0) {
          const size = view.getUint8(at++);
          value += (flag & sameOrPositive) !== 0 ? size : -size;
        } else if ((flag & sameOrPositive) === 0) {
          value += view.getInt16(at);
          at += 2;
        }
        return value;
      });
    };
    const xs = readAxis(X_SHORT, X_SAME_OR_POSITIVE);
    const ys = readAxis(Y_SHORT, Y_SAME_OR_POSITIVE);
    const points = flags.map((flag, index) => ({
      x: xs[index] ?? 0,
      y: ys[index] ?? 0,
      onCurve: (flag & ON_CURVE) !== 0,
    }));
    const drawn = ends.map((end, index) => drawContour(points.slice((ends[index - 1] ?? -1) + 1, end + 1)));
    return joinContours(drawn);
  }

  #readComposite(start: number, depth: number): Contours {
    const view = this.#view;
    const parts: Contours[] = [];
    let at = start;
    let flags = MORE_PARTS;
    while ((flags & MORE_PARTS) !== 0) {
      flags = view.getUint16(at);
      const part = this.#readGlyph(view.getUint16(at + 2), depth + 1);
      at += 4;
      const words = (flags & ARGUMENTS_ARE_WORDS) !== 0;
      // Noto has no components aligned by points instead of an offset. Such a component would stay at the origin.
      const offsets = (flags & ARGUMENTS_ARE_OFFSETS) !== 0;
      const dx = offsets ? (words ? view.getInt16(at) : view.getInt8(at)) : 0;
      const dy = offsets ? (words ? view.getInt16(at + 2) : view.getInt8(at + 1)) : 0;
      at += words ? 4 : 2;
      const numbers = (flags & HAS_MATRIX) !== 0 ? 4 : (flags & HAS_TWO_SCALES) !== 0 ? 2 : 1;
      const scaled = (flags & (HAS_SCALE | HAS_TWO_SCALES | HAS_MATRIX)) !== 0;
      // F2DOT14
      const scale = scaled
        ? Array.from({ length: numbers }, (_, index) => view.getInt16(at + index * 2) / 16_384)
        : [1];
      if (scaled) at += numbers * 2;
      parts.push(transform(part, toMatrix(scale), dx, dy));
    }
    return joinContours(parts);
  }
}

type Matrix = readonly [xx: number, yx: number, xy: number, yy: number];

function toMatrix(scale: readonly number[]): Matrix {
  const [a = 1, b = a, c, d = 1] = scale;
  return c === undefined ? [a, 0, 0, b] : [a, b, c, d];
}

function transform({ commands, coordinates }: Contours, matrix: Matrix, dx: number, dy: number): Contours {
  const [xx, yx, xy, yy] = matrix;
  const moved = coordinates.map((value, index) => {
    const other = coordinates[index ^ 1] ?? 0;
    return index % 2 === 0 ? xx * value + xy * other + dx : yx * other + yy * value + dy;
  });
  return { commands, coordinates: moved };
}

function joinContours(parts: readonly Contours[]): Contours {
  return {
    commands: parts.map((part) => part.commands).join(""),
    coordinates: parts.flatMap((part) => part.coordinates),
  };
}

/**
 * Draws a closed contour. Halfway between two control points there is a point on the curve, which the file leaves out.
 */
function drawContour(points: readonly GlyphPoint[]): Contours {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return { commands: "", coordinates: [] };
  const start = first.onCurve ? first : last.onCurve ? last : halfway(first, last);
  let commands = "M";
  const coordinates = [start.x, start.y];
  let control: GlyphPoint | undefined;
  for (const point of [...points, start]) {
    if (!point.onCurve && !control) {
      control = point;
      continue;
    }
    const to = control && !point.onCurve ? halfway(control, point) : point;
    commands += control ? "Q" : "L";
    if (control) coordinates.push(control.x, control.y);
    coordinates.push(to.x, to.y);
    control = point.onCurve ? undefined : point;
  }
  return { commands: `${commands}Z`, coordinates };
}

function halfway(a: GlyphPoint, b: GlyphPoint): GlyphPoint {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, onCurve: true };
}
