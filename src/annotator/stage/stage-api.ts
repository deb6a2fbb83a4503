import type { ReadonlySignal } from "@preact/signals";

export interface Point {
  x: number;
  y: number;
}

/** Maps image pixels to pixels of the stage: scaled, then moved. */
export interface View {
  /** Stage pixels for one image pixel. */
  scale: number;
  /** Where image pixel (0, 0) is, in stage pixels. */
  x: number;
  y: number;
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The picture with the marks on it, as other parts use it. Points are stage pixels unless they say image pixels. */
export interface Stage {
  /** Fills the annotator, and takes pointer events. */
  readonly element: HTMLElement;
  /** Stage pixels that sheets leave free, where a fitted picture goes. */
  readonly view: ReadonlySignal<View>;
  /** Pixels of the picture or sheet. */
  readonly size: ReadonlySignal<{ width: number; height: number }>;
  /** In screen pixels, above the marks: for handles, guides and what others select. It moves with the view. */
  readonly toolLayer: SVGSVGElement;
  toImage(point: Point): Point;
  toStage(imagePoint: Point): Point;
  /** Where a pointer event is, in stage pixels. */
  locate(event: PointerEvent | MouseEvent): Point;
  /** Ids of the marks at a place, the smallest first. Hidden and locked ones are not found. */
  hitTest(point: Point, tolerance?: number): string[];
  /** The box around a mark in image pixels, as the scene draws it. */
  boundsOf(id: string): Box | undefined;
  fit(): void;
  /** @param scale stage pixels for one image pixel @param at stays where it is; by default the centre */
  zoomTo(scale: number, at?: Point): void;
  panBy(dx: number, dy: number): void;
  /** Moves (and zooms out, if it must) so that this part of the image is well in sight. */
  reveal(box: Box): void;
  /** Shows this part of the image as large as possible. */
  fitTo(box: Box): void;
  close(): void;
}
