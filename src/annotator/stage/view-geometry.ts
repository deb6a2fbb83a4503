import type { Box, Point, View } from "./stage-api.ts";

/** The geometry of the view: pure functions. */

export interface Size {
  width: number;
  height: number;
}

/** The stage: its size, and how much of each side is covered by sheets. */
export interface Area extends Size {
  covered: { left: number; top: number; right: number; bottom: number };
}

/** Beyond this, single pixels of the picture fill the screen. */
const SCALE_MAX = 64;
/** A picture of a few pixels is fitted no larger than this. */
const FIT_SCALE_MAX = 16;
/** How far below the fitted scale one can zoom out. */
const ZOOM_OUT = 4;
/** At least so many stage pixels of the picture stay in sight. */
const KEPT_IN_SIGHT = 64;
/** The part of the free area that `reveal` likes to have around a box. */
const REVEAL_MARGIN = 0.1;
/** `fitTo` shows a single small mark no larger than this: one wants to see what is around it. */
const FIT_TO_SCALE_MAX = 8;

/** Where the picture can be seen. A stage that sheets cover whole has none: then it is the stage. */
export function freeBox({ width, height, covered }: Area): Box {
  const box = {
    left: covered.left,
    top: covered.top,
    right: width - covered.right,
    bottom: height - covered.bottom,
  };
  return box.right - box.left > KEPT_IN_SIGHT && box.bottom - box.top > KEPT_IN_SIGHT
    ? box
    : { left: 0, top: 0, right: width, bottom: height };
}

export function centerOf({ left, top, right, bottom }: Box): Point {
  return { x: (left + right) / 2, y: (top + bottom) / 2 };
}

/** The view in which a box of the image is as large as possible, in the middle of `free`. */
export function fitBox(box: Box, free: Box, scaleMax: number): View {
  const scale = Math.min(
    scaleMax,
    (free.right - free.left) / Math.max(box.right - box.left, Number.MIN_VALUE),
    (free.bottom - free.top) / Math.max(box.bottom - box.top, Number.MIN_VALUE),
  );
  return centerView(centerOf(box), scale, free);
}

/** The view with a place of the image in the middle of `free`. */
export function centerView({ x, y }: Point, scale: number, free: Box): View {
  const center = centerOf(free);
  return { scale, x: center.x - x * scale, y: center.y - y * scale };
}

export function fitPicture(size: Size, free: Box): View {
  return fitBox({ left: 0, top: 0, right: size.width, bottom: size.height }, free, FIT_SCALE_MAX);
}

/** The view that shows a mark large. */
export function fitMark(box: Box, free: Box): View {
  const margin = Math.min(free.right - free.left, free.bottom - free.top) * REVEAL_MARGIN;
  return fitBox(box, shrink(free, margin), FIT_TO_SCALE_MAX);
}

/** The same view at another scale: the place of the image at `at` stays there. */
export function zoomView(view: View, scale: number, at: Point): View {
  const factor = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * factor, y: at.y - (at.y - view.y) * factor };
}

/** The same view if `box` is in sight; else moved until it is, with room around it, and zoomed out if it is too large. */
export function revealBox(view: View, box: Box, free: Box): View {
  const onStage = toStageBox(view, box);
  if (isWithin(onStage, free)) return view;
  const margin = Math.min(free.right - free.left, free.bottom - free.top) * REVEAL_MARGIN;
  const room = shrink(free, margin);
  const fitted = fitBox(box, room, Infinity);
  if (fitted.scale < view.scale) return fitted;
  return {
    scale: view.scale,
    x: view.x + shift(onStage.left, onStage.right, room.left, room.right),
    y: view.y + shift(onStage.top, onStage.bottom, room.top, room.bottom),
  };
}

function isWithin(box: Box, outer: Box): boolean {
  return (
    box.left >= outer.left && box.top >= outer.top && box.right <= outer.right && box.bottom <= outer.bottom
  );
}

/** The nearest view that keeps to the limits: of the scale, and of the picture in sight. */
export function limitView(view: View, size: Size, area: Area): View {
  const free = freeBox(area);
  const scale = limitScale(view.scale, size, free);
  const scaled = scale === view.scale ? view : zoomView(view, scale, centerOf(free));
  return {
    scale,
    x: limitAxis(scaled.x, size.width * scale, free.left, free.right),
    y: limitAxis(scaled.y, size.height * scale, free.top, free.bottom),
  };
}

/** The nearest start of a range of some length that keeps a part of it between `low` and `high`. */
function limitAxis(at: number, length: number, low: number, high: number): number {
  const kept = Math.min(KEPT_IN_SIGHT, length);
  return clamp(at, low + kept - length, high - kept);
}

export function limitScale(scale: number, size: Size, free: Box): number {
  const fitted = fitPicture(size, free).scale;
  return clamp(scale, Math.min(1, fitted) / ZOOM_OUT, Math.max(SCALE_MAX, fitted));
}

export function toStageBox({ scale, x, y }: View, box: Box): Box {
  return {
    left: box.left * scale + x,
    top: box.top * scale + y,
    right: box.right * scale + x,
    bottom: box.bottom * scale + y,
  };
}

/** How far a range must move to lie within another one, which is at least as long. */
function shift(from: number, to: number, low: number, high: number): number {
  if (from < low) return low - from;
  return to > high ? high - to : 0;
}

function shrink({ left, top, right, bottom }: Box, by: number): Box {
  return { left: left + by, top: top + by, right: right - by, bottom: bottom - by };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
