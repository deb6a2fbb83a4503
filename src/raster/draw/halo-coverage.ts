import { byteAt, wordAt } from "../array-at.ts";
import type { Coverage } from "./layer.ts";

/** Pixels of an edge that are measured at once, at least: all pixels of the rectangle around them are visited. */
const PIECE = 4;
/** An edge lies on one of four sides of a pixel. */
const SIDES = 4;

/**
 * Gathers what lies within a radius of outlines, as a line around them with round joins covers it. Each pixel has four
 * bytes: how much of it the nearest edge on its left covers, and so on its right, above and below. Antialiasing is one
 * pixel wide at any angle, as in `stroke-coverage.ts`, which is faster for edges much longer than the radius. Where
 * halos meet between two edges, as inside an e, the parts that they cover are added up: the larger one alone would leave
 * a seam.
 */
export class HaloCoverage {
  #sides = new Uint8Array();
  #width = 0;
  #height = 0;
  #radius = 0;

  /** Begins with nothing covered. */
  start(width: number, height: number, radius: number): void {
    this.#width = width;
    this.#height = height;
    this.#radius = radius;
    const size = width * height * SIDES;
    if (this.#sides.length < size) this.#sides = new Uint8Array(size);
    else this.#sides.fill(0, 0, size);
  }

  addEdge(ax: number, ay: number, bx: number, by: number): void {
    const dx = bx - ax;
    const dy = by - ay;
    const length = Math.max(Math.abs(dx), Math.abs(dy));
    const pieces = Math.ceil(length / Math.max(PIECE, this.#radius)) || 1;
    for (let piece = 0; piece < pieces; piece++) {
      this.#addPiece(ax + (dx * piece) / pieces, ay + (dy * piece) / pieces, dx / pieces, dy / pieces);
    }
  }

  #addPiece(ax: number, ay: number, dx: number, dy: number): void {
    const sides = this.#sides;
    const radius = this.#radius;
    const reach = radius + 0.5;
    const farthest = reach * reach;
    const solid = radius > 0.5 ? (radius - 0.5) * (radius - 0.5) : -1;
    const left = Math.max(0, Math.ceil(Math.min(ax, ax + dx) - reach - 0.5));
    const right = Math.min(this.#width - 1, Math.floor(Math.max(ax, ax + dx) + reach - 0.5));
    const top = Math.max(0, Math.ceil(Math.min(ay, ay + dy) - reach - 0.5));
    const bottom = Math.min(this.#height - 1, Math.floor(Math.max(ay, ay + dy) + reach - 0.5));
    const square = dx * dx + dy * dy;
    const alongX = square > 0 ? dx / square : 0;
    const alongY = square > 0 ? dy / square : 0;
    for (let row = top; row <= bottom; row++) {
      const y = row + 0.5 - ay;
      let at = (row * this.#width + left) * SIDES;
      for (let column = left; column <= right; column++, at += SIDES) {
        if (byteAt(sides, at) === 255) continue;
        const x = column + 0.5 - ax;
        let along = x * alongX + y * alongY;
        along = along < 0 ? 0 : along > 1 ? 1 : along;
        const apartX = x - along * dx;
        const apartY = y - along * dy;
        const apart = apartX * apartX + apartY * apartY;
        if (apart >= farthest) continue;
        if (apart <= solid) {
          sides[at] = 255;
          continue;
        }
        const distance = Math.sqrt(apart);
        // As if the pixel were aligned with the edge. A line thinner than a pixel never covers all of it.
        const ends = distance + 0.5 < radius ? distance + 0.5 : radius;
        const begins = distance - 0.5 > -radius ? distance - 0.5 : -radius;
        const part = ((ends - begins) * 255 + 0.5) | 0;
        const level = apartX * apartX > apartY * apartY;
        const side = at + (level ? (apartX > 0 ? 0 : 1) : apartY > 0 ? 2 : 3);
        if (part > byteAt(sides, side)) sides[side] = part;
      }
    }
  }

  /** Writes what is covered. */
  finish({ bytes, stride }: Coverage): void {
    const pixels = new Int32Array(this.#sides.buffer, 0, this.#width * this.#height);
    let pixel = 0;
    for (let row = 0; row < this.#height; row++) {
      const end = row * stride + this.#width;
      for (let to = row * stride; to < end; to++) {
        const four = wordAt(pixels, pixel++);
        if (four === 0) continue;
        const across = (four & 255) + ((four >>> 8) & 255);
        const down = ((four >>> 16) & 255) + (four >>> 24);
        const part = across > down ? across : down;
        bytes[to] = part > 255 ? 255 : part;
      }
    }
  }
}
