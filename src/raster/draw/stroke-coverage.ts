import type { Stroke } from "../../scene/shape.ts";
import type { View } from "../../scene/scene-svg.ts";
import { byteAt, floatAt } from "../array-at.ts";
import type { Coverage } from "./layer.ts";

/**
 * Adds what a stroke covers of a window of the given view. A stroke with round joins and caps is the union of its
 * segments, each with half a disc at both ends. A pixel's coverage is the largest that any segment gives it. So the
 * result depends neither on the order of segments nor on how the window is split, and the time for a segment does not
 * grow with their number.
 *
 * Antialiasing is one pixel wide at any angle: within 1/20 of the exact area (on a diagonal), and as sharp.
 */
export function coverStroke({ points, width }: Stroke, view: View, coverage: Coverage): void {
  const { scaleX, scaleY, originX, originY } = view;
  // The two scales differ only because the picture's sides are rounded to pixels.
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
 * All that lies within a radius of a segment. There is no array destructuring here: the runtime makes an iterator each
 * time, and drawing took six times as long.
 */
class Capsule {
  readonly radius: number;
  /** The result of `cross`: where the line enters and leaves the reach. */
  left = 0;
  right = 0;
  ax = 0;
  ay = 0;
  bx = 0;
  by = 0;
  /** From a to b: the length, and the unit vector. */
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

  /**
   * Finds where the horizontal line at `y` is within `reach` of the segment: from `left` to `right`. If nowhere,
   * `right` is less than `left`.
   */
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

  /** Whether the nearest point of the segment is not one of its ends. */
  #isBeside(x: number, downA: number): boolean {
    const along = (x - this.ax) * this.#ux + downA * this.#uy;
    return along >= 0 && along <= this.#length;
  }

  /**
   * How much it covers of the pixel with this centre, 0–255, computed as if the pixel were aligned with the segment.
   */
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

/**
 * A direction with a smaller vertical part counts as level. Then the discs at the ends say where the line begins and
 * ends.
 */
const LEVEL = 1e-9;

/** For more bytes than this a call of `fill` is faster than a loop. */
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
    // The pixels whose centres lie between.
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
