import { isEmpty } from "../../scene/draw-annotation.ts";
import type { Emoji } from "../../scene/glyph.ts";
import type { Viewport } from "../../scene/scene-svg.ts";
import { writeEmoji } from "../../scene/text-svg.ts";
import { byteAt } from "../array-at.ts";
import { blendLayer } from "./blend.ts";
import { CoverageBuffer } from "./coverage-buffer.ts";
import { cropWindow, splitRows, viewPlace } from "./crop-window.ts";
import { estimateElements, estimateStroke, estimateTexts } from "./drawing-time.ts";
import type { CoverageLayer, Place, TimedLayer } from "./layer.ts";
import type { MeasuredDrawing } from "./measure-drawing.ts";
import { TextPainter } from "./paint-text.ts";
import { coverStroke } from "./stroke-coverage.ts";
import { WaitingElements } from "./waiting-elements.ts";

/** The most pixels of a text, or of what is translucent, that are drawn at once. */
const PART_PIXELS = 128 * 1024;
/** Bytes that painting holds for these: letters, halo and coverage; and a translucent drawing, twice in the making. */
export const PAINTER_BYTES = PART_PIXELS * (4 + 4 + 1 + 2 * 4);

/**
 * Draws what touches the window, as layers from bottom to top. No layer is larger than its drawings. A drawing that
 * takes long is split by rows into several layers, which gives the same picture. Needs `initRasterizer`.
 *
 * SVG elements wait until something is to be painted over them, so that many are drawn together.
 */
export function* drawOverlay(drawings: readonly MeasuredDrawing[], window: Viewport): Generator<TimedLayer> {
  const painter = new OverlayPainter(window);
  for (const drawing of drawings) {
    const place = isEmpty(drawing) ? undefined : cropWindow([drawing.bounds], window);
    if (place) yield* painter.draw(drawing, place);
  }
  yield* painter.finish();
}

class OverlayPainter {
  readonly #window: Viewport;
  readonly #waiting: WaitingElements;
  readonly #buffer = new CoverageBuffer();
  readonly #texts = new TextPainter(this.#buffer);

  constructor(window: Viewport) {
    this.#window = window;
    this.#waiting = new WaitingElements(window);
  }

  *draw(drawing: MeasuredDrawing, place: Place): Generator<TimedLayer> {
    const { svg, texts = [], stroke, opacity, bounds, visible, edges, area } = drawing;
    const part = Math.min(1, place.height / Math.max(1, visible.height * this.#window.scaleY));
    if (opacity < 1) {
      yield* this.#waiting.drawTouched(place);
      yield* this.#drawTranslucent(drawing, place, part);
      return;
    }
    if (svg !== "") {
      const time = estimateElements({ characters: svg.length, edges, area }, this.#window);
      yield* this.#waiting.add({ svg, emoji: [], bounds, place, characters: svg.length, time, part });
    }
    if (texts.length > 0) {
      yield* this.#waiting.drawTouched(place);
      const time = estimateTexts(drawing, this.#window);
      for (const rows of splitRows(place, time.fixed + time.rows * part, PART_PIXELS)) {
        // Most texts are a halo or a ground, and letters.
        const ms = rows.ms / texts.length / 2;
        for (const text of texts) {
          for (const layer of this.#texts.paint(text, rows, this.#window)) yield { ...layer, ms };
        }
      }
    }
    const emoji = drawing.emoji.characters > 0 ? emojiOf(drawing) : [];
    if (emoji.length > 0) {
      const { characters } = drawing.emoji;
      const time = estimateElements(drawing.emoji, this.#window);
      const elements = texts.map(writeEmoji).join("");
      yield* this.#waiting.add({ svg: elements, emoji, bounds, place, characters, time, part });
    }
    if (stroke) {
      yield* this.#waiting.drawTouched(place);
      const ms = estimateStroke(drawing, this.#window).rows * part;
      for (const rows of splitRows(place, ms)) {
        const finish = (coverage: CoverageLayer["coverage"]): void =>
          coverStroke(stroke, viewPlace(rows, this.#window), coverage);
        yield { ...rows, paint: stroke.paint, coverage: this.#buffer.cover(rows, { finish }) };
      }
    }
  }

  *finish(): Generator<TimedLayer> {
    yield* this.#waiting.drawAll();
  }

  /**
   * Draws a drawing on an empty ground, which `blendLayer` then makes translucent as a whole. resvg would draw a
   * translucent SVG group on a canvas of up to 25 times the window, and panics if the group lies farther outside.
   */
  *#drawTranslucent(drawing: MeasuredDrawing, place: Place, part: number): Generator<TimedLayer> {
    const { opacity } = drawing;
    const elements = estimateElements({ ...drawing, characters: 0 }, this.#window);
    const ms = (elements.rows + estimateTexts(drawing, this.#window).rows) * part;
    for (const rows of splitRows(place, ms, PART_PIXELS)) {
      const window = { ...viewPlace(rows, this.#window), width: rows.width, height: rows.height };
      const pixels = new Uint8Array(rows.width * rows.height * 4);
      for (const layer of drawOverlay([{ ...drawing, opacity: 1 }], window)) {
        blendLayer(pixels, rows.width, layer);
      }
      premultiply(pixels);
      yield { ...rows, opacity, pixels };
    }
  }
}

/** The emoji of a drawing, each once. */
function emojiOf({ texts = [] }: MeasuredDrawing): Emoji[] {
  const found = new Map(texts.flatMap(({ text }) => text.emoji.map(({ emoji }) => [emoji.id, emoji])));
  return [...found.values()];
}

function premultiply(pixels: Uint8Array): void {
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = byteAt(pixels, at + 3);
    if (alpha === 255) continue;
    for (let channel = at; channel < at + 3; channel++) {
      pixels[channel] = Math.round((byteAt(pixels, channel) * alpha) / 255);
    }
  }
}
