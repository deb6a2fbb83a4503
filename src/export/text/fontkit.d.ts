/** What is used of fontkit 2.0, which brings no types. Lengths are font units, y up. */
declare module "fontkit" {
  export interface FontPath {
    commands: {
      command: "moveTo" | "lineTo" | "quadraticCurveTo" | "bezierCurveTo" | "closePath";
      args: number[];
    }[];
  }
  export interface Glyph {
    id: number;
    path: FontPath;
    bbox: { minX: number; minY: number; maxX: number; maxY: number };
    advanceWidth: number;
  }
  export interface GlyphPosition {
    xAdvance: number;
    yAdvance: number;
    xOffset: number;
    yOffset: number;
  }
  export interface GlyphRun {
    /** In visual order, also for right-to-left. */
    glyphs: Glyph[];
    positions: GlyphPosition[];
  }
  export interface Font {
    unitsPerEm: number;
    xHeight: number;
    hasGlyphForCodePoint(codePoint: number): boolean;
    glyphForCodePoint(codePoint: number): Glyph;
    layout(
      text: string,
      features: Record<string, boolean> | undefined,
      script: string | undefined,
      language: string | undefined,
      direction: "ltr" | "rtl",
    ): GlyphRun;
  }
  export function create(bytes: Uint8Array): Font;
}
