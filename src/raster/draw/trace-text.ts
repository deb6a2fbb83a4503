import type { Bounds } from "../../scene/bounds.ts";
import { GLYPH_UNITS, type Glyph } from "../../scene/glyph.ts";
import type { View } from "../../scene/scene-svg.ts";
import type { PlacedText } from "../../scene/shape.ts";
import { floatAt } from "../array-at.ts";

/** Takes straight edges in output pixels. */
export interface EdgeSink {
  addEdge(ax: number, ay: number, bx: number, by: number): void;
}

/** Maps lengths to output pixels, as SVG's matrix(a b c d e f). */
export interface Matrix {
  a: number;
  b: number;
  c: number;
  d: number;
  e: number;
  f: number;
}

/** How far a chord may be from its curve, in output pixels. */
const FLATNESS = 0.1;

/** The matrix from image pixels to output pixels for what is turned with a text. */
export function turnMatrix({ rotation }: PlacedText, view: View): Matrix {
  const { scaleX, scaleY, originX, originY } = view;
  if (!rotation) return { a: scaleX, b: 0, c: 0, d: scaleY, e: originX, f: originY };
  const { degrees, cx, cy } = rotation;
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  return {
    a: cos * scaleX,
    b: sin * scaleY,
    c: -sin * scaleX,
    d: cos * scaleY,
    e: (cx - cos * cx + sin * cy) * scaleX + originX,
    f: (cy - sin * cx - cos * cy) * scaleY + originY,
  };
}

/** The matrix for a glyph of a text, from glyph units to output pixels. */
export function glyphMatrix({ text, x, y }: PlacedText, index: number, turn: Matrix): Matrix {
  const { fontSize, places } = text;
  const left = x + floatAt(places, index * 3) * fontSize;
  const top = y + floatAt(places, index * 3 + 1) * fontSize;
  const unit = (floatAt(places, index * 3 + 2) * fontSize) / GLYPH_UNITS;
  return {
    a: turn.a * unit,
    b: turn.b * unit,
    c: turn.c * unit,
    d: turn.d * unit,
    e: turn.a * left + turn.c * top + turn.e,
    f: turn.b * left + turn.d * top + turn.f,
  };
}

/** The bounds of transformed bounds. */
export function transformBounds({ left, top, right, bottom }: Bounds, { a, b, c, d, e, f }: Matrix): Bounds {
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  const [halfWidth, halfHeight] = [(right - left) / 2, (bottom - top) / 2];
  const [middleX, middleY] = [a * x + c * y + e, b * x + d * y + f];
  const reachX = Math.abs(a) * halfWidth + Math.abs(c) * halfHeight;
  const reachY = Math.abs(b) * halfWidth + Math.abs(d) * halfHeight;
  return {
    left: middleX - reachX,
    top: middleY - reachY,
    right: middleX + reachX,
    bottom: middleY + reachY,
  };
}

const [MOVE, CURVE, CLOSE] = ["M", "Q", "Z"].map((letter) => letter.charCodeAt(0));

/** Traces the outline of a glyph. */
export function traceGlyph({ commands, coordinates }: Glyph, matrix: Matrix, sink: EdgeSink): void {
  const { a, b, c, d, e, f } = matrix;
  let at = 0;
  let x = 0;
  let y = 0;
  let startX = 0;
  let startY = 0;
  for (let index = 0; index < commands.length; index++) {
    const command = commands.charCodeAt(index);
    if (command === CLOSE) {
      sink.addEdge(x, y, startX, startY);
      x = startX;
      y = startY;
      continue;
    }
    const curved = command === CURVE;
    const u = floatAt(coordinates, at);
    const v = floatAt(coordinates, at + 1);
    at += 2;
    const nextX = a * u + c * v + e;
    const nextY = b * u + d * v + f;
    if (!curved) {
      if (command === MOVE) {
        startX = nextX;
        startY = nextY;
      } else sink.addEdge(x, y, nextX, nextY);
      x = nextX;
      y = nextY;
      continue;
    }
    const toU = floatAt(coordinates, at);
    const toV = floatAt(coordinates, at + 1);
    at += 2;
    const toX = a * toU + c * toV + e;
    const toY = b * toU + d * toV + f;
    traceCurve(x, y, nextX, nextY, toX, toY, sink);
    x = toX;
    y = toY;
  }
}

/** Traces a quadratic curve as chords, so many that none is farther from it than `FLATNESS`. */
function traceCurve(
  ax: number,
  ay: number,
  controlX: number,
  controlY: number,
  bx: number,
  by: number,
  sink: EdgeSink,
): void {
  const bendX = ax - 2 * controlX + bx;
  const bendY = ay - 2 * controlY + by;
  const bend = Math.sqrt(bendX * bendX + bendY * bendY);
  const chords = Math.ceil(Math.sqrt(bend / (4 * FLATNESS))) || 1;
  let x = ax;
  let y = ay;
  for (let chord = 1; chord <= chords; chord++) {
    const t = chord / chords;
    const nextX = chord === chords ? bx : ax + t * (2 * (controlX - ax) + t * bendX);
    const nextY = chord === chords ? by : ay + t * (2 * (controlY - ay) + t * bendY);
    sink.addEdge(x, y, nextX, nextY);
    x = nextX;
    y = nextY;
  }
}

/** Corners are drawn as so many chords. */
const CORNER_CHORDS = 16;

/** Traces a rectangle with round corners. */
export function traceRoundRect(box: Bounds, radius: number, matrix: Matrix, sink: EdgeSink): void {
  const { a, b, c, d, e, f } = matrix;
  const { left, top, right, bottom } = box;
  const r = Math.min(radius, (right - left) / 2, (bottom - top) / 2);
  let before: { x: number; y: number } | undefined;
  let first: { x: number; y: number } | undefined;
  // Clockwise from the right end of the upper edge.
  for (let step = 0; step < 4 * (CORNER_CHORDS + 1); step++) {
    const corner = Math.floor(step / (CORNER_CHORDS + 1));
    const angle = ((corner - 1 + (step % (CORNER_CHORDS + 1)) / CORNER_CHORDS) * Math.PI) / 2;
    const u = (corner < 2 ? right - r : left + r) + r * Math.cos(angle);
    const v = (corner === 0 || corner === 3 ? top + r : bottom - r) + r * Math.sin(angle);
    const point = { x: a * u + c * v + e, y: b * u + d * v + f };
    if (before) sink.addEdge(before.x, before.y, point.x, point.y);
    first ??= point;
    before = point;
  }
  if (before && first) sink.addEdge(before.x, before.y, first.x, first.y);
}
