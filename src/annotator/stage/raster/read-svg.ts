import type { Piece } from "./piece.ts";

/**
 * Reads SVG elements as pieces for a canvas: those that the scene writes, and those of our emoji. It knows no more of
 * SVG than these use: shapes, groups, references, and presentation attributes. It is no reader of foreign SVG.
 */

interface Element {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: Element[];
}

/** What elements inherit. */
type Paint = Omit<Piece, "path">;

/** SVG's initial values. */
const initialPaint: Paint = {
  fill: "#000",
  fillAlpha: 1,
  fillRule: "nonzero",
  stroke: null,
  strokeAlpha: 1,
  width: 1,
  join: "miter",
  cap: "butt",
  dash: [],
  strokeFirst: false,
};

/** How deep references may go: emoji have one level. */
const DEPTH_MAX = 8;

/** @param matrix where the elements are in the image @param paint what they inherit */
export function readSvg(svg: string, matrix: DOMMatrix, paint: Partial<Paint> = {}): Piece[] {
  const elements = parse(svg);
  const byId = new Map<string, Element>();
  collectIds(elements, byId);
  const pieces: Piece[] = [];
  for (const element of elements)
    readElement(element, matrix, { ...initialPaint, ...paint }, byId, pieces, DEPTH_MAX);
  return pieces;
}

const tag = /<(\/?)([a-zA-Z]+)([^>]*?)(\/?)>/g;
const attribute = /([\w:-]+)="([^"]*)"/g;

function parse(svg: string): Element[] {
  const root: Element = { name: "", attributes: {}, children: [] };
  const open = [root];
  for (const [, closes, name = "", text = "", isEmpty] of svg.matchAll(tag)) {
    if (closes) {
      open.pop();
      continue;
    }
    const attributes: Record<string, string> = {};
    for (const [, key = "", value = ""] of text.matchAll(attribute)) attributes[key] = value;
    const element = { name, attributes, children: [] };
    open.at(-1)?.children.push(element);
    if (!isEmpty) open.push(element);
  }
  return root.children;
}

function collectIds(elements: readonly Element[], byId: Map<string, Element>): void {
  for (const element of elements) {
    const { id } = element.attributes;
    if (id !== undefined) byId.set(id, element);
    collectIds(element.children, byId);
  }
}

function readElement(
  element: Element,
  outer: DOMMatrix,
  inherited: Paint,
  byId: ReadonlyMap<string, Element>,
  pieces: Piece[],
  depth: number,
): void {
  const { name, attributes, children } = element;
  if (name === "defs" || depth === 0) return;
  const matrix = transformed(outer, attributes["transform"]);
  const paint = inherit(inherited, attributes);
  if (name === "use") {
    const target = byId.get((attributes["href"] ?? "").slice(1));
    const place = matrix.translate(numberOf(attributes, "x"), numberOf(attributes, "y"));
    if (target) readElement(target, place, paint, byId, pieces, depth - 1);
    return;
  }
  for (const child of children) readElement(child, matrix, paint, byId, pieces, depth);
  const path = pathOf(name, attributes);
  if (path) pieces.push(place({ path, ...paint }, matrix));
}

/** Moves a piece into the image. Widths and dashes grow with it: all our transforms are similarities. */
export function place(piece: Piece, matrix: DOMMatrix): Piece {
  if (matrix.isIdentity) return piece;
  const path = new Path2D();
  path.addPath(piece.path, matrix);
  const scale = Math.sqrt(Math.abs(matrix.a * matrix.d - matrix.b * matrix.c));
  return { ...piece, path, width: piece.width * scale, dash: piece.dash.map((part) => part * scale) };
}

function pathOf(name: string, attributes: Readonly<Record<string, string>>): Path2D | undefined {
  const number = (key: string): number => numberOf(attributes, key);
  const path = new Path2D();
  switch (name) {
    case "path":
      return new Path2D(attributes["d"]);
    case "rect":
      if (attributes["rx"] === undefined)
        path.rect(number("x"), number("y"), number("width"), number("height"));
      else path.roundRect(number("x"), number("y"), number("width"), number("height"), number("rx"));
      return path;
    case "circle":
      path.arc(number("cx"), number("cy"), number("r"), 0, 2 * Math.PI);
      path.closePath();
      return path;
    case "ellipse":
      path.ellipse(number("cx"), number("cy"), number("rx"), number("ry"), 0, 0, 2 * Math.PI);
      path.closePath();
      return path;
    default:
      return undefined;
  }
}

function inherit(paint: Paint, attributes: Readonly<Record<string, string>>): Paint {
  const changed = { ...paint };
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "fill") changed.fill = value === "none" ? null : value;
    else if (name === "stroke") changed.stroke = value === "none" ? null : value;
    else if (name === "fill-opacity") changed.fillAlpha = Number(value);
    else if (name === "stroke-opacity") changed.strokeAlpha = Number(value);
    else if (name === "fill-rule") changed.fillRule = value === "evenodd" ? "evenodd" : "nonzero";
    else if (name === "stroke-width") changed.width = Number(value);
    else if (name === "stroke-linejoin")
      changed.join = value === "round" || value === "bevel" ? value : "miter";
    else if (name === "stroke-linecap")
      changed.cap = value === "round" || value === "square" ? value : "butt";
    else if (name === "stroke-dasharray") changed.dash = value.split(/[\s,]+/).map(Number);
    else if (name === "paint-order") changed.strokeFirst = value === "stroke";
  }
  return changed;
}

const call = /(matrix|translate|rotate|scale)\(([^)]*)\)/g;

/** Applies SVG's `transform`. A worker's DOMMatrix can't read it. */
function transformed(outer: DOMMatrix, transform: string | undefined): DOMMatrix {
  let matrix = outer;
  for (const [, name, list = ""] of (transform ?? "").matchAll(call)) {
    const [a = 0, b, c, d = 0, e = 0, f = 0] = (list.match(/[-+.\de]+/g) ?? []).map(Number);
    if (name === "translate") matrix = matrix.translate(a, b ?? 0);
    else if (name === "scale") matrix = matrix.scale(a, b ?? a);
    else if (name === "rotate")
      matrix = matrix
        .translate(b ?? 0, c ?? 0)
        .rotate(a)
        .translate(-(b ?? 0), -(c ?? 0));
    else matrix = matrix.multiply(new DOMMatrix([a, b ?? 0, c ?? 0, d, e, f]));
  }
  return matrix;
}

function numberOf(attributes: Readonly<Record<string, string>>, name: string): number {
  return Number(attributes[name] ?? 0);
}
