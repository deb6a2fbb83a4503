import type { Bounds } from "../../scene/bounds.ts";
import type { Emoji } from "../../scene/glyph.ts";
import type { Viewport } from "../../scene/scene-svg.ts";
import { defineEmoji } from "../../scene/text-svg.ts";
import { cropWindow, splitRows, viewPlace } from "./crop-window.ts";
import { LAYER_MS, type DrawingTime } from "./drawing-time.ts";
import type { PixelLayer, Place, TimedLayer } from "./layer.ts";
import { rasterize } from "./rasterize.ts";

/** SVG elements of a drawing. */
export interface Elements {
  svg: string;
  /** The emoji that they refer to. */
  emoji: readonly Emoji[];
  bounds: Bounds;
  place: Place;
  /** Of their SVG and, each time that it is shown, of an emoji's. */
  characters: number;
  time: DrawingTime;
  /** The part of their rows in the window, 0–1. */
  part: number;
}

/** The most characters of SVG drawn at once: a parsed path takes several times the memory of its text. */
const LAYER_CHARACTERS = 128 * 1024;

/** Elements that are drawn together, in one layer. */
export class WaitingElements {
  readonly #window: Viewport;
  #elements: Elements[] = [];
  #characters = 0;
  #ms = 0;

  constructor(window: Viewport) {
    this.#window = window;
  }

  /** Adds elements above all others. Those that take long are drawn at once, in parts. */
  *add(elements: Elements): Generator<TimedLayer> {
    const { characters, time, part, place } = elements;
    const rowsMs = time.rows * part;
    const ms = time.fixed + rowsMs;
    const alone = rowsMs > LAYER_MS;
    if (alone || this.#characters + characters > LAYER_CHARACTERS || this.#ms + ms > LAYER_MS) {
      yield* this.drawAll();
    }
    if (alone) {
      for (const { ms: took, ...rows } of splitRows(place, rowsMs)) {
        yield { ...this.#rasterize([elements], rows), ms: took };
      }
      return;
    }
    this.#elements.push(elements);
    this.#characters += characters;
    this.#ms += ms;
  }

  /** Draws all, if any of them touches a place in which something is about to be painted. */
  *drawTouched(place: Place): Generator<TimedLayer> {
    if (this.#elements.some((elements) => overlap(elements.place, place))) yield* this.drawAll();
  }

  *drawAll(): Generator<TimedLayer> {
    const elements = this.#elements;
    const ms = this.#ms;
    this.#elements = [];
    this.#characters = 0;
    this.#ms = 0;
    const bounds = elements.map((each) => each.bounds);
    const place = cropWindow(bounds, this.#window);
    if (place) yield { ...this.#rasterize(elements, place), ms };
  }

  #rasterize(elements: readonly Elements[], place: Place): PixelLayer {
    const emoji = new Map(elements.flatMap((each) => each.emoji.map((one) => [one.id, one])));
    const pixels = rasterize(
      elements.map(({ svg }) => svg).join(""),
      Array.from(emoji.values(), defineEmoji).join(""),
      place,
      viewPlace(place, this.#window),
    );
    return { ...place, opacity: 1, pixels };
  }
}

function overlap(a: Place, b: Place): boolean {
  return (
    a.left < b.left + b.width &&
    b.left < a.left + a.width &&
    a.top < b.top + b.height &&
    b.top < a.top + a.height
  );
}
