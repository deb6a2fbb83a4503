import { LINE_HEIGHT } from "../../text/line.ts";
import { signal } from "@preact/signals";
import type { LaidOutText, LayoutText } from "../../scene/shape.ts";
import type { MeasureText } from "./mark-bounds.ts";
import { textKey, type TextToLayOut } from "./raster/messages.ts";
import type { Size } from "./view-geometry.ts";

/** How many sizes and layouts are kept. More texts than that are laid out again. */
const SIZES_MAX = 20_000;
const LAYOUTS_MAX = 200;
/** A guess at a text's size in ems, until it is laid out. */
const LETTER_WIDTH = 0.55;

/** What the drawer told of texts: it has the fonts, the page has not. */
export class TextSizes {
  /** Rises when something was told. */
  readonly changes = signal(0);
  readonly #sizes = new Map<string, Size>();
  readonly #layouts = new Map<string, LaidOutText>();
  readonly #asked = new Set<string>();
  readonly #ask: (text: TextToLayOut) => void;

  constructor(ask: (text: TextToLayOut) => void) {
    this.#ask = ask;
  }

  readonly measure: MeasureText = ({ text, style, geometry }) => {
    const fontSize = style.font_size;
    const known = this.#sizes.get(textKey({ text, fontSize, wrapWidth: geometry.width }));
    return known ?? guessSize(text, fontSize, geometry.width);
  };

  /**
   * The layout of a text; asked for where it is not known. Until it is there, the text is empty. `changes` says when to
   * try again.
   */
  readonly layOut: LayoutText = (text, fontSize, wrapWidth) => {
    const wanted = { text, fontSize, wrapWidth };
    const key = textKey(wanted);
    const known = this.#layouts.get(key);
    if (known) return known;
    if (!this.#asked.has(key)) {
      this.#asked.add(key);
      this.#ask(wanted);
    }
    const size = this.#sizes.get(key) ?? guessSize(text, fontSize, wrapWidth);
    return { ...size, fontSize, glyphs: [], places: new Float32Array(), emoji: [] };
  };

  hasLayout(text: TextToLayOut): boolean {
    return this.#layouts.has(textKey(text));
  }

  addSizes(texts: readonly (TextToLayOut & { size: Size })[]): void {
    if (this.#sizes.size > SIZES_MAX) this.#sizes.clear();
    for (const text of texts) this.#sizes.set(textKey(text), text.size);
    this.changes.value++;
  }

  addLayout(text: TextToLayOut, laidOut: LaidOutText): void {
    const key = textKey(text);
    if (this.#layouts.size > LAYOUTS_MAX) this.#layouts.clear();
    this.#asked.delete(key);
    this.#layouts.set(key, laidOut);
    this.addSizes([{ ...text, size: { width: laidOut.width, height: laidOut.height } }]);
  }
}

function guessSize(text: string, fontSize: number, wrapWidth: number | undefined): Size {
  const lines = text.split("\n").map((line) => line.length * LETTER_WIDTH * fontSize);
  const width = Math.min(wrapWidth ?? Infinity, Math.max(...lines));
  const count = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line / (wrapWidth ?? Infinity))), 0);
  return { width, height: count * LINE_HEIGHT * fontSize };
}
