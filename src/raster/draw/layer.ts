import type { Paint } from "../../scene/paint.ts";

/** Where a layer lies in its window, in whole pixels. */
export interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A piece of a drawn window, to be blended at its place. It is valid until the next one is drawn. */
export type Layer = PixelLayer | CoverageLayer;

/** A layer, and about how many milliseconds it took to draw. */
export type TimedLayer = Layer & { ms: number };

/** Premultiplied RGBA, to be blended with `opacity`. */
export interface PixelLayer extends Place {
  opacity: number;
  pixels: Uint8Array;
}

/** One colour, to be blended where a stroke, letters or a ground cover pixels. */
export interface CoverageLayer extends Place {
  paint: Paint;
  coverage: Coverage;
}

/** How much of each pixel is covered, 0–255, row by row. */
export interface Coverage {
  width: number;
  height: number;
  /** Bytes from one row to the next: a multiple of four, so that four pixels can be read as one number. */
  stride: number;
  bytes: Uint8Array;
}
