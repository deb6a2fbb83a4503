import type { Bounds } from "../../scene/bounds.ts";
import { growBounds, uniteBounds } from "../../scene/bounds.ts";
import type { Viewport } from "../../scene/scene-svg.ts";
import type { PlacedText } from "../../scene/shape.ts";
import type { CoverageBuffer } from "./coverage-buffer.ts";
import { FillCoverage } from "./fill-coverage.ts";
import { HaloCoverage } from "./halo-coverage.ts";
import type { CoverageLayer, Place } from "./layer.ts";
import {
  glyphMatrix,
  traceGlyph,
  traceRoundRect,
  transformBounds,
  turnMatrix,
  type Matrix,
} from "./trace-text.ts";

/**
 * Paints the ground, the halo and the letters of texts, straight from the outlines of their glyphs: resvg takes ten
 * times as long, and as much memory as their SVG.
 */
export class TextPainter {
  readonly #buffer: CoverageBuffer;
  readonly #fill = new FillCoverage();
  readonly #halo = new HaloCoverage();

  constructor(buffer: CoverageBuffer) {
    this.#buffer = buffer;
  }

  /** Paints what of a text lies within `place`, a part of the window. */
  *paint(placed: PlacedText, place: Place, window: Viewport): Generator<CoverageLayer> {
    const { ground } = placed;
    const turn = turnMatrix(placed, window);
    const part = ground && intersect(transformBounds(ground.box, turn), place);
    if (part) {
      this.#fill.start(part.width, part.height);
      traceRoundRect(ground.box, ground.radius, moveTo(part, turn), this.#fill);
      yield { ...part, paint: ground.paint, coverage: this.#buffer.cover(part, this.#fill) };
    }
    yield* this.#paintLetters(placed, place, turn, Math.sqrt(window.scaleX * window.scaleY));
  }

  *#paintLetters(placed: PlacedText, place: Place, turn: Matrix, scale: number): Generator<CoverageLayer> {
    const { text, ink, halo } = placed;
    const radius = halo ? halo.width * scale : 0;
    const seen: { index: number; matrix: Matrix }[] = [];
    let bounds: Bounds | undefined;
    for (const [index, glyph] of text.glyphs.entries()) {
      const matrix = glyphMatrix(placed, index, turn);
      const box = growBounds(transformBounds(glyph.box, matrix), radius + 1);
      if (!intersect(box, place)) continue;
      seen.push({ index, matrix });
      bounds = bounds ? uniteBounds(bounds, box) : box;
    }
    const part = bounds && intersect(bounds, place);
    if (!part) return;
    this.#fill.start(part.width, part.height);
    if (halo) this.#halo.start(part.width, part.height, radius);
    const sink = halo ? new BothCoverages(this.#fill, this.#halo) : this.#fill;
    for (const { index, matrix } of seen) {
      const glyph = text.glyphs[index];
      if (glyph) traceGlyph(glyph, moveTo(part, matrix), sink);
    }
    if (halo) yield { ...part, paint: halo.paint, coverage: this.#buffer.cover(part, this.#halo) };
    yield { ...part, paint: ink, coverage: this.#buffer.cover(part, this.#fill) };
  }
}

/** Gives each edge to both. */
class BothCoverages {
  readonly #fill: FillCoverage;
  readonly #halo: HaloCoverage;

  constructor(fill: FillCoverage, halo: HaloCoverage) {
    this.#fill = fill;
    this.#halo = halo;
  }

  addEdge(ax: number, ay: number, bx: number, by: number): void {
    this.#fill.addEdge(ax, ay, bx, by);
    this.#halo.addEdge(ax, ay, bx, by);
  }
}

function moveTo({ left, top }: Place, matrix: Matrix): Matrix {
  return { ...matrix, e: matrix.e - left, f: matrix.f - top };
}

/** The pixels of a place within bounds; undefined: there are none. */
function intersect(bounds: Bounds, place: Place): Place | undefined {
  const left = Math.max(place.left, Math.floor(bounds.left));
  const top = Math.max(place.top, Math.floor(bounds.top));
  const width = Math.min(place.left + place.width, Math.ceil(bounds.right)) - left;
  const height = Math.min(place.top + place.height, Math.ceil(bounds.bottom)) - top;
  return width > 0 && height > 0 ? { left, top, width, height } : undefined;
}
