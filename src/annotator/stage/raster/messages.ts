import type { Annotation } from "../../../protocol/model/annotation.ts";
import type { Bounds } from "../../../scene/bounds.ts";
import type { LaidOutText } from "../../../scene/shape.ts";
import type { Size } from "../view-geometry.ts";

/** What the stage and the drawer of its marks tell each other. The drawer is a worker, or the page itself. */

/**
 * Marks are painted in squares of so many pixels of the screen. A quarter of a megapixel is handed over in half a
 * millisecond, and a pan paints little that is out of sight.
 */
export const TILE_SIDE = 512;

/**
 * Tiles are counted from the origin of the image: a pan needs new ones only at the edge. `right` and `bottom` are out.
 */
export interface Range {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export function isWithin({ left, top, right, bottom }: Range, column: number, row: number): boolean {
  return column >= left && column < right && row >= top && row < bottom;
}

/** Which tiles are to be there. Those that are and have not changed are not painted again; others are forgotten. */
export interface Painting {
  /** Rises with each painting. */
  number: number;
  /** Pixels of the screen for one of the image. */
  scale: number;
  range: Range;
  /** Ids of marks that are not to be drawn. */
  leftOut: readonly string[];
}

export interface PaintedTile {
  column: number;
  row: number;
  /** null: there is no mark on it. */
  image: TileImage | null;
}

/** Which text, and how: two marks with the same one are laid out once. */
export interface TextToLayOut {
  text: string;
  fontSize: number;
  wrapWidth: number | undefined;
}

/** Where the drawer gets its files. */
export interface DrawerFiles {
  /** The service, which has `fonts/` and `emoji/`. */
  service: string;
  harfBuzz: string;
}

export type ToDrawer =
  | { kind: "start"; files: DrawerFiles }
  | { kind: "change"; changed: readonly Annotation[]; removed: readonly string[]; picture: Size }
  /** A text will come: what lays it out can be loaded. */
  | { kind: "expectTexts" }
  | { kind: "paint"; painting: Painting }
  | { kind: "layOut"; text: TextToLayOut };

export type TileImage = ImageBitmap | HTMLCanvasElement;

export type FromDrawer =
  | {
      kind: "painted";
      number: number;
      /** Those that are new or have changed. */
      tiles: readonly PaintedTile[];
      /** The part of the image that has all marks. */
      content: Bounds;
      /** Ids of marks whose texts are not laid out yet. They are not in the picture. */
      waiting: readonly string[];
      /** How many texts are not in the picture because their fonts did not load. */
      failedTexts: number;
    }
  /**
   * Texts of marks were laid out. `areMissing`: the last painting was without some of them, and they can be painted.
   */
  | { kind: "measured"; texts: readonly (TextToLayOut & { size: Size })[]; areMissing: boolean }
  | { kind: "laidOut"; text: TextToLayOut; laidOut: LaidOutText };

export function textKey({ text, fontSize, wrapWidth }: TextToLayOut): string {
  return `${fontSize} ${wrapWidth ?? ""} ${text}`;
}
