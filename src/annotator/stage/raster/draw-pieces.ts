import type { Drawing } from "../../../scene/draw-annotation.ts";
import type { Bounds } from "../../../scene/bounds.ts";
import { argumentCounts, GLYPH_UNITS, type Glyph } from "../../../scene/glyph.ts";
import type { Paint } from "../../../scene/paint.ts";
import type { PlacedText, Stroke } from "../../../scene/shape.ts";
import { type Context, layersOf, paintPiece, type Piece } from "./piece.ts";
import { place, readSvg } from "./read-svg.ts";

/** A drawing of the scene, ready for a canvas. */
export interface PreparedMark {
  zIndex: number;
  ordinal: number;
  bounds: Bounds;
  /** 0–1, for all pieces together where they overlap. */
  opacity: number;
  pieces: readonly Piece[];
}

/** Makes a canvas's paths of what the scene draws, from bottom to top. */
export function prepareMark({
  svg,
  texts = [],
  stroke,
  bounds,
  opacity,
  zIndex,
  ordinal,
}: Drawing): PreparedMark {
  const pieces = [
    ...(svg === "" ? [] : readSvg(svg, new DOMMatrix())),
    ...texts.flatMap(prepareText),
    ...(stroke ? [prepareStroke(stroke)] : []),
  ];
  const [only] = pieces;
  // Nothing overlaps itself: the opacity can be that of the colours.
  if (only && pieces.length === 1 && layersOf(only) === 1 && opacity < 1) {
    const { fillAlpha, strokeAlpha } = only;
    const folded = { ...only, fillAlpha: fillAlpha * opacity, strokeAlpha: strokeAlpha * opacity };
    return { bounds, opacity: 1, pieces: [folded], zIndex, ordinal };
  }
  return { bounds, opacity, pieces, zIndex, ordinal };
}

export function paintMark(context: Context, { pieces }: PreparedMark): void {
  for (const piece of pieces) paintPiece(context, piece);
}

const plain: Omit<Piece, "path"> = {
  fill: null,
  fillAlpha: 1,
  fillRule: "nonzero",
  stroke: null,
  strokeAlpha: 1,
  width: 0,
  join: "round",
  cap: "round",
  dash: [],
  strokeFirst: false,
};

function prepareStroke({ points, width, paint }: Stroke): Piece {
  const path = new Path2D();
  for (let at = 0; at + 1 < points.length; at += 2) path.lineTo(points[at] ?? 0, points[at + 1] ?? 0);
  return { ...plain, path, stroke: paint.color, strokeAlpha: paint.alpha, width };
}

function filled(path: Path2D, paint: Paint): Piece {
  return { ...plain, path, fill: paint.color, fillAlpha: paint.alpha };
}

/** A text: its ground, its halo, its letters, its emoji. All letters are one path. */
function prepareText({ text, x, y, ink, ground, halo, rotation }: PlacedText): Piece[] {
  const pieces: Piece[] = [];
  if (ground) {
    const { left, top, right, bottom } = ground.box;
    const path = new Path2D();
    path.roundRect(left, top, right - left, bottom - top, ground.radius);
    pieces.push(filled(path, ground.paint));
  }
  if (text.glyphs.length > 0) {
    const letters = new Path2D();
    for (const [index, glyph] of text.glyphs.entries()) {
      const [dx = 0, dy = 0, size = 1] = text.places.subarray(index * 3, index * 3 + 3);
      const unit = (size * text.fontSize) / GLYPH_UNITS;
      addGlyph(letters, glyph, x + dx * text.fontSize, y + dy * text.fontSize, unit);
    }
    if (halo)
      pieces.push({
        ...plain,
        path: letters,
        stroke: halo.paint.color,
        strokeAlpha: halo.paint.alpha,
        width: 2 * halo.width,
      });
    pieces.push(filled(letters, ink));
  }
  for (const { emoji, x: dx, y: dy, scale } of text.emoji)
    pieces.push(
      ...readSvg(emoji.svg, new DOMMatrix([scale, 0, 0, scale, x + dx, y + dy]), { fillAlpha: ink.alpha }),
    );
  if (!rotation) return pieces;
  const { degrees, cx, cy } = rotation;
  const turn = new DOMMatrix().translate(cx, cy).rotate(degrees).translate(-cx, -cy);
  return pieces.map((piece) => place(piece, turn));
}

function addGlyph(path: Path2D, { commands, coordinates }: Glyph, x: number, y: number, unit: number): void {
  let at = 0;
  const next = (): [number, number] => {
    const point: [number, number] = [
      x + (coordinates[at] ?? 0) * unit,
      y + (coordinates[at + 1] ?? 0) * unit,
    ];
    at += 2;
    return point;
  };
  for (const letter of commands) {
    const end = at + (argumentCounts[letter] ?? 0);
    if (letter === "M") path.moveTo(...next());
    else if (letter === "L") path.lineTo(...next());
    else if (letter === "Q") path.quadraticCurveTo(...next(), ...next());
    else path.closePath();
    at = end;
  }
}
