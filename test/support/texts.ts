import { env } from "cloudflare:workers";
import { createTextPlatform } from "../../src/export/text-platform.ts";
import { argumentCounts, createGlyph, GLYPH_UNITS } from "../../src/scene/glyph.ts";
import type { LaidOutText } from "../../src/scene/shape.ts";
import { formatNumber } from "../../src/scene/svg-text.ts";
import { FontLibrary } from "../../src/text/font-library.ts";
import type { Outline, PlacedGlyph } from "../../src/text/outline.ts";
import type { TextLayout } from "../../src/text/text-layout.ts";

/** Loads other fonts until none that another test used is kept in memory. */
export async function dropKeptFonts(): Promise<void> {
  const characters = Array.from({ length: 400 }, (_, index) => 0x4e00 + index * 50);
  await new FontLibrary(createTextPlatform(env.ASSETS)).load(characters, { form: "sc", fullWidth: true });
}

/** Lays out a text, with the path data of all its letters. */
export function layoutPath(
  layout: TextLayout,
  text: string,
  fontSize: number,
  wrapWidth: number | undefined,
): LaidOutText & { path: string } {
  const laidOut = layout.layout(text, fontSize, wrapWidth);
  const { glyphs, places } = laidOut;
  const placed = glyphs.map((glyph, index) => {
    const [x = 0, y = 0, scale = 1] = places.subarray(index * 3, index * 3 + 3);
    return { glyph, x, y, scale };
  });
  return { ...laidOut, path: drawGlyphs(placed, 0, 0, fontSize) };
}

/** The path data of an outline with its origin at (x, y) pixels. */
export function drawOutline({ glyphs }: Outline, x: number, y: number, size: number): string {
  return drawGlyphs(glyphs, x, y, size);
}

function drawGlyphs(placed: readonly PlacedGlyph[], x: number, y: number, size: number): string {
  return placed.map((each) => drawGlyph(each, x, y, size)).join("");
}

function drawGlyph({ glyph, ...place }: PlacedGlyph, x: number, y: number, size: number): string {
  let at = 0;
  const parts = Array.from(glyph.commands, (command) => {
    const points = glyph.coordinates.subarray(at, at + (argumentCounts[command] ?? 0));
    at += points.length;
    const pixels = Array.from(points, (value, index) => {
      const [origin, offset] = index % 2 === 0 ? [x, place.x] : [y, place.y];
      return formatNumber(origin + (offset + (value * place.scale) / GLYPH_UNITS) * size);
    });
    return command + pixels.join(" ");
  });
  return parts.join("");
}

/** A triangle that is named like a text. */
export function nameGlyph(text: string): PlacedGlyph {
  const coordinates = Float32Array.of(0, 0, 500, 0, 500, 500);
  return { glyph: createGlyph({ id: text, commands: "MLLZ", coordinates }), x: 0, y: 0, scale: 1 };
}

/** A text as a layout might return it: one glyph, which is named like the text. */
export function setText(text: string, fontSize: number, width: number, height: number): LaidOutText {
  const { glyph } = nameGlyph(text);
  return { width, height, fontSize, glyphs: [glyph], places: Float32Array.of(0, 1, 1), emoji: [] };
}
