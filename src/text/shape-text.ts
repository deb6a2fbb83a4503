import bidiFactory from "bidi-js";
import { drawCodeBox } from "./code-box.ts";
import {
  composeGrapheme,
  digitFont,
  dropUnknownMarks,
  toDirection,
  type Typesetter,
} from "./compose-grapheme.ts";
import { mayBeEmoji, wantsEmoji } from "./emoji-library.ts";
import type { Emoji } from "../scene/glyph.ts";
import type { FontFace } from "./font-face.ts";
import type { FontLibrary } from "./font-library.ts";
import { splitGraphemes, visibleCodePoints } from "./graphemes.ts";
import type { Outline } from "./outline.ts";

export const bidi = bidiFactory();

/** Outlines of one embedding level (UAX #9). Reordering a line moves a run as a whole. */
export interface ShapedRun {
  level: number;
  outline: Outline;
  /** The outline replaces it if the text has too many emoji. */
  emoji?: Emoji;
}

/** The advance of an emoji, in ems. */
const EMOJI_ADVANCE = 1.2;

/** Shapes part of a paragraph. `levels`: the embedding levels of its UTF-16 units. */
export function shapeText(text: string, levels: Uint8Array, typesetter: Typesetter): ShapedRun[] {
  const { fonts, emoji, style } = typesetter;
  const runs: ShapedRun[] = [];
  // Graphemes of one level and one font are shaped together.
  let pending = { text: "", level: 0, font: undefined as FontFace | undefined };
  const flush = (): void => {
    if (pending.font)
      runs.push({
        level: pending.level,
        outline: pending.font.shape(pending.text, toDirection(pending.level)),
      });
    pending = { text: "", level: 0, font: undefined };
  };
  let offset = 0;
  const isEmoji = (grapheme: string): boolean => wantsEmoji(grapheme) && emoji.find(grapheme) !== undefined;
  for (const written of splitGraphemes(text)) {
    const level = levels[offset] ?? 0;
    offset += written.length;
    // A keycap is a mark that no font has, but its emoji does.
    const grapheme = isEmoji(written) ? written : dropUnknownMarks(written, typesetter);
    const codePoints = visibleCodePoints(grapheme);
    // A direction mark between two letters does not separate them.
    if (codePoints.length === 0) continue;
    // For a character that no font has, an emoji is better than a box.
    const font = isEmoji(grapheme) ? undefined : fonts.find(codePoints, style);
    if (font && font === pending.font && level === pending.level) {
      pending.text += grapheme;
      continue;
    }
    flush();
    if (font) pending = { text: grapheme, level, font };
    else runs.push(...composeRuns(grapheme, level, typesetter));
  }
  flush();
  return runs;
}

/** Composes a grapheme that no single font has: its emoji, or what can be made of its characters. */
function composeRuns(grapheme: string, level: number, typesetter: Typesetter): ShapedRun[] {
  const { emoji, fonts } = typesetter;
  const codePoints = visibleCodePoints(grapheme);
  const found = emoji.find(grapheme);
  if (found) {
    const outline = drawStandIn(codePoints, fonts);
    return found.map((each) => ({ level, outline, emoji: each }));
  }
  // For example an emoji with a modifier, without a picture for both together: neither is lost.
  return mayBeEmoji(grapheme) && codePoints.length > 1
    ? codePoints.flatMap((code) => composeRuns(String.fromCodePoint(code), level, typesetter))
    : [{ level, outline: composeGrapheme(grapheme, level, typesetter) }];
}

/** Draws an emoji's first code point in a box as wide as the emoji. */
function drawStandIn([codePoint = 0]: readonly number[], fonts: FontLibrary): Outline {
  return { ...drawCodeBox(codePoint, digitFont(fonts)), advance: EMOJI_ADVANCE };
}
