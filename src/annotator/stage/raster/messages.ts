import type { Annotation } from "../../../protocol/model/annotation.ts";
import type { LaidOutText } from "../../../scene/shape.ts";
import type { View } from "../stage-api.ts";
import type { Size } from "../view-geometry.ts";

/** What the stage and the drawer of its marks tell each other. The drawer is a worker, or the page itself. */

/** A part of the stage to draw, at one view. */
export interface Painting {
  /** Rises with each painting. */
  number: number;
  view: View;
  /** Pixels of the screen for one stage pixel. */
  ratio: number;
  /** Stage pixels. */
  tiles: readonly Tile[];
  /** Ids of marks that are not to be drawn. */
  leftOut: readonly string[];
}

export interface Tile {
  left: number;
  top: number;
  /** Pixels of the screen. */
  width: number;
  height: number;
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
  | { kind: "tile"; number: number; index: number; image: TileImage }
  /** `waiting`: ids of marks whose texts are not laid out yet. They are not in the picture. */
  | { kind: "painted"; number: number; waiting: readonly string[] }
  /** Texts of marks were laid out. `areMissing`: the last painting was without some of them, and they can be painted. */
  | { kind: "measured"; texts: readonly (TextToLayOut & { size: Size })[]; areMissing: boolean }
  | { kind: "laidOut"; text: TextToLayOut; laidOut: LaidOutText };

export function textKey({ text, fontSize, wrapWidth }: TextToLayOut): string {
  return `${fontSize} ${wrapWidth ?? ""} ${text}`;
}
