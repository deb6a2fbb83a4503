/** What a turn of a wheel, or two fingers on a trackpad, mean. Browsers send the same event for both. */

export type WheelMeaning =
  | { kind: "zoom"; /** The new scale, in old ones. */ factor: number }
  | { kind: "pan"; dx: number; dy: number };

/** What is read of a `WheelEvent`. */
export interface WheelInput {
  deltaX: number;
  deltaY: number;
  deltaMode: number;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  timeStamp: number;
  /** Not of the standard, but in all browsers except Firefox: 120 for each notch of a wheel. */
  wheelDeltaY?: number;
}

/** Firefox tells a notch as three lines: as much as other browsers' 100 pixels. */
const LINE = 100 / 3;
const PAGE = 400;
/** A notch of a wheel is about 100 pixels in every browser. It zooms by a fifth. */
const ZOOM_BY_WHEEL = Math.log(1.2) / 100;
/** A pinch on a trackpad comes in steps of a few pixels. */
const ZOOM_BY_PINCH = 0.01;
/** One event zooms by no more than this: some wheels spin freely. */
const ZOOM_STEP_MAX = Math.log(2);
const NOTCH = 120;
/** No wheel turns by less. */
const NOTCH_PIXELS_MIN = 50;
/** So long after an event of a trackpad, the next one is of the trackpad, too: its last steps look like any wheel's. */
const SAME_DEVICE_MS = 400;

/**
 * Reads wheel events. With Ctrl (so do browsers report a pinch) or ⌘ it zooms. Otherwise a mouse zooms and a trackpad
 * pans. A trackpad is known by moving sideways, by fractions of a pixel, and by small steps.
 */
export class WheelReader {
  #trackpadAt = -Infinity;

  read(event: WheelInput): WheelMeaning {
    const unit = event.deltaMode === 1 ? LINE : event.deltaMode === 2 ? PAGE : 1;
    const dx = event.deltaX * unit;
    const dy = event.deltaY * unit;
    if (event.ctrlKey || event.metaKey) {
      const isPinch = event.deltaMode === 0 && Math.abs(dy) < NOTCH_PIXELS_MIN;
      return zoom(-dy * (isPinch ? ZOOM_BY_PINCH : ZOOM_BY_WHEEL));
    }
    // Some browsers turn it to the side themselves.
    if (event.shiftKey) return { kind: "pan", dx: 0 - (dx === 0 ? dy : dx), dy: 0 };
    if (this.#isTrackpad(event)) return { kind: "pan", dx: 0 - dx, dy: 0 - dy };
    return zoom(-dy * ZOOM_BY_WHEEL);
  }

  #isTrackpad({ deltaX, deltaY, deltaMode, wheelDeltaY, timeStamp }: WheelInput): boolean {
    const isLikely =
      deltaMode === 0 &&
      (deltaX !== 0 ||
        Math.abs(deltaY) < NOTCH_PIXELS_MIN ||
        (!Number.isInteger(deltaY) && (wheelDeltaY ?? 1) % NOTCH !== 0));
    const isGoingOn = deltaMode === 0 && timeStamp - this.#trackpadAt < SAME_DEVICE_MS;
    if (isLikely || isGoingOn) this.#trackpadAt = timeStamp;
    return isLikely || isGoingOn;
  }
}

/** Reads an event. The mode comes first: Firefox tells lines only to those who ask for it before a distance. */
export function readWheel(event: Readonly<WheelInput>): WheelInput {
  const { deltaMode } = event;
  const { deltaX, deltaY, ctrlKey, metaKey, shiftKey, timeStamp, wheelDeltaY } = event;
  const input = { deltaX, deltaY, deltaMode, ctrlKey, metaKey, shiftKey, timeStamp };
  return wheelDeltaY === undefined ? input : { ...input, wheelDeltaY };
}

function zoom(exponent: number): WheelMeaning {
  const limited = Math.min(ZOOM_STEP_MAX, Math.max(-ZOOM_STEP_MAX, exponent));
  return { kind: "zoom", factor: Math.exp(limited) };
}
