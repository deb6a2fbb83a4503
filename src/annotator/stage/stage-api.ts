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

/** What moves the view just now. */
export type Gesture = "none" | "pan" | "pinch";

/**
 * What a tool hears of a pointer. Between `down` and `up` or `cancel` it gets every `move` of that one pointer; at
 * other times `move` is a mouse or a pen that hovers. `cancel`: the pointer moves the view instead (a second finger
 * came), or the browser took it; whatever the pointer began is to be dropped. `leave`: nothing hovers any more.
 */
export interface ToolPointer {
  kind: "down" | "move" | "up" | "cancel" | "leave";
  /** Stage pixels. */
  point: Point;
  event: PointerEvent;
}

/** The picture with the marks on it, as other parts use it. Points are stage pixels unless they say image pixels. */
export interface Stage {
  /**
   * Fills the annotator, and takes pointer events. Its CSS padding is what sheets cover: a fitted picture is inside.
   */
  readonly element: HTMLElement;
  /**
   * Is where the picture is exactly, below it and the marks, and takes the keyboard's focus. A press on the stage
   * focuses it.
   */
  readonly picture: HTMLElement;
  readonly view: ReadonlySignal<View>;
  /** That of the view: a pan does not change it. */
  readonly scale: ReadonlySignal<number>;
  /** The scale that the picture and the marks are shown for. While the view moves, it follows now and then. */
  readonly detail: ReadonlySignal<number>;
  /** Pixels of the picture or sheet. */
  readonly size: ReadonlySignal<{ width: number; height: number }>;
  /** Pixels of the stage. To measure its element in a frame would lay out the page. */
  readonly area: ReadonlySignal<{ width: number; height: number }>;
  /** Other than "none": the view is being moved by hand. */
  readonly gesture: ReadonlySignal<Gesture>;
  /** Whether everything is drawn as it is now: pictures, marks, and at this scale. */
  readonly isDrawn: ReadonlySignal<boolean>;
  /** How many texts are not drawn because their fonts did not load. */
  readonly failedTexts: ReadonlySignal<number>;
  /**
   * In stage pixels, above the marks: for handles and guides. It does not move by itself: draw it anew when `view`
   * changes.
   */
  readonly toolLayer: SVGSVGElement;
  /**
   * In image pixels, above the marks and below the handles: for what changed between two moments. It moves with the
   * view; `vector-effect="non-scaling-stroke"` keeps a line's width on the screen.
   */
  readonly diffLayer: SVGGElement;
  /**
   * HTML above the marks: for pins and tags. In stage pixels, with the origin at that of the picture (in right-to-left
   * pages, too): place children by `transform`, anew when `scale` changes. A pan moves the layer as a whole.
   */
  readonly pinLayer: HTMLElement;
  toImage(point: Point): Point;
  toStage(imagePoint: Point): Point;
  /** Where a pointer event is, in stage pixels. */
  locate(event: PointerEvent | MouseEvent): Point;
  /**
   * Hands over the pointers that are meant for tools, and none that moves the view. Returns a function that ends it.
   */
  onPointer(listener: (pointer: ToolPointer) => void): () => void;
  /**
   * Ids of the marks at a place, the smallest first. Hidden ones are not found, and locked ones only if they are asked
   * for.
   */
  hitTest(point: Point, options?: { withLocked?: boolean }): string[];
  /** The box around a mark in image pixels, as the scene draws it. A preview takes the place of its mark. */
  boundsOf(id: string): Box | undefined;
  fit(): void;
  /** @param scale stage pixels for one image pixel @param at stays where it is; by default the centre */
  zoomTo(scale: number, at?: Point): void;
  panBy(dx: number, dy: number): void;
  /** Moves (and zooms out, if it must) so that this part of the image is well in sight. */
  reveal(box: Box): void;
  /** Shows this part of the image as large as possible. */
  fitTo(box: Box): void;
  /** Shows the place and width that another person sees: `SharedState.view`. */
  follow(view: { x: number; y: number; width: number }): void;
  /** What no sheet covers, in image pixels. It may reach beyond the picture. */
  readonly free: ReadonlySignal<Box>;
  /** What this person sees, for `SharedState.view`. */
  readonly seen: ReadonlySignal<{ x: number; y: number; width: number }>;
  close(): void;
}
