import { initWasm, Resvg } from "@resvg/resvg-wasm";
import resvgModule from "../../../generated/resvg.wasm";
import type { Bounds } from "../../scene/bounds.ts";
import { uniteBounds } from "../../scene/bounds.ts";
import { isEmpty, type Drawing } from "../../scene/draw-annotation.ts";
import type { Paint } from "../../scene/paint.ts";
import {
  sceneGroupEnd,
  sceneGroupStart,
  sceneSvgEnd,
  sceneSvgStart,
  type View,
  type Viewport,
} from "../../scene/scene-svg.ts";
import type { Stroke } from "../../scene/shape.ts";
import { LAYER_MS, timeElements, timeStroke } from "./drawing-time.ts";
import { coverStroke, strideOf, type Coverage } from "./stroke-coverage.ts";

let ready: Promise<void> | undefined;

/** Readies the rasterizer, once in an isolate. */
export function initOverlay(): Promise<void> {
  ready ??= initWasm(resvgModule);
  return ready;
}

/** Where a layer lies in its window: whole pixels. */
interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A piece of a drawn window, to be blended at its place. It is good until the next one is asked for. */
export type Layer = PixelLayer | StrokeLayer;

/** Premultiplied RGBA, to be blended with `opacity`. */
export interface PixelLayer extends Place {
  opacity: number;
  pixels: Uint8Array;
}

/** One colour, to be blended as far as a stroke covers the pixels. */
export interface StrokeLayer extends Place {
  paint: Paint;
  coverage: Coverage;
}

/** Characters of SVG that are drawn at once: parsed, a path takes several times its text. */
const LAYER_CHARACTERS = 128 * 1024;

/**
 * Draws what touches the window, as layers from bottom to top, none larger than what is drawn on it. The rows of a drawing that takes
 * long are several layers, which gives the same picture. Needs `initOverlay`.
 *
 * A translucent drawing is a layer of its own, blended by us: resvg would draw an SVG group's opacity on a canvas of up to 25 times
 * the window, and panics where the group lies further outside.
 */
export function* drawOverlay(drawings: readonly Drawing[], window: Viewport): Generator<Layer> {
  const coverage = new CoverageBuffer();
  let batch: Drawing[] = [];
  let characters = 0;
  let ms = 0;
  for (const drawing of drawings) {
    const place = isEmpty(drawing) ? undefined : cropWindow([drawing], window);
    if (!place) continue;
    const { svg, stroke, opacity, visible } = drawing;
    const part = Math.min(1, place.height / Math.max(1, visible.height * window.scaleY));
    const time = timeElements(drawing, window);
    const rowsMs = time.rows * part;
    const alone = stroke !== undefined || opacity < 1 || rowsMs > LAYER_MS;
    const full = characters + svg.length > LAYER_CHARACTERS || ms + time.again + rowsMs > LAYER_MS;
    if (alone || full) {
      yield* rasterizeAll(batch, window);
      batch = [];
      characters = 0;
      ms = 0;
    }
    if (!alone) {
      batch.push(drawing);
      characters += svg.length;
      ms += time.again + rowsMs;
      continue;
    }
    if (svg !== "") {
      for (const rows of partRows(place, rowsMs)) yield rasterize([drawing], rows, window);
    }
    if (stroke) {
      const strokeMs = timeStroke(stroke, visible, window).rows * part;
      for (const rows of partRows(place, strokeMs)) yield coverage.layer(stroke, rows, window);
    }
  }
  yield* rasterizeAll(batch, window);
}

/** The rows of a place, in parts that take `LAYER_MS` if all of them take `ms`. */
function* partRows(place: Place, ms: number): Generator<Place> {
  const count = Math.min(place.height, Math.max(1, Math.ceil(ms / LAYER_MS)));
  const partHeight = Math.ceil(place.height / count);
  for (let from = 0; from < place.height; from += partHeight) {
    yield { ...place, top: place.top + from, height: Math.min(partHeight, place.height - from) };
  }
}

function* rasterizeAll(drawings: readonly Drawing[], window: Viewport): Generator<PixelLayer> {
  const place = cropWindow(drawings, window);
  if (place) yield rasterize(drawings, place, window);
}

/** The SVG elements of drawings that have one opacity. */
function rasterize(drawings: readonly Drawing[], place: Place, window: Viewport): PixelLayer {
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

/** Holds what one stroke covers, as many times as there are strokes. */
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

/** The part of the window that drawings may touch, in whole pixels; undefined: none. */
function cropWindow(drawings: readonly Drawing[], window: Viewport): Place | undefined {
  const [first, ...rest] = drawings;
  if (!first) return undefined;
  const bounds = toOutput(
    rest.reduce((united, drawing) => uniteBounds(united, drawing.bounds), first.bounds),
    window,
  );
  // One pixel more on each side: antialiasing, and the rasterizer's 32-bit floats.
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
