import type { Direction, HarfBuzz } from "./harfbuzz.ts";
import { drawGlyph, type Outline } from "./outline.ts";
import { TrueTypeFont, type GlyphOutline } from "./true-type.ts";

/** What a face keeps at most: a few hundred KiB. */
const SHAPED_MAX = 256;
const SHAPED_LENGTH_MAX = 24;
const OUTLINES_MAX = 512;

/** A glyph at its place in a run, relative to the run's start: font units, y up. */
interface PlacedGlyph {
  outline: GlyphOutline;
  x: number;
  y: number;
}

/** One font file. It shapes text of which it has every character. */
export class FontFace {
  readonly #file: Uint8Array;
  readonly #harfBuzz: HarfBuzz;
  readonly #font: TrueTypeFont;
  readonly #outlines = new Map<number, GlyphOutline>();
  /** Words recur, and graphemes are measured one by one. */
  readonly #shaped = new Map<string, Outline>();

  /** `file`: an OpenType font with TrueType outlines. Throws if it is not. */
  constructor(file: Uint8Array, harfBuzz: HarfBuzz) {
    this.#file = file;
    this.#harfBuzz = harfBuzz;
    this.#font = new TrueTypeFont(file);
  }

  get byteLength(): number {
    return this.#file.byteLength;
  }

  has(codePoint: number): boolean {
    return this.#harfBuzz.glyphOf(this.#file, codePoint) !== 0;
  }

  /**
   * Shapes a run of one direction with ligatures, kerning and marks. `feature`: an OpenType feature in addition to the
   * default ones.
   */
  shape(text: string, direction: Direction, feature?: string): Outline {
    const key = `${direction}${feature ?? ""} ${text}`;
    const known = this.#shaped.get(key);
    if (known) return known;
    const outline = this.#shape(text, direction, feature);
    if (this.#shaped.size >= SHAPED_MAX) this.#shaped.clear();
    if (text.length <= SHAPED_LENGTH_MAX) this.#shaped.set(key, outline);
    return outline;
  }

  #shape(text: string, direction: Direction, feature: string | undefined): Outline {
    const em = this.#font.unitsPerEm;
    const placed: PlacedGlyph[] = [];
    let pen = 0;
    for (const { id, advance, xOffset, yOffset } of this.#harfBuzz.shape(
      this.#file,
      text,
      direction,
      feature,
    )) {
      const outline = this.#outline(id);
      if (outline.commands !== "") placed.push({ outline, x: pen + xOffset, y: yOffset });
      pen += advance;
    }
    return {
      advance: pen / em,
      draw(x, y, size) {
        const unit = size / em;
        return placed
          .map((glyph) => drawGlyph(glyph.outline, x + glyph.x * unit, y - glyph.y * unit, unit))
          .join("");
      },
    };
  }

  /**
   * Centres a mark of this font on a letter of `base`, for letters and marks that no single font has together. Marks
   * above fit small letters; on a taller letter the mark is raised.
   */
  placeMark(mark: number, base: FontFace, letter: number): Outline {
    const em = this.#font.unitsPerEm;
    const outline = this.#outline(this.#harfBuzz.glyphOf(this.#file, mark));
    const letterBox = base.#extent(letter);
    const markBox = this.#extent(mark);
    const above = markBox.bottom > 0;
    const raise = above ? Math.max(0, letterBox.top - base.#font.xHeight / base.#font.unitsPerEm) : 0;
    const shift = (letterBox.left + letterBox.right - markBox.left - markBox.right) / 2;
    return {
      advance: 0,
      draw: (x, y, size) => drawGlyph(outline, x + shift * size, y - raise * size, size / em),
    };
  }

  /** The bounding box of a character's glyph with its control points, in ems, y up. */
  #extent(codePoint: number): { left: number; right: number; bottom: number; top: number } {
    const { coordinates } = this.#outline(this.#harfBuzz.glyphOf(this.#file, codePoint));
    const em = this.#font.unitsPerEm;
    const xs = Array.from(
      coordinates.filter((_, index) => index % 2 === 0),
      (x) => x / em,
    );
    const ys = Array.from(
      coordinates.filter((_, index) => index % 2 === 1),
      (y) => y / em,
    );
    // A space has no points.
    if (xs.length === 0) return { left: 0, right: 0, bottom: 0, top: 0 };
    return { left: Math.min(...xs), right: Math.max(...xs), bottom: Math.min(...ys), top: Math.max(...ys) };
  }

  #outline(glyph: number): GlyphOutline {
    const known = this.#outlines.get(glyph);
    if (known) return known;
    const outline = this.#font.outline(glyph);
    if (this.#outlines.size >= OUTLINES_MAX) this.#outlines.clear();
    this.#outlines.set(glyph, outline);
    return outline;
  }
}
