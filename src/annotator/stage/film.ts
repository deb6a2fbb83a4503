import { keepMoving } from "./keep-moving.ts";
import { createUse } from "./svg.ts";
import type { Size } from "./view-geometry.ts";

/** It is stretched no further than this, nor shrunk. */
const STRETCH_MAX = 2;

/**
 * The clear margin around the picture, with the three holes of an animator's sheet. The margin keeps its width on the
 * screen. While one zooms, the whole film is stretched to its size, which lays out and paints nothing: only the
 * corners, behind the picture, look a little stretched for a moment.
 */
export class Film {
  readonly element = document.createElement("div");
  /** Has the look. The styles of the element that moves are computed in each frame, and shadows make that costly. */
  readonly #sheet = document.createElement("div");
  /** Stage pixels of the margin, as the styles say. */
  margin = { left: 0, top: 0, right: 0, bottom: 0 };
  #laidOut: Size | null = null;

  constructor() {
    this.element.className = "film-place";
    this.#sheet.className = "film";
    this.#sheet.append(createUse("pegs", { class: "pegs", "aria-hidden": "true" }));
    this.element.append(this.#sheet);
    keepMoving(this.element);
  }

  /** Reads the margin from the styles. */
  measure(): void {
    const style = getComputedStyle(this.#sheet);
    this.margin = {
      left: Number.parseFloat(style.paddingLeft) || 0,
      top: Number.parseFloat(style.paddingTop) || 0,
      right: Number.parseFloat(style.paddingRight) || 0,
      bottom: Number.parseFloat(style.paddingBottom) || 0,
    };
    this.#laidOut = null;
  }

  /** Puts the film around the picture, whose origin is that of the film's parent. */
  place(scale: number, picture: Size, isMoving: boolean): void {
    const { left, top, right, bottom } = this.margin;
    const size = {
      width: picture.width * scale + left + right,
      height: picture.height * scale + top + bottom,
    };
    const from = this.#laidOut;
    const stretch = from ? size.width / from.width : Infinity;
    if (!from || !isMoving || stretch > STRETCH_MAX || stretch < 1 / STRETCH_MAX) {
      this.#layOut(size);
      return;
    }
    const place = `translate(${-left}px, ${-top}px)`;
    this.element.style.transform = `${place} scale(${stretch}, ${size.height / from.height})`;
  }

  #layOut(size: Size): void {
    this.#laidOut = size;
    const { style } = this.element;
    style.width = `${size.width}px`;
    style.height = `${size.height}px`;
    style.transform = `translate(${-this.margin.left}px, ${-this.margin.top}px)`;
  }
}
