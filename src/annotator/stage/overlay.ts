import { computed, effect, type ReadonlySignal } from "@preact/signals";
import type { Annotation } from "../../protocol/model/annotation.ts";
import { parseMarks, type MarkSvg, writeMark } from "./scene-svg.ts";
import type { TextSizes } from "./text-sizes.ts";
import type { Size } from "./view-geometry.ts";
import { createSvg } from "./svg.ts";

interface Options {
  /** Marks to draw, from bottom to top. */
  marks: ReadonlySignal<readonly Annotation[]>;
  picture: ReadonlySignal<Size>;
  texts: TextSizes;
}

/**
 * The few marks that change from frame to frame, above the painted ones: what is being drawn or dragged, by this person
 * or another, and what was just changed and is not painted yet.
 */
export class Overlay {
  /** In image pixels. Its parent moves and scales with the view. */
  readonly element = createSvg("g");
  readonly #stop: () => void;
  readonly #texts: TextSizes;
  /** What a mark looks like, as long as it is the same one. */
  #written = new WeakMap<Annotation, MarkSvg>();
  #picture: Size | undefined;

  constructor({ marks, picture, texts }: Options) {
    this.#texts = texts;
    const written = computed(() => {
      const size = picture.value;
      // Pins turn away from the edges of the picture.
      if (size !== this.#picture) this.#written = new WeakMap();
      this.#picture = size;
      void texts.changes.value;
      return marks.value.map((mark) => this.#write(mark, size));
    });
    this.#stop = effect(() => this.element.replaceChildren(...parseMarks(written.value)));
  }

  close(): void {
    this.#stop();
  }

  #write(mark: Annotation, picture: Size): MarkSvg {
    const known = this.#written.get(mark);
    if (known) return known;
    const svg = writeMark(mark, picture, this.#texts.layOut);
    // A text that is still to be laid out is written again when it is.
    if (mark.type !== "text" || this.#texts.hasLayout(toLayOut(mark))) this.#written.set(mark, svg);
    return svg;
  }
}

function toLayOut({ text, style, geometry }: Extract<Annotation, { type: "text" }>) {
  return { text, fontSize: style.font_size, wrapWidth: geometry.width };
}
