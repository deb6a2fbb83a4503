import { batch, signal } from "@preact/signals";
import type { Gesture, Point, ToolPointer } from "./stage-api.ts";
import type { Viewport } from "./viewport.ts";
import { listenToPinch } from "./trackpad-pinch.ts";
import { readWheel, WheelReader } from "./wheel.ts";

/** A second finger within this time was meant to come with the first one: both move the view. */
const SECOND_FINGER_MS = 150;
/** A finger that has moved less has drawn nothing yet. */
const FINGER_SLOP = 8;
const LEFT = 0;
const MIDDLE = 1;
const LEFT_HELD = 1;
const MIDDLE_HELD = 4;

interface Options {
  element: HTMLElement;
  /** Takes the focus. */
  picture: HTMLElement;
  viewport: Viewport;
  isHand: () => boolean;
  tell: (pointer: ToolPointer) => void;
}

/** Pointers by what they do. */
interface Held {
  /** The pointer that a tool has. */
  tool: { id: number; isTouch: boolean; startedAt: number; start: Point; last: Point } | null;
  /** The pointer that moves the view; with a second finger, both do. */
  pan: { id: number; last: Point; second: { id: number; last: Point } | null } | null;
}

/**
 * Reads the wheel and all pointers on the stage. What moves the view stays here; the rest goes to the tools. A press
 * moves the view with the middle button, while Space is held, with the hand tool, with two fingers, and with one finger
 * once a pen was seen.
 */
export class Gestures {
  readonly gesture = signal<Gesture>("none");
  /** Whether the last pointer was a finger: places are then found with more tolerance. */
  isTouch = false;
  readonly #options: Options;
  readonly #wheel = new WheelReader();
  readonly #stop = new AbortController();
  #held: Held = { tool: null, pan: null };
  #isSpaceHeld = false;
  #isOver = false;
  #hasPen = false;
  #isMouse = true;

  constructor(options: Options) {
    this.#options = options;
    const { element, viewport } = options;
    const { signal: ended } = this.#stop;
    const on = <Name extends keyof HTMLElementEventMap>(
      name: Name,
      listener: (event: HTMLElementEventMap[Name]) => void,
      more: AddEventListenerOptions = {},
    ): void => element.addEventListener(name, listener, { signal: ended, ...more });
    on("wheel", (event) => this.#onWheel(event), { passive: false });
    on("pointerdown", (event) => this.#onDown(event));
    on("pointermove", (event) => this.#onMove(event));
    on("pointerup", (event) => this.#onEnd(event, "up"));
    on("pointercancel", (event) => this.#onEnd(event, "cancel"));
    on("pointerenter", () => (this.#isOver = true));
    on("pointerleave", (event) => this.#onLeave(event));
    // A middle press would start the browser's own scrolling.
    on("mousedown", (event) => event.button === MIDDLE && event.preventDefault());
    on("dragstart", (event) => event.preventDefault());
    on("contextmenu", (event) => this.#onContextMenu(event));
    listenToPinch(element, ended, {
      // Its fingers zoom already.
      isIgnored: (event) => this.#held.tool !== null || this.#held.pan !== null || this.#isForeign(event),
      zoom: (factor, at) => viewport.zoomTo(viewport.view.value.scale * factor, this.locate(at)),
    });
    addEventListener("keydown", (event) => this.#onKey(event, true), { signal: ended });
    addEventListener("keyup", (event) => this.#onKey(event, false), { signal: ended });
    addEventListener("blur", () => this.#setSpace(false), { signal: ended });
  }

  locate(event: Pick<MouseEvent, "clientX" | "clientY">): Point {
    const { left, top } = this.#options.element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  close(): void {
    this.#stop.abort();
  }

  #onWheel(event: WheelEvent): void {
    // Lists in pins and bubbles over the picture scroll themselves.
    if (this.#isForeign(event)) return;
    event.preventDefault();
    const { viewport } = this.#options;
    const meaning = this.#wheel.read(readWheel(event));
    if (meaning.kind === "pan") viewport.panBy(meaning.dx, meaning.dy);
    else viewport.zoomTo(viewport.view.value.scale * meaning.factor, this.locate(event));
  }

  #onDown(event: PointerEvent): void {
    if (this.#isForeign(event)) return;
    const { element, picture, isHand } = this.#options;
    const isTouch = event.pointerType === "touch";
    this.isTouch = isTouch;
    this.#isMouse = event.pointerType === "mouse";
    const point = this.locate(event);
    if (event.pointerType === "pen") {
      this.#hasPen = true;
      this.#dropFingers(event);
    }
    if (this.#held.tool || this.#held.pan) {
      if (isTouch) this.#addFinger(event, point);
      return;
    }
    const pans = event.button === MIDDLE || this.#isSpaceHeld || isHand() || (isTouch && this.#hasPen);
    if (!pans && event.button !== LEFT) return;
    // The focus goes where it is put here, and no text gets selected.
    event.preventDefault();
    picture.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
    if (pans) {
      this.#setPan({ id: event.pointerId, last: point, second: null });
      return;
    }
    const startedAt = event.timeStamp;
    this.#held.tool = { id: event.pointerId, isTouch, startedAt, start: point, last: point };
    this.#tell("down", point, event);
  }

  /** A hand that rests on the screen does not keep the pen from drawing. */
  #dropFingers(event: PointerEvent): void {
    const { tool } = this.#held;
    this.#held.tool = null;
    if (tool) this.#tell("cancel", tool.last, event);
    this.#setPan(null);
  }

  /** A second finger. What the first one has hardly begun is dropped; a stroke that is under way goes on. */
  #addFinger(event: PointerEvent, point: Point): void {
    const { tool, pan } = this.#held;
    const second = { id: event.pointerId, last: point };
    if (pan) {
      if (pan.second === null) this.#setPan({ ...pan, second });
      return;
    }
    if (!tool?.isTouch) return;
    const isYoung = event.timeStamp - tool.startedAt <= SECOND_FINGER_MS;
    if (!isYoung && distance(tool.start, tool.last) > FINGER_SLOP) return;
    this.#held.tool = null;
    this.#tell("cancel", tool.last, event);
    this.#options.element.setPointerCapture(event.pointerId);
    this.#setPan({ id: tool.id, last: tool.last, second });
  }

  #onMove(event: PointerEvent): void {
    const point = this.locate(event);
    const { tool, pan } = this.#held;
    if (pan) {
      this.#movePan(event.pointerId, point);
      return;
    }
    if (!tool) {
      this.#hasPen ||= event.pointerType === "pen";
      if (event.pointerType !== "touch" && !this.#isForeign(event)) this.#tell("move", point, event);
      return;
    }
    if (event.pointerId !== tool.id) return;
    // Another button is still held, such as the one of a pen: browsers say so by a move.
    if ((event.buttons & LEFT_HELD) === 0) return this.#onEnd(event, "up");
    if (this.#isSpaceHeld || (event.buttons & MIDDLE_HELD) !== 0) {
      this.#options.viewport.panBy(point.x - tool.last.x, point.y - tool.last.y);
      this.#setGesture("pan");
    } else {
      this.#setGesture("none");
      this.#tell("move", point, event);
    }
    this.#held.tool = { ...tool, last: point };
  }

  #movePan(id: number, point: Point): void {
    const { pan } = this.#held;
    if (!pan) return;
    const { viewport } = this.#options;
    const { second } = pan;
    if (!second) {
      if (id !== pan.id) return;
      viewport.panBy(point.x - pan.last.x, point.y - pan.last.y);
      this.#held.pan = { ...pan, last: point };
      return;
    }
    if (id !== pan.id && id !== second.id) return;
    const moved =
      id === pan.id ? { ...pan, last: point } : { ...pan, second: { id: second.id, last: point } };
    const before = between(pan.last, second.last);
    const after = between(moved.last, (moved.second ?? second).last);
    batch(() => {
      viewport.panBy(after.middle.x - before.middle.x, after.middle.y - before.middle.y);
      if (before.length > 0)
        viewport.zoomTo((viewport.view.value.scale * after.length) / before.length, after.middle);
    });
    this.#held.pan = moved;
  }

  #onEnd(event: PointerEvent, kind: "up" | "cancel"): void {
    const { tool, pan } = this.#held;
    const { pointerId } = event;
    if (tool?.id === pointerId) {
      this.#held.tool = null;
      this.#setGesture("none");
      this.#tell(kind, this.locate(event), event);
    } else if (pan?.second && pan.second.id === pointerId) {
      this.#setPan({ ...pan, second: null });
    } else if (pan?.id === pointerId) {
      // The finger that stays goes on moving the view.
      this.#setPan(pan.second ? { ...pan.second, second: null } : null);
    }
  }

  /** A finger or a pen that rests, or the pen's button, would open the browser's menu in the middle of the work. */
  #onContextMenu(event: MouseEvent): void {
    if (!this.#isMouse && !this.#isForeign(event)) event.preventDefault();
  }

  #onLeave(event: PointerEvent): void {
    this.#isOver = false;
    if (!this.#held.tool && !this.#held.pan) this.#tell("leave", this.locate(event), event);
  }

  #onKey(event: KeyboardEvent, isDown: boolean): void {
    if (event.code !== "Space") return;
    if (!isDown) {
      this.#setSpace(false);
      return;
    }
    const target = event.composedPath()[0];
    if (!this.#isOver || !(target instanceof Element) || needsSpace(target, this.#options.picture)) return;
    // Neither scrolls the page nor presses the button that was clicked last.
    event.preventDefault();
    this.#setSpace(true);
  }

  #setSpace(isHeld: boolean): void {
    this.#isSpaceHeld = isHeld;
    this.#options.element.toggleAttribute("data-space", isHeld);
  }

  #setPan(pan: Held["pan"]): void {
    this.#held.pan = pan;
    this.#setGesture(pan === null ? "none" : pan.second ? "pinch" : "pan");
  }

  #setGesture(gesture: Gesture): void {
    if (this.gesture.value === gesture) return;
    this.gesture.value = gesture;
    this.#options.element.toggleAttribute("data-moving", gesture !== "none");
  }

  #tell(kind: ToolPointer["kind"], point: Point, event: PointerEvent): void {
    this.#options.tell({ kind, point, event });
  }

  /** Whether an event is for something on top of the stage, such as a pin. */
  #isForeign(event: Event): boolean {
    const { element } = this.#options;
    return event
      .composedPath()
      .some(
        (each) =>
          each instanceof HTMLElement &&
          each !== element &&
          each.parentElement?.hasAttribute("data-pins") === true,
      );
  }
}

/** Whether Space is for what has the focus: for a text field always, for a button when it was reached by keyboard. */
function needsSpace(target: Element, picture: HTMLElement): boolean {
  if (target === picture) return false;
  if (target.matches("input, textarea, select, [contenteditable]")) return true;
  return target.matches(":focus-visible");
}

function between(a: Point, b: Point): { middle: Point; length: number } {
  return { middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, length: distance(a, b) };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
