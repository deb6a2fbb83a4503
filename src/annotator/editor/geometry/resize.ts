import type { Point } from "../../../protocol/model/geometry.ts";
import { turnPoint } from "./coordinates.ts";
import { type Frame, pointInFrame } from "./frame.ts";
import type { Transform } from "./transform-mark.ts";

/** A handle on a frame's edge: -1, 0 or 1 from left to right, and from top to bottom. */
export interface FrameHandle {
  across: -1 | 0 | 1;
  down: -1 | 0 | 1;
}

export const frameHandles: readonly FrameHandle[] = [
  { across: -1, down: -1 },
  { across: 0, down: -1 },
  { across: 1, down: -1 },
  { across: 1, down: 0 },
  { across: 1, down: 1 },
  { across: 0, down: 1 },
  { across: -1, down: 1 },
  { across: -1, down: 0 },
];

export interface Resize {
  frame: Frame;
  handle: FrameHandle;
  /** Where the handle goes. */
  to: Point;
  /** Keeps the proportions. */
  isEven: boolean;
  /** The centre stays, instead of the opposite edge. */
  isCentred: boolean;
}

/** The transform that brings a handle of a frame to a place. */
export function resizeTransform({ frame, handle, to, isEven, isCentred }: Resize): Transform {
  const { across, down } = handle;
  const anchor: Point = isCentred ? [frame.cx, frame.cy] : pointInFrame(frame, -across, -down);
  const [x, y] = turnPoint(to, anchor, -frame.rotation);
  const part = isCentred ? 0.5 : 1;
  let sx = across === 0 ? 1 : ratio((x - anchor[0]) * across, frame.width * part);
  let sy = down === 0 ? 1 : ratio((y - anchor[1]) * down, frame.height * part);
  if (isEven) {
    const even = across === 0 ? sy : down === 0 ? sx : Math.max(Math.abs(sx), Math.abs(sy));
    // A corner may mirror in one direction only; an edge takes the other direction along.
    [sx, sy] =
      across === 0 || down === 0 ? [even, even] : [even * (sx < 0 ? -1 : 1), even * (sy < 0 ? -1 : 1)];
  }
  return { kind: "scale", anchor, angle: frame.rotation, sx, sy };
}

/** How wide a text becomes when the handle on its left or right edge goes to a place. */
export function wrapTransform({ frame, handle, to }: Resize, min: number): Transform {
  const anchor = pointInFrame(frame, -handle.across, 0);
  const [x] = turnPoint(to, anchor, -frame.rotation);
  const width = Math.max(min, (x - anchor[0]) * handle.across);
  const [cx, cy] = turnPoint([anchor[0] + (handle.across * width) / 2, anchor[1]], anchor, frame.rotation);
  return { kind: "wrap", width, dx: cx - frame.cx, dy: cy - frame.cy };
}

/** What is flat can't be scaled: it stays flat. */
function ratio(wanted: number, now: number): number {
  return Math.abs(now) < 1e-6 ? 1 : wanted / now;
}
