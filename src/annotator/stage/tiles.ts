import type { Painting, Tile, TileImage } from "./raster/messages.ts";
import type { Box } from "./stage-api.ts";
import type { Size } from "./view-geometry.ts";

/**
 * How far beyond the stage is drawn, in stage pixels, so that a pan has something to show. Screens with more pixels get
 * less: moving many at once takes long.
 */
const OVERSCAN = 256;
const OVERSCAN_DENSE = 96;
/** Pixels of the longer side of a tile: handing over one megapixel takes a few milliseconds. */
const TILE_SIDE = 1_024;

/** The part of the stage to draw: all of it and a little more. On whole pixels of the screen. */
export function coverStage({ width, height }: Size, ratio: number): Box {
  const overscan = ratio > 1 ? OVERSCAN_DENSE : OVERSCAN;
  return {
    left: -overscan,
    top: -overscan,
    right: Math.ceil(width) + overscan,
    bottom: Math.ceil(height) + overscan,
  };
}

export function cutTiles({ left, top, right, bottom }: Box, ratio: number): Tile[] {
  const columns = cut((right - left) * ratio);
  const rows = cut((bottom - top) * ratio);
  return rows.flatMap((row) =>
    columns.map((column) => ({
      left: left + column.from / ratio,
      top: top + row.from / ratio,
      width: column.length,
      height: row.length,
    })),
  );
}

function cut(length: number): { from: number; length: number }[] {
  const whole = Math.ceil(length);
  const count = Math.max(1, Math.ceil(whole / TILE_SIDE));
  const step = Math.ceil(whole / count);
  return Array.from({ length: count }, (_, index) => ({
    from: index * step,
    length: Math.min(step, whole - index * step),
  }));
}

/** The painted tiles of one view, as a layer that a transform moves and scales meanwhile. */
export class TileSheet {
  readonly element = document.createElement("div");
  painting: Painting | null = null;
  #canvases: HTMLCanvasElement[] = [];

  constructor() {
    this.element.className = "marks";
    this.element.hidden = true;
  }

  /** Begins a new painting, which shows when all its tiles have come. */
  begin(painting: Painting): void {
    this.painting = painting;
    this.element.hidden = true;
  }

  put(index: number, image: TileImage): void {
    const tile = this.painting?.tiles[index];
    if (!tile || !this.painting) return;
    const { ratio } = this.painting;
    const canvas = this.#canvasFor(index, image);
    const { style } = canvas;
    style.width = `${tile.width / ratio}px`;
    style.height = `${tile.height / ratio}px`;
    style.transform = `translate(${tile.left}px, ${tile.top}px)`;
  }

  /** Scales what was painted to another scale. The parent's origin is that of the picture, and moves with the view. */
  place(scale: number): void {
    if (!this.painting) return;
    const { view } = this.painting;
    const zoom = scale / view.scale;
    this.element.style.transform = `translate(${-view.x * zoom}px, ${-view.y * zoom}px) scale(${zoom})`;
  }

  /** Drops tiles of an earlier, larger painting. */
  trim(): void {
    const count = this.painting?.tiles.length ?? 0;
    for (const canvas of this.#canvases.splice(count)) canvas.remove();
  }

  #canvasFor(index: number, image: TileImage): HTMLCanvasElement {
    const known = this.#canvases[index];
    if (image instanceof HTMLCanvasElement) {
      if (known) known.replaceWith(image);
      else this.element.append(image);
      this.#canvases[index] = image;
      return image;
    }
    const canvas = known ?? document.createElement("canvas");
    if (!known) this.element.append(canvas);
    this.#canvases[index] = canvas;
    canvas.width = image.width;
    canvas.height = image.height;
    canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(image);
    return canvas;
  }
}
