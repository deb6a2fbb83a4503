import type { Stroke } from "../../scene/shape.ts";
import type { View } from "../../scene/scene-svg.ts";
import { byteAt, floatAt } from "../array-at.ts";

/** Rows of bytes, how much of each pixel is covered: 0–255. */
export interface Coverage {
  width: number;
  height: number;
  /** Bytes from one row to the next: a multiple of four, so that four pixels can be looked at as one number. */
  stride: number;
  bytes: Uint8Array;
}

/** Bytes of a row of `width` pixels. */
export function strideOf(width: number): number {
  return (width + 3) & ~3;
}

/**
 * Adds what a stroke covers of a window of the given view. A stroke with round joins and round ends is what its segments cover, each
 * with half a disc at both ends: a pixel has the most that any of them covers of it. So it does not matter in which order or
 * in which parts it is drawn, and a segment takes no more time when there are many of them.
 *
 * It is a pixel wide at its edge, at whatever angle: within 1/20 of the exact area (on a diagonal) and as sharp.
 */
export function coverStroke({ points, width }: Stroke, view: View, coverage: Coverage): void {
  const { scaleX, scaleY, originX, originY } = view;
  // The two differ only by what rounding the picture's sides to pixels makes.
  const capsule = new Capsule((width * Math.sqrt(scaleX * scaleY)) / 2);
  let fromX = floatAt(points, 0) * scaleX + originX;
  let fromY = floatAt(points, 1) * scaleY + originY;
  for (let at = 2; at < points.length; at += 2) {
    const toX = floatAt(points, at) * scaleX + originX;
    const toY = floatAt(points, at + 1) * scaleY + originY;
    capsule.place(fromX, fromY, toX, toY);
    coverCapsule(capsule, coverage);
    fromX = toX;
    fromY = toY;
  }
}

/**
 * What lies within a radius of a segment. Nothing is taken apart with `[a, b] =` here: the runtime makes an iterator each time, and all of it
 * took six times as long.
 */
class Capsule {
  readonly radius: number;
  /** What `cross` has found: the line is within from here to there. */
  left = 0;
  right = 0;
  ax = 0;
  ay = 0;
  bx = 0;
  by = 0;
  /** The way from a to b: its length and its direction. */
  #length = 0;
  #ux = 1;
  #uy = 0;

  constructor(radius: number) {
    this.radius = radius;
  }

  place(ax: number, ay: number, bx: number, by: number): void {
    this.ax = ax;
    this.ay = ay;
    this.bx = bx;
    this.by = by;
    this.#length = Math.hypot(bx - ax, by - ay);
    this.#ux = this.#length > 0 ? (bx - ax) / this.#length : 1;
    this.#uy = this.#length > 0 ? (by - ay) / this.#length : 0;
  }

  /** Where the horizontal line at `y` is within `reach` of the segment: `left` to `right`, which is less where it is nowhere. */
  cross(y: number, reach: number): void {
    const downA = y - this.ay;
    const downB = y - this.by;
    let left = Infinity;
    let right = -Infinity;
    const insideA = reach * reach - downA * downA;
    if (insideA > 0) {
      const half = Math.sqrt(insideA);
      left = this.ax - half;
      right = this.ax + half;
    }
    const insideB = reach * reach - downB * downB;
    if (insideB > 0) {
      const half = Math.sqrt(insideB);
      left = Math.min(left, this.bx - half);
      right = Math.max(right, this.bx + half);
    }
    if (Math.abs(this.#uy) > LEVEL) {
      const middle = this.ax + (downA * this.#ux) / this.#uy;
      const half = Math.abs(reach / this.#uy);
      if (this.#isBeside(middle - half, downA)) left = Math.min(left, middle - half);
      if (this.#isBeside(middle + half, downA)) right = Math.max(right, middle + half);
    }
    this.left = left;
    this.right = right;
  }

  /** Whether a point is nearest to the segment's inside, not to one of its ends. */
  #isBeside(x: number, downA: number): boolean {
    const along = (x - this.ax) * this.#ux + downA * this.#uy;
    return along >= 0 && along <= this.#length;
  }

  /** How much it covers of the pixel with this centre, 0–255: of a line of its width and a pixel that face each other. */
  cover(x: number, y: number): number {
    const dx = x - this.ax;
    const dy = y - this.ay;
    const along = dx * this.#ux + dy * this.#uy;
    let apart: number;
    if (along <= 0) apart = Math.sqrt(dx * dx + dy * dy);
    else if (along >= this.#length) apart = Math.sqrt((x - this.bx) ** 2 + (y - this.by) ** 2);
    else apart = Math.abs(dy * this.#ux - dx * this.#uy);
    const part = Math.min(apart + 0.5, this.radius) - Math.max(apart - 0.5, -this.radius);
    return part > 0 ? (part * 255 + 0.5) | 0 : 0;
  }
}

/** Vertical part of a direction below which a line counts as level: its ends then say where it begins and ends. */
const LEVEL = 1e-9;

/** Bytes that are set faster by a call than one by one. */
const FILL_MIN = 32;

function coverCapsule(capsule: Capsule, { width, height, stride, bytes }: Coverage): void {
  const outer = capsule.radius + 0.5;
  const inner = capsule.radius - 0.5;
  const { ax, ay, bx, by } = capsule;
  if (Math.max(ax, bx) + outer < 0 || Math.min(ax, bx) - outer > width) return;
  const first = Math.max(0, Math.ceil(Math.min(ay, by) - outer - 0.5));
  const last = Math.min(height - 1, Math.floor(Math.max(ay, by) + outer - 0.5));
  for (let row = first; row <= last; row++) {
    const y = row + 0.5;
    capsule.cross(y, outer);
    // Pixels whose centres lie between.
    const from = Math.max(0, Math.ceil(capsule.left - 0.5));
    const to = Math.min(width, Math.floor(capsule.right - 0.5) + 1);
    if (from >= to) continue;
    let solidFrom = to;
    let solidTo = to;
    if (inner > 0) {
      capsule.cross(y, inner);
      if (capsule.left < capsule.right) {
        solidFrom = Math.min(to, Math.max(from, Math.ceil(capsule.left - 0.5)));
        solidTo = Math.min(to, Math.max(solidFrom, Math.floor(capsule.right - 0.5) + 1));
      }
    }
    const start = row * stride;
    coverPixels(capsule, bytes, start, from, solidFrom, y);
    if (solidTo - solidFrom > FILL_MIN) bytes.fill(255, start + solidFrom, start + solidTo);
    else for (let at = start + solidFrom; at < start + solidTo; at++) bytes[at] = 255;
    coverPixels(capsule, bytes, start, solidTo, to, y);
  }
}

function coverPixels(
  capsule: Capsule,
  bytes: Uint8Array,
  start: number,
  from: number,
  to: number,
  y: number,
): void {
  for (let x = from; x < to; x++) {
    const part = capsule.cover(x + 0.5, y);
    if (part > byteAt(bytes, start + x)) bytes[start + x] = part;
  }
}
