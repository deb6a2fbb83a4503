import type { Point } from "../../protocol/model/geometry.ts";
import type { Point as StagePoint, Stage, ToolPointer } from "../stage/stage-api.ts";

/** Keys that change what a pointer does. */
export interface Modifiers {
  /** Shift: straight, square, or to the selection. */
  isConstrained: boolean;
  /** Alt: from the centre. */
  isCentred: boolean;
  /** Ctrl or ⌘: without snapping. */
  isFree: boolean;
}

/** Where a pointer is, or the crosshair that keys move. */
export interface Aim extends Modifiers {
  /** Image pixels. */
  at: Point;
  /** Stage pixels. */
  on: StagePoint;
  /** Where it was since the last one, the last place included, in image pixels: browsers tell several at once. */
  path: readonly Point[];
  isTouch: boolean;
}

/** What the pointer does on the picture while a tool is chosen. */
export interface Tool {
  press(aim: Aim): void;
  /** With the button down. Also told when a modifier changes. */
  drag(aim: Aim): void;
  release(aim: Aim): void;
  /** With no button down. */
  hover(aim: Aim): void;
  /** The pointer was taken for something else: what its press began is dropped. */
  drop(): void;
  /** Ends what is being drawn, and makes it if it is a mark. false: nothing is being drawn. */
  finish(): boolean;
  /** Takes back the last point. */
  takeBack(): boolean;
  /** Drops what is being drawn or dragged. */
  cancel(): boolean;
}

/** Stage pixels that a press may move and still be a click. A finger is less steady. */
export const CLICK_REACH = 4;
export const TOUCH_CLICK_REACH = 10;

export function clickReach({ isTouch }: Aim): number {
  return isTouch ? TOUCH_CLICK_REACH : CLICK_REACH;
}

export function isNear(a: StagePoint, b: StagePoint, reach: number): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) <= reach;
}

/** What a tool hears of a pointer, in image pixels. */
export function readPointer(stage: Stage, { point, event }: ToolPointer): Aim {
  // Browsers have them only for pages over HTTPS, or of this machine.
  const hasAll = event.type === "pointermove" && "getCoalescedEvents" in event;
  const all = hasAll ? event.getCoalescedEvents() : [];
  const path = (all.length > 0 ? all : [event]).map((each) => toTuple(stage, stage.locate(each)));
  return {
    ...readModifiers(event),
    at: toTuple(stage, point),
    on: point,
    path,
    isTouch: event.pointerType === "touch",
  };
}

export function readModifiers(event: MouseEvent | KeyboardEvent): Modifiers {
  return {
    isConstrained: event.shiftKey,
    isCentred: event.altKey,
    isFree: event.ctrlKey || event.metaKey,
  };
}

export function toTuple(stage: Stage, point: StagePoint): Point {
  const { x, y } = stage.toImage(point);
  return [x, y];
}

export function toStage(stage: Stage, [x, y]: Point): StagePoint {
  return stage.toStage({ x, y });
}
