import type { Size } from "./view-geometry.ts";

const SVG = "http://www.w3.org/2000/svg";

/** The clear margin around the picture, with the three holes of an animator's sheet. The margin keeps its width. */
export class Film {
  readonly element = document.createElement("div");
  readonly #paper = document.createElement("div");
  /** Stage pixels of the margin, as the styles say. */
  margin = { left: 0, top: 0, right: 0, bottom: 0 };

  constructor() {
    this.element.className = "film";
    this.#paper.className = "paper";
    const pegs = document.createElementNS(SVG, "svg");
    pegs.setAttribute("class", "pegs");
    pegs.setAttribute("aria-hidden", "true");
    const use = document.createElementNS(SVG, "use");
    use.setAttribute("href", "#i-pegs");
    pegs.append(use);
    this.element.append(this.#paper, pegs);
  }

  /** Reads the margin from the styles. */
  measure(): void {
    const style = getComputedStyle(this.element);
    this.margin = {
      left: Number.parseFloat(style.paddingLeft) || 0,
      top: Number.parseFloat(style.paddingTop) || 0,
      right: Number.parseFloat(style.paddingRight) || 0,
      bottom: Number.parseFloat(style.paddingBottom) || 0,
    };
  }

  /** @param hasPicture false: a sheet of white paper, with nothing to wait for */
  setPicture(hasPicture: boolean): void {
    this.#paper.toggleAttribute("data-waiting", hasPicture);
  }

  /** Lays the film around the picture, whose origin is that of the film's parent. */
  place(scale: number, size: Size): void {
    const { left, top, right, bottom } = this.margin;
    const { style } = this.element;
    style.width = `${size.width * scale + left + right}px`;
    style.height = `${size.height * scale + top + bottom}px`;
    style.transform = `translate(${-left}px, ${-top}px)`;
  }
}
