import type { Point, Stage } from "../../stage/stage-api.ts";

/** The side of a pin in stage pixels, as in stage.css. */
export const PIN_SIZE = 26;
/** From a mark to its pin: the handle at its corner stays free. */
const PIN_GAP = 4;
/** From one pin of a mark to the next one. */
export const PIN_STEP = 30;
/** Between a pin and its thread, and between a thread and the edges. */
const GAP = 8;

/**
 * Where the tip of a pin is, in stage pixels from the origin of the picture: at the mark's right upper corner. undefined:
 * there is no such mark.
 */
export function pinOffset(stage: Stage, markId: string, index: number): Point | undefined {
  const box = stage.boundsOf(markId);
  if (!box) return undefined;
  const { scale } = stage.view.value;
  return {
    x: Math.round(box.right * scale) + PIN_GAP + index * PIN_STEP,
    y: Math.round(box.top * scale) - PIN_GAP,
  };
}

/** Where the tip of a pin is, in stage pixels. */
export function pinPoint(stage: Stage, markId: string, index: number): Point | undefined {
  const offset = pinOffset(stage, markId, index);
  const { x, y } = stage.view.value;
  return offset && { x: x + offset.x, y: y + offset.y };
}

interface Room {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Where the left upper corner of a thread goes: beside its pin, where there is more room, and all of it in `room`. */
export function placeThread(pin: Point, size: { width: number; height: number }, room: Room): Point {
  const rightOf = pin.x + PIN_SIZE + GAP;
  const leftOf = pin.x - GAP - size.width;
  const fitsRight = rightOf + size.width <= room.right;
  const wanted = fitsRight || leftOf < room.left ? rightOf : leftOf;
  return {
    x: Math.round(clamp(wanted, room.left, room.right - size.width)),
    y: Math.round(clamp(pin.y - PIN_SIZE, room.top, room.bottom - size.height)),
  };
}

/** The part of the stage that no sheet covers. */
export function readRoom(element: HTMLElement): Room {
  const { width, height } = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  return {
    left: readPixels(style.paddingLeft),
    top: readPixels(style.paddingTop),
    right: width - readPixels(style.paddingRight),
    bottom: height - readPixels(style.paddingBottom),
  };
}

function readPixels(value: string): number {
  return Number.parseFloat(value) || 0;
}

function clamp(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(value, max));
}
