import { floatAt } from "../array-at.ts";
import type { Coverage } from "./layer.ts";

/**
 * Gathers what outlines cover, exactly: each edge adds the area between itself and the right end of its row, signed by
 * its direction. A sum along the row then gives how much of each pixel lies inside. Where outlines that run the same
 * way overlap, that is more than all of it, and counts as all: this is SVG's nonzero rule, except that in a pixel where
 * two edges cross their parts are added up. (After `font-rs` by Raph Levien.)
 */
export class FillCoverage {
  #sums = new Float32Array();
  #width = 0;
  #height = 0;

  /** Begins with nothing covered. */
  start(width: number, height: number): void {
    this.#width = width;
    this.#height = height;
    // An edge at the right end also writes to the next one.
    const size = (width + 1) * height;
    if (this.#sums.length < size) this.#sums = new Float32Array(size);
  }

  /** Adds an edge. All edges together must form closed outlines. */
  addEdge(ax: number, ay: number, bx: number, by: number): void {
    if (ay === by) return;
    const down = ay < by;
    const sign = down ? 1 : -1;
    const top = down ? ay : by;
    const bottom = down ? by : ay;
    const slope = (bx - ax) / (by - ay);
    const first = Math.max(0, Math.floor(top));
    const last = Math.min(this.#height, Math.ceil(bottom));
    let x = down ? ax : bx;
    if (top < first) x += (first - top) * slope;
    for (let row = first; row < last; row++) {
      const part = Math.min(row + 1, bottom) - Math.max(row, top);
      const next = x + slope * part;
      this.#addToRow(row * (this.#width + 1), sign * part, x, next);
      x = next;
    }
  }

  /** Adds the edge's part in one row: it goes from `x` to `next` while it covers `part` of the row's height. */
  #addToRow(start: number, part: number, x: number, next: number): void {
    const sums = this.#sums;
    let left = x < next ? x : next;
    let right = x < next ? next : x;
    if (left >= this.#width) return;
    if (left < 0) {
      // What is beyond the left side covers all of the row.
      const beyond = right <= 0 ? part : (part * left) / (left - right);
      sums[start] = floatAt(sums, start) + beyond;
      if (right <= 0) return;
      part -= beyond;
      left = 0;
    }
    if (right > this.#width) {
      part *= (this.#width - left) / (right - left);
      right = this.#width;
    }
    const first = Math.floor(left);
    const at = start + first;
    if (right <= first + 1) {
      // The mean distance from the pixel's left side.
      const beside = part * ((left + right) / 2 - first);
      sums[at] = floatAt(sums, at) + part - beside;
      sums[at + 1] = floatAt(sums, at + 1) + beside;
      return;
    }
    // What is covered of each pixel that the edge passes, less what the pixel before has given to all that follow.
    const perPixel = part / (right - left);
    let given = 0;
    let before = 0;
    for (let column = first; column < right; column++) {
      const from = Math.max(left, column) - column;
      const to = Math.min(right, column + 1) - column;
      const inside = perPixel * (to - from);
      const covered = given + inside * (1 - (from + to) / 2);
      sums[start + column] = floatAt(sums, start + column) + covered - before;
      before = covered;
      given += inside;
    }
    const end = start + Math.ceil(right);
    sums[end] = floatAt(sums, end) + given - before;
  }

  /** Writes what is covered, and forgets it. */
  finish({ bytes, stride }: Coverage): void {
    const sums = this.#sums;
    for (let row = 0; row < this.#height; row++) {
      const from = row * (this.#width + 1);
      const to = row * stride;
      let sum = 0;
      for (let x = 0; x < this.#width; x++) {
        sum += floatAt(sums, from + x);
        const part = sum < 0 ? -sum : sum;
        bytes[to + x] = part >= 1 ? 255 : (part * 255 + 0.5) | 0;
      }
    }
    sums.fill(0, 0, (this.#width + 1) * this.#height);
  }
}
