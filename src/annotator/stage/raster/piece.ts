/** A path with its paint, in image pixels: what a drawing becomes on a canvas. */
export interface Piece {
  path: Path2D;
  /** CSS colours; null: none. Alpha is apart, 0–1. */
  fill: string | null;
  fillAlpha: number;
  fillRule: CanvasFillRule;
  stroke: string | null;
  strokeAlpha: number;
  width: number;
  join: CanvasLineJoin;
  cap: CanvasLineCap;
  dash: number[];
  /** The stroke lies below the fill. */
  strokeFirst: boolean;
}

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Paints a piece. The context's transform maps image pixels to those of the canvas. */
export function paintPiece(context: Context, piece: Piece): void {
  if (piece.strokeFirst) {
    strokePiece(context, piece);
    fillPiece(context, piece);
  } else {
    fillPiece(context, piece);
    strokePiece(context, piece);
  }
}

/** How often a piece lays paint on itself: if once, an opacity can be that of its colour. */
export function layersOf({ fill, stroke }: Piece): number {
  return (fill === null ? 0 : 1) + (stroke === null ? 0 : 1);
}

function fillPiece(context: Context, { path, fill, fillAlpha, fillRule }: Piece): void {
  if (fill === null || fillAlpha === 0) return;
  context.globalAlpha = fillAlpha;
  context.fillStyle = fill;
  context.fill(path, fillRule);
}

function strokePiece(context: Context, { path, stroke, strokeAlpha, width, join, cap, dash }: Piece): void {
  if (stroke === null || strokeAlpha === 0 || width === 0) return;
  context.globalAlpha = strokeAlpha;
  context.strokeStyle = stroke;
  context.lineWidth = width;
  context.lineJoin = join;
  context.lineCap = cap;
  context.setLineDash(dash);
  context.stroke(path);
}
