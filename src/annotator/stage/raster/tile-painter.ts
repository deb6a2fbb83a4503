import { paintMark, type PreparedMark } from "./draw-pieces.ts";
import { TILE_SIDE, type TileImage } from "./messages.ts";
import type { Context } from "./piece.ts";
import { overlap, tileBounds } from "./tile-record.ts";

/** A canvas of the place where the drawer runs. */
export interface Canvas {
  context: Context;
  /** What was drawn, as an image. The canvas is not used any more. */
  finish(): TileImage;
}

export type CreateCanvas = (width: number, height: number) => Canvas;

/** Paints marks on tiles. */
export class TilePainter {
  readonly #createCanvas: CreateCanvas;
  /** For marks whose pieces become transparent together. */
  #layer: Canvas | undefined;

  constructor(createCanvas: CreateCanvas) {
    this.#createCanvas = createCanvas;
  }

  /** @param marks from bottom to top @returns null: there is none on this tile */
  paint(column: number, row: number, scale: number, marks: readonly PreparedMark[]): TileImage | null {
    const bounds = tileBounds(column, row, scale);
    const seen = marks.filter((mark) => overlap(mark.bounds, bounds));
    if (seen.length === 0) return null;
    const canvas = this.#createCanvas(TILE_SIDE, TILE_SIDE);
    const { context } = canvas;
    const origin = { x: -column * TILE_SIDE, y: -row * TILE_SIDE };
    context.setTransform(scale, 0, 0, scale, origin.x, origin.y);
    for (const mark of seen) {
      try {
        if (mark.opacity === 1) paintMark(context, mark);
        else {
          this.#layer ??= this.#createCanvas(TILE_SIDE, TILE_SIDE);
          paintTogether(context, this.#layer.context, mark, scale, origin);
        }
      } catch {
        // One that a canvas can't paint must not keep the others from being seen.
      }
    }
    return canvas.finish();
  }
}

/** Paints a mark on a layer of its own, and that with the mark's opacity on the canvas. */
function paintTogether(
  context: Context,
  layer: Context,
  mark: PreparedMark,
  scale: number,
  origin: { x: number; y: number },
): void {
  const left = Math.max(0, Math.floor(mark.bounds.left * scale + origin.x) - 1);
  const top = Math.max(0, Math.floor(mark.bounds.top * scale + origin.y) - 1);
  const right = Math.min(TILE_SIDE, Math.ceil(mark.bounds.right * scale + origin.x) + 1);
  const bottom = Math.min(TILE_SIDE, Math.ceil(mark.bounds.bottom * scale + origin.y) + 1);
  const [wide, high] = [right - left, bottom - top];
  if (wide <= 0 || high <= 0) return;
  layer.resetTransform();
  layer.clearRect(left, top, wide, high);
  layer.setTransform(scale, 0, 0, scale, origin.x, origin.y);
  paintMark(layer, mark);
  context.save();
  context.resetTransform();
  context.globalAlpha = mark.opacity;
  context.drawImage(layer.canvas, left, top, wide, high, left, top, wide, high);
  context.restore();
}
