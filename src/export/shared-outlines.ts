import type { Emoji, Glyph } from "../scene/glyph.ts";
import type { PlacedText } from "../scene/shape.ts";

/** About what the objects of a glyph or an emoji take beside its outline or elements. */
const OBJECT_BYTES = 400;

/**
 * Keeps each glyph and each emoji of a scene once. Fonts make a glyph anew when they have dropped it: without this, a
 * scene with thousands of texts would hold thousands of outlines of one letter.
 */
export class SharedOutlines {
  readonly #glyphs = new Map<string, Glyph>();
  readonly #emoji = new Map<string, Emoji>();
  #bytes = 0;

  /** Bytes of all glyphs and emoji. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Replaces the glyphs and emoji of texts by those kept. */
  share<Drawn extends { texts?: readonly PlacedText[] }>(drawing: Drawn): Drawn {
    if (!drawing.texts) return drawing;
    const texts = drawing.texts.map((placed) => {
      const { glyphs, emoji } = placed.text;
      const shared = {
        glyphs: glyphs.map((glyph) => this.#keepGlyph(glyph)),
        emoji: emoji.map((each) => ({ ...each, emoji: this.#keepEmoji(each.emoji) })),
      };
      return { ...placed, text: { ...placed.text, ...shared } };
    });
    return { ...drawing, texts };
  }

  #keepGlyph(glyph: Glyph): Glyph {
    const known = this.#glyphs.get(glyph.id);
    if (known) return known;
    this.#glyphs.set(glyph.id, glyph);
    this.#bytes += glyph.commands.length + glyph.coordinates.byteLength + OBJECT_BYTES;
    return glyph;
  }

  #keepEmoji(emoji: Emoji): Emoji {
    const known = this.#emoji.get(emoji.id);
    if (known) return known;
    this.#emoji.set(emoji.id, emoji);
    this.#bytes += emoji.svg.length + OBJECT_BYTES;
    return emoji;
  }
}
