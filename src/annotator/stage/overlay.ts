import { computed, effect, type ReadonlySignal } from "@preact/signals";
import type { Annotation } from "../../protocol/model/annotation.ts";
import { parseMarks, writeMark } from "./scene-svg.ts";
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
  /** What a mark looks like, as long as it is the same one: of many that are shown, few change in a frame. */
  #drawn = new WeakMap<Annotation, Element>();
  #picture: Size | undefined;

  constructor({ marks, picture, texts }: Options) {
    this.#texts = texts;
    const drawn = computed(() => {
      const size = picture.value;
      // Pins turn away from the edges of the picture.
      if (size !== this.#picture) this.#drawn = new WeakMap();
      this.#picture = size;
      void texts.changes.value;
      return this.#draw(marks.value, size);
    });
    this.#stop = effect(() => setChildren(this.element, drawn.value));
  }

  close(): void {
    this.#stop();
  }

  #draw(marks: readonly Annotation[], picture: Size): Element[] {
    const fresh = marks.filter((mark) => !this.#drawn.has(mark));
    const elements = parseMarks(fresh.map((mark) => writeMark(mark, picture, this.#texts.layOut)));
    const made = new Map(fresh.map((mark, index) => [mark, elements[index]]));
    return marks.flatMap((mark) => {
      const element = made.get(mark) ?? this.#drawn.get(mark);
      if (!element) return [];
      // A text that is still to be laid out is written again when it is.
      if (mark.type !== "text" || this.#texts.hasLayout(toLayOut(mark))) this.#drawn.set(mark, element);
      return [element];
    });
  }
}

/** Leaves alone what is there already: taken out and put back, it would be laid out again. */
function setChildren(parent: Element, children: readonly Element[]): void {
  const wanted = new Set(children);
  for (const child of Array.from(parent.children)) if (!wanted.has(child)) child.remove();
  let next = parent.firstElementChild;
  for (const child of children) {
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  }
}

function toLayOut({ text, style, geometry }: Extract<Annotation, { type: "text" }>) {
  return { text, fontSize: style.font_size, wrapWidth: geometry.width };
}
