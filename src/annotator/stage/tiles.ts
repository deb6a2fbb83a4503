import { type Bounds, intersectBounds } from "../../scene/bounds.ts";
import { isWithin, type PaintedTile, type Range, TILE_SIDE } from "./raster/messages.ts";
import type { View } from "./stage-api.ts";
import type { Size } from "./view-geometry.ts";

/** The part of the image that the stage shows, and `margin` stage pixels around it. */
export function seenBox({ scale, x, y }: View, { width, height }: Size, margin = 0): Bounds {
  return {
    left: (-margin - x) / scale,
    top: (-margin - y) / scale,
    right: (width + margin - x) / scale,
    bottom: (height + margin - y) / scale,
  };
}

/** The tiles that a part of the image lies on. */
export function rangeOf({ left, top, right, bottom }: Bounds, scale: number): Range {
  const side = TILE_SIDE / scale;
  return {
    left: Math.floor(left / side),
    top: Math.floor(top / side),
    right: Math.ceil(right / side),
    bottom: Math.ceil(bottom / side),
  };
}

/** Whether tiles show all of `content` that is in `box`. Both are parts of the image. */
export function covers(range: Range, scale: number, box: Bounds, content: Bounds): boolean {
  const needed = intersectBounds(box, content);
  if (!needed) return true;
  const side = TILE_SIDE / scale;
  return (
    range.left * side <= needed.left &&
    range.top * side <= needed.top &&
    range.right * side >= needed.right &&
    range.bottom * side >= needed.bottom
  );
}

/** The painted tiles of one scale, in pixels of the screen from the origin of the image. */
export class TileSheet {
  readonly element = document.createElement("div");
  /** Pixels of the screen for one of the image. */
  scale = 0;
  readonly #canvases = new Map<string, HTMLCanvasElement>();

  /** Shows new tiles, all at once, and drops those out of range. */
  show(scale: number, range: Range, tiles: readonly PaintedTile[]): void {
    this.scale = scale;
    for (const [key, canvas] of this.#canvases) {
      const [column = 0, row = 0] = key.split(" ").map(Number);
      if (isWithin(range, column, row)) continue;
      canvas.remove();
      release(canvas);
      this.#canvases.delete(key);
    }
    for (const tile of tiles) this.#put(tile);
  }

  clear(): void {
    this.element.replaceChildren();
    for (const canvas of this.#canvases.values()) release(canvas);
    this.#canvases.clear();
  }

  #put({ column, row, image }: PaintedTile): void {
    const key = `${column} ${row}`;
    const known = this.#canvases.get(key);
    if (image instanceof ImageBitmap && known) {
      known.getContext("bitmaprenderer")?.transferFromImageBitmap(image);
      return;
    }
    if (known) {
      known.remove();
      release(known);
    }
    this.#canvases.delete(key);
    if (!image) return;
    const canvas = image instanceof HTMLCanvasElement ? image : showBitmap(image);
    canvas.style.transform = `translate(${column * TILE_SIDE}px, ${row * TILE_SIDE}px)`;
    this.#canvases.set(key, canvas);
    this.element.append(canvas);
  }
}

/** Frees the pixels of a canvas at once. Left to the garbage collector, they would stall a movement. */
function release(canvas: HTMLCanvasElement): void {
  canvas.width = 0;
  canvas.height = 0;
}

function showBitmap(image: ImageBitmap): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = TILE_SIDE;
  canvas.height = TILE_SIDE;
  canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(image);
  return canvas;
}
