import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Box, Point, View } from "./stage-api.ts";
import {
  type Area,
  centerOf,
  centerView,
  fitMark,
  fitPicture,
  freeBox,
  limitScale,
  limitView,
  revealBox,
  type Size,
  zoomView,
} from "./view-geometry.ts";

/** When the view has not moved for so long, it rests. */
const REST_MS = 120;

/** The part of the picture on the screen, and what moves it. */
export class Viewport {
  readonly size = signal<Size>({ width: 1_000, height: 1_000 });
  readonly #area = signal<Area>({ width: 0, height: 0, covered: { left: 0, top: 0, right: 0, bottom: 0 } });
  /** Not rounded: many small steps add up. */
  readonly #exact = signal<View>({ scale: 1, x: 0, y: 0 });
  readonly #isMoving = signal(false);
  #movedAt = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;
  /** Until somebody moves the view, the picture stays fitted, whatever size the window gets. */
  #isFitted = true;

  /** On whole pixels of the screen, so that a picture at 100 % is as sharp as its file. */
  readonly view: ReadonlySignal<View> = computed(() => {
    const { scale, x, y } = this.#exact.value;
    return { scale, x: roundToPixel(x), y: roundToPixel(y) };
  });
  readonly free = computed(() => {
    const { scale, x, y } = this.#exact.value;
    const { left, right, top, bottom } = freeBox(this.#area.value);
    return {
      left: (left - x) / scale,
      top: (top - y) / scale,
      right: (right - x) / scale,
      bottom: (bottom - y) / scale,
    };
  });
  readonly seen = computed(() => {
    const { scale, x, y } = this.#exact.value;
    const { left, right, top, bottom } = freeBox(this.#area.value);
    return {
      x: ((left + right) / 2 - x) / scale,
      y: ((top + bottom) / 2 - y) / scale,
      width: (right - left) / scale,
    };
  });

  get area(): ReadonlySignal<Area> {
    return this.#area;
  }

  /** While it does, what is costly waits: it is done for the view that comes to rest. */
  get isMoving(): ReadonlySignal<boolean> {
    return this.#isMoving;
  }

  /** The stage got another size. What is in the middle stays there. */
  setArea(area: Area): void {
    const before = this.seen.value;
    this.#area.value = area;
    if (this.#isFitted) this.fit();
    else this.#move(centerView(before, this.#exact.value.scale, freeBox(area)));
  }

  /** The picture has another size, as when it is another picture. */
  setSize(size: Size): void {
    const { width, height } = this.size.value;
    if (size.width === width && size.height === height) return;
    this.size.value = size;
    this.fit();
  }

  fit(): void {
    this.#move(fitPicture(this.size.value, freeBox(this.#area.value)));
    this.#isFitted = true;
  }

  zoomTo(scale: number, at: Point = centerOf(freeBox(this.#area.value))): void {
    const limited = limitScale(scale, this.size.value, freeBox(this.#area.value));
    this.#move(zoomView(this.#exact.value, limited, at));
  }

  panBy(dx: number, dy: number): void {
    const { scale, x, y } = this.#exact.value;
    this.#move({ scale, x: x + dx, y: y + dy });
  }

  reveal(box: Box): void {
    const view = revealBox(this.#exact.value, box, freeBox(this.#area.value));
    // What is in sight leaves a fitted picture fitted.
    if (view !== this.#exact.value) this.#move(view);
  }

  fitTo(box: Box): void {
    this.#move(fitMark(box, freeBox(this.#area.value)));
  }

  follow({ x, y, width }: { x: number; y: number; width: number }): void {
    const free = freeBox(this.#area.value);
    const scale = (free.right - free.left) / width;
    this.#move(centerView({ x, y }, scale, free));
  }

  toImage({ x, y }: Point): Point {
    const view = this.#exact.peek();
    return { x: (x - view.x) / view.scale, y: (y - view.y) / view.scale };
  }

  toStage({ x, y }: Point): Point {
    const view = this.#exact.peek();
    return { x: x * view.scale + view.x, y: y * view.scale + view.y };
  }

  close(): void {
    clearTimeout(this.#rest);
  }

  #move(view: View): void {
    this.#isFitted = false;
    this.#movedAt = performance.now();
    this.#isMoving.value = true;
    this.#rest ??= setTimeout(() => this.#restOrWait(), REST_MS);
    this.#exact.value = limitView(view, this.size.value, this.#area.value);
  }

  /** One timer goes on as long as the view moves: to set one anew in each frame costs more. */
  #restOrWait(): void {
    const left = this.#movedAt + REST_MS - performance.now();
    this.#rest = left > 0 ? setTimeout(() => this.#restOrWait(), left) : undefined;
    if (left <= 0) this.#isMoving.value = false;
  }
}

function roundToPixel(value: number): number {
  const ratio = globalThis.devicePixelRatio || 1;
  return Math.round(value * ratio) / ratio;
}
