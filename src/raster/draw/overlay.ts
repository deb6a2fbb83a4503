import { initWasm, Resvg } from "@resvg/resvg-wasm";
import resvgModule from "../../../generated/resvg.wasm";
import type { Bounds } from "../../scene/bounds.ts";
import { uniteBounds } from "../../scene/bounds.ts";
import { isEmpty } from "../../scene/draw-annotation.ts";
import {
  sceneGroupEnd,
  sceneGroupStart,
  sceneSvgEnd,
  sceneSvgStart,
  type View,
  type Viewport,
} from "../../scene/scene-svg.ts";
import type { Stroke } from "../../scene/shape.ts";
import { LAYER_MS, estimateElements, estimateStroke } from "./drawing-time.ts";
import type { Layer, PixelLayer, Place, StrokeLayer } from "./layer.ts";
import type { MeasuredDrawing } from "./measure-drawing.ts";
import { coverStroke, strideOf } from "./stroke-coverage.ts";

let ready: Promise<void> | undefined;

/** Initializes resvg, once in an isolate. */
export function initOverlay(): Promise<void> {
  ready ??= initWasm(resvgModule);
  return ready;
}

/** The most characters of SVG drawn at once: a parsed path takes several times the memory of its text. */
const LAYER_CHARACTERS = 128 * 1024;

/**
 * Draws what touches the window, as layers from bottom to top. No layer is larger than its drawings. A drawing that
 * takes long is split by rows into several layers, which gives the same picture. Needs `initOverlay`.
 *
 * A translucent drawing gets a layer of its own, and `blendLayer` applies its opacity. resvg would draw a translucent
 * SVG group on a canvas of up to 25 times the window, and panics if the group lies farther outside.
 */
export function* drawOverlay(drawings: readonly MeasuredDrawing[], window: Viewport): Generator<Layer> {
  const coverage = new CoverageBuffer();
  let batch: MeasuredDrawing[] = [];
  let characters = 0;
  let ms = 0;
  for (const drawing of drawings) {
    const place = isEmpty(drawing) ? undefined : cropWindow([drawing], window);
    if (!place) continue;
    const { svg, stroke, opacity, visible } = drawing;
    const part = Math.min(1, place.height / Math.max(1, visible.height * window.scaleY));
    const time = estimateElements(drawing, window);
    const rowsMs = time.rows * part;
    const alone = stroke !== undefined || opacity < 1 || rowsMs > LAYER_MS;
    const full = characters + svg.length > LAYER_CHARACTERS || ms + time.fixed + rowsMs > LAYER_MS;
    if (alone || full) {
      yield* rasterizeAll(batch, window);
      batch = [];
      characters = 0;
      ms = 0;
    }
    if (!alone) {
      batch.push(drawing);
      characters += svg.length;
      ms += time.fixed + rowsMs;
      continue;
    }
    if (svg !== "") {
      for (const rows of splitRows(place, rowsMs)) yield rasterize([drawing], rows, window);
    }
    if (stroke) {
      const strokeMs = estimateStroke(drawing, window).rows * part;
      for (const rows of splitRows(place, strokeMs)) yield coverage.layer(stroke, rows, window);
    }
  }
  yield* rasterizeAll(batch, window);
}

/** Splits the rows of a place into parts of about `LAYER_MS`, if all of them take `ms`. */
function* splitRows(place: Place, ms: number): Generator<Place> {
  const count = Math.min(place.height, Math.max(1, Math.ceil(ms / LAYER_MS)));
  const partHeight = Math.ceil(place.height / count);
  for (let from = 0; from < place.height; from += partHeight) {
    yield { ...place, top: place.top + from, height: Math.min(partHeight, place.height - from) };
  }
}

function* rasterizeAll(drawings: readonly MeasuredDrawing[], window: Viewport): Generator<PixelLayer> {
  const place = cropWindow(drawings, window);
  if (place) yield rasterize(drawings, place, window);
}

/** Draws the SVG elements of drawings that share one opacity. */
function rasterize(drawings: readonly MeasuredDrawing[], place: Place, window: Viewport): PixelLayer {
  const scene = drawings.map((drawing) => drawing.svg).join("");
  const view = viewPlace(place, window);
  const source = sceneSvgStart(place) + sceneGroupStart(view) + scene + sceneGroupEnd + sceneSvgEnd;
  const svg = new Resvg(source, { font: { loadSystemFonts: false } });
  const image = svg.render();
  const { pixels } = image;
  image.free();
  svg.free();
  return { ...place, opacity: drawings[0]?.opacity ?? 1, pixels };
}

/** A buffer for the coverage of one stroke after the other. */
class CoverageBuffer {
  #bytes = new Uint8Array();

  layer(stroke: Stroke, place: Place, window: Viewport): StrokeLayer {
    const { width, height } = place;
    const stride = strideOf(width);
    if (this.#bytes.length < stride * height) this.#bytes = new Uint8Array(stride * height);
    const bytes = this.#bytes.subarray(0, stride * height).fill(0);
    const coverage = { width, height, stride, bytes };
    coverStroke(stroke, viewPlace(place, window), coverage);
    return { ...place, paint: stroke.paint, coverage };
  }
}

function viewPlace({ left, top }: Place, window: View): View {
  return { ...window, originX: window.originX - left, originY: window.originY - top };
}

/** The part of the window that drawings may touch, in whole pixels; undefined: they touch none. */
function cropWindow(drawings: readonly MeasuredDrawing[], window: Viewport): Place | undefined {
  const [first, ...rest] = drawings;
  if (!first) return undefined;
  const bounds = toOutput(
    rest.reduce((united, drawing) => uniteBounds(united, drawing.bounds), first.bounds),
    window,
  );
  // One pixel more on each side, for antialiasing and for resvg's 32-bit floats.
  const left = Math.max(0, Math.floor(bounds.left) - 1);
  const top = Math.max(0, Math.floor(bounds.top) - 1);
  const width = Math.min(window.width, Math.ceil(bounds.right) + 1) - left;
  const height = Math.min(window.height, Math.ceil(bounds.bottom) + 1) - top;
  return width > 0 && height > 0 ? { left, top, width, height } : undefined;
}

function toOutput(bounds: Bounds, { scaleX, scaleY, originX, originY }: View): Bounds {
  return {
    left: bounds.left * scaleX + originX,
    top: bounds.top * scaleY + originY,
    right: bounds.right * scaleX + originX,
    bottom: bounds.bottom * scaleY + originY,
  };
}
