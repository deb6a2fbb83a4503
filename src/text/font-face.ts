import type { Bounds } from "../scene/bounds.ts";
import { createGlyph, GLYPH_UNITS, type Glyph } from "../scene/glyph.ts";
import type { Direction, HarfBuzz } from "./harfbuzz.ts";
import type { Outline, PlacedGlyph } from "./outline.ts";
import { TrueTypeFont } from "./true-type.ts";

/** What a face keeps at most: a few hundred KiB. */
const SHAPED_MAX = 256;
const SHAPED_LENGTH_MAX = 24;
const GLYPHS_MAX = 512;

/** One font file. It shapes text of which it has every character. */
export class FontFace {
  readonly #name: string;
  readonly #file: Uint8Array;
  readonly #harfBuzz: HarfBuzz;
  readonly #font: TrueTypeFont;
  readonly #glyphs = new Map<number, Glyph>();
  /** Words recur, and graphemes are measured one by one. */
  readonly #shaped = new Map<string, Outline>();

  /**
   * `name`: the name of the file, from which glyphs get their ids. `file`: an OpenType font with TrueType outlines.
   * Throws if it is not.
   */
  constructor(name: string, file: Uint8Array, harfBuzz: HarfBuzz) {
    this.#name = name.replace(/^noto-|-400-normal\.woff$/g, "");
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
    const glyphs: PlacedGlyph[] = [];
    let pen = 0;
    for (const { id, advance, xOffset, yOffset } of this.#harfBuzz.shape(
      this.#file,
      text,
      direction,
      feature,
    )) {
      const glyph = this.#glyph(id);
      if (glyph.commands !== "") glyphs.push({ glyph, x: (pen + xOffset) / em, y: -yOffset / em, scale: 1 });
      pen += advance;
    }
    return { advance: pen / em, glyphs };
  }

  /**
   * Centres a mark of this font on a letter of `base`, for letters and marks that no single font has together. Marks
   * above fit small letters; on a taller letter the mark is raised.
   */
  placeMark(mark: number, base: FontFace, letter: number): Outline {
    const glyph = this.#glyph(this.#harfBuzz.glyphOf(this.#file, mark));
    const letterBox = base.#extent(letter);
    const markBox = this.#extent(mark);
    const above = markBox.bottom > 0;
    const raise = above ? Math.max(0, letterBox.top - base.#font.xHeight / base.#font.unitsPerEm) : 0;
    const shift = (letterBox.left + letterBox.right - markBox.left - markBox.right) / 2;
    return { advance: 0, glyphs: [{ glyph, x: shift, y: -raise, scale: 1 }] };
  }

  /** The bounding box of a character's glyph with its control points, in ems, y up. */
  #extent(codePoint: number): Bounds {
    const { box } = this.#glyph(this.#harfBuzz.glyphOf(this.#file, codePoint));
    return {
      left: box.left / GLYPH_UNITS,
      top: -box.top / GLYPH_UNITS,
      right: box.right / GLYPH_UNITS,
      bottom: -box.bottom / GLYPH_UNITS,
    };
  }

  #glyph(index: number): Glyph {
    const known = this.#glyphs.get(index);
    if (known) return known;
    const { commands, coordinates } = this.#font.outline(index);
    const unit = GLYPH_UNITS / this.#font.unitsPerEm;
    const glyph = createGlyph({
      id: `${this.#name}-${index}`,
      commands,
      coordinates: coordinates.map((value, at) => (at % 2 === 0 ? value * unit : -value * unit)),
    });
    if (this.#glyphs.size >= GLYPHS_MAX) this.#glyphs.clear();
    this.#glyphs.set(index, glyph);
    return glyph;
  }
}
