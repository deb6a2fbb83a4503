import bidiFactory from "bidi-js";
import { drawCodeBox } from "./code-box.ts";
import {
  composeGrapheme,
  digitFont,
  dropUnknownMarks,
  toDirection,
  type Typesetter,
} from "./compose-grapheme.ts";
import { mayBePicture, wantsPicture } from "./emoji-library.ts";
import type { FontFace } from "./font-face.ts";
import type { FontLibrary } from "./font-library.ts";
import { splitGraphemes, visibleCodePoints } from "./graphemes.ts";
import type { Outline } from "./outline.ts";

export const bidi = bidiFactory();

/** Outlines of one embedding level (UAX #9): what the reordering of a line moves as one. */
export interface ShapedRun {
  level: number;
  outline: Outline;
  /** An emoji's SVG elements, for which the outline stands in where there is no room for more pictures. */
  picture?: string;
}

/** Width that an emoji takes, in ems. */
const EMOJI_ADVANCE = 1.2;

/** Shapes a stretch of a paragraph. `levels` are those of its UTF-16 units. */
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
  const isPicture = (grapheme: string): boolean =>
    wantsPicture(grapheme) && emoji.find(grapheme) !== undefined;
  for (const written of splitGraphemes(text)) {
    const level = levels[offset] ?? 0;
    offset += written.length;
    // A keycap is a mark, which a picture has instead of a font.
    const grapheme = isPicture(written) ? written : dropUnknownMarks(written, typesetter);
    const codePoints = visibleCodePoints(grapheme);
    // A direction mark between two letters does not part them.
    if (codePoints.length === 0) continue;
    // Where no font has a character, a picture is better than a box.
    const font = isPicture(grapheme) ? undefined : fonts.find(codePoints, style);
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

/** A grapheme that is for no one font: its pictures, or what there is of its characters. */
function composeRuns(grapheme: string, level: number, typesetter: Typesetter): ShapedRun[] {
  const { emoji, fonts } = typesetter;
  const codePoints = visibleCodePoints(grapheme);
  const pictures = emoji.find(grapheme);
  if (pictures) {
    const outline = drawStandIn(codePoints, fonts);
    return pictures.map((picture) => ({ level, outline, picture }));
  }
  // An emoji with a modifier, say, that has no picture: neither is lost.
  return mayBePicture(grapheme) && codePoints.length > 1
    ? codePoints.flatMap((code) => composeRuns(String.fromCodePoint(code), level, typesetter))
    : [{ level, outline: composeGrapheme(grapheme, level, typesetter) }];
}

/** An emoji's first code point in a box, as wide as its picture. */
function drawStandIn([codePoint = 0]: readonly number[], fonts: FontLibrary): Outline {
  return { ...drawCodeBox(codePoint, digitFont(fonts)), advance: EMOJI_ADVANCE };
}
