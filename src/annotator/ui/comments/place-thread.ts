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
 * Where the tip of a pin is, in stage pixels from the origin of the picture: at the mark's right upper corner.
 * undefined: there is no such mark.
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

export interface Room {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Size {
  width: number;
  height: number;
}

/**
 * Where the left upper corner of a thread goes: beside its pin, above or below it, all of it in `room`. Of these it is
 * the first place that hides no pin, or the fewest.
 *
 * @param pins places of all pins, its own among them
 */
export function placeThread(pin: Point, size: Size, room: Room, pins: readonly Point[] = [pin]): Point {
  const right = pin.x + PIN_SIZE + GAP;
  const left = pin.x - GAP - size.width;
  const fromTop = pin.y - PIN_SIZE;
  const toBottom = pin.y - size.height;
  const wanted = [
    [right, fromTop],
    [left, fromTop],
    [right, toBottom],
    [left, toBottom],
    [pin.x, pin.y + GAP],
    [pin.x, fromTop - GAP - size.height],
  ] as const;
  const places = wanted.map(([x, y]) => ({
    x: Math.round(clamp(x, room.left, room.right - size.width)),
    y: Math.round(clamp(y, room.top, room.bottom - size.height)),
  }));
  const counts = places.map((place) => pins.filter((each) => hides(place, size, each)).length);
  return places[counts.indexOf(Math.min(...counts))] ?? { x: room.left, y: room.top };
}

function hides({ x, y }: Point, { width, height }: Size, pin: Point): boolean {
  return x < pin.x + PIN_SIZE && pin.x < x + width && y < pin.y && pin.y - PIN_SIZE < y + height;
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
