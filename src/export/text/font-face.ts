import { create, type Font, type Glyph } from "fontkit";
import { drawGlyph, type Outline } from "./outline.ts";

export type Direction = "ltr" | "rtl";

/** What a face remembers at most: some hundred KiB. */
const SHAPED_MAX = 1_000;
const SHAPED_LENGTH_MAX = 24;

/** One font file: shapes text that it has every character of. */
export class FontFace {
  readonly #font: Font;
  /** Words come again and again, and graphemes are measured one by one. */
  readonly #shaped = new Map<string, Outline>();

  /** Throws where the bytes are not a font. */
  constructor(bytes: Uint8Array) {
    this.#font = create(bytes);
  }

  has(codePoint: number): boolean {
    return this.#font.hasGlyphForCodePoint(codePoint);
  }

  /** Shapes a run of one direction, ligatures, kerning and marks included. */
  shape(text: string, direction: Direction): Outline {
    const key = direction + text;
    const known = this.#shaped.get(key);
    if (known) return known;
    const outline = this.#shape(text, direction);
    if (this.#shaped.size >= SHAPED_MAX) this.#shaped.clear();
    if (text.length <= SHAPED_LENGTH_MAX) this.#shaped.set(key, outline);
    return outline;
  }

  #shape(text: string, direction: Direction): Outline {
    const { glyphs, positions } = this.#font.layout(text, undefined, undefined, undefined, direction);
    const em = this.#font.unitsPerEm;
    return {
      advance: positions.reduce((sum, position) => sum + position.xAdvance, 0) / em,
      draw(x, y, size) {
        const unit = size / em;
        let data = "";
        let pen = x;
        for (const [index, glyph] of glyphs.entries()) {
          const position = positions[index];
          if (!position) break;
          data += drawGlyph(glyph.path, pen + position.xOffset * unit, y - position.yOffset * unit, unit);
          pen += position.xAdvance * unit;
        }
        return data;
      },
    };
  }

  /**
   * A mark of this font centred on a letter of `base`, for letters and marks that no one font has together. A mark above is drawn
   * to fit a small letter: on a taller one it is raised.
   */
  placeMark(mark: number, base: FontFace, letter: number): Outline {
    const markGlyph = this.#font.glyphForCodePoint(mark);
    const em = this.#font.unitsPerEm;
    const [left, right, top] = base.#extent(base.#font.glyphForCodePoint(letter));
    const [markLeft, markRight] = this.#extent(markGlyph);
    const above = markGlyph.bbox.minY > 0;
    const raise = above ? Math.max(0, top - base.#font.xHeight / base.#font.unitsPerEm) : 0;
    const shift = (left + right - markLeft - markRight) / 2;
    return {
      advance: 0,
      draw: (x, y, size) => drawGlyph(markGlyph.path, x + shift * size, y - raise * size, size / em),
    };
  }

  /** Left, right and top of a glyph's ink in ems, y up. */
  #extent(glyph: Glyph): [left: number, right: number, top: number] {
    const em = this.#font.unitsPerEm;
    const { minX, maxX, maxY } = glyph.bbox;
    return [minX / em, maxX / em, maxY / em];
  }
}
