import { initWasm, Resvg } from "@resvg/resvg-wasm";
import resvgModule from "@resvg/resvg-wasm/index_bg.wasm";
import type { Bounds } from "../scene/bounds.ts";
import { uniteBounds } from "../scene/bounds.ts";
import type { Drawing } from "../scene/draw-annotation.ts";
import {
  sceneGroupEnd,
  sceneGroupStart,
  sceneSvgEnd,
  sceneSvgStart,
  type View,
  type Viewport,
} from "../scene/scene-svg.ts";

let ready: Promise<void> | undefined;

/** Readies the rasterizer, once in an isolate. */
export function initOverlay(): Promise<void> {
  ready ??= initWasm(resvgModule);
  return ready;
}

/** A piece of a drawn window: premultiplied RGBA, to be blended at (left, top) with `opacity`. */
export interface Layer {
  left: number;
  top: number;
  width: number;
  height: number;
  opacity: number;
  pixels: Uint8Array;
}

/**
 * Characters of SVG that are drawn at once. Layers are blended one after the other, which gives the same picture; parsed, a path
 * takes several times its text, and nothing else is done meanwhile.
 */
const LAYER_CHARACTERS = 128 * 1024;
/**
 * The same of what goes over the whole window: its strokes are long, and a pixel under a stroke takes far longer than a character. Two
 * thousand points that go back and forth over the window take a fifth of a second.
 */
const LAYER_WIDE_CHARACTERS = 24 * 1024;

/**
 * Draws what touches the window, as layers from bottom to top, none larger than what is drawn on it. Needs `initOverlay`.
 *
 * A translucent drawing is a layer of its own, blended by us: resvg would draw an SVG group's opacity on a canvas of up to 25 times
 * the window, and panics where the group lies further outside.
 */
export function* drawOverlay(drawings: readonly Drawing[], window: Viewport): Generator<Layer> {
  let batch: Drawing[] = [];
  let characters = 0;
  let wideCharacters = 0;
  for (const drawing of drawings) {
    const { length } = drawing.svg;
    const crop = length > 0 && cropWindow([drawing], window);
    if (!crop) continue;
    const wide = (length * crop.width * crop.height) / (window.width * window.height);
    const [last] = batch;
    const full = characters + length > LAYER_CHARACTERS || wideCharacters + wide > LAYER_WIDE_CHARACTERS;
    if (last && (full || last.opacity < 1 || drawing.opacity < 1)) {
      yield* rasterize(batch, window);
      batch = [];
      characters = 0;
      wideCharacters = 0;
    }
    batch.push(drawing);
    characters += length;
    wideCharacters += wide;
  }
  yield* rasterize(batch, window);
}

function* rasterize(drawings: readonly Drawing[], window: Viewport): Generator<Layer> {
  const [first] = drawings;
  const crop = cropWindow(drawings, window);
  if (!first || !crop) return;
  const view = { ...window, originX: window.originX - crop.left, originY: window.originY - crop.top };
  const scene = drawings.map((drawing) => drawing.svg).join("");
  const source = sceneSvgStart(crop) + sceneGroupStart(view) + scene + sceneGroupEnd + sceneSvgEnd;
  const svg = new Resvg(source, { font: { loadSystemFonts: false } });
  const image = svg.render();
  const { pixels } = image;
  image.free();
  svg.free();
  yield { ...crop, opacity: first.opacity, pixels };
}

/** The part of the window that drawings may touch, in whole pixels; undefined: none. */
function cropWindow(
  drawings: readonly Drawing[],
  window: Viewport,
): Pick<Layer, "left" | "top" | "width" | "height"> | undefined {
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
