import { initWasm, Resvg } from "@resvg/resvg-wasm";
import resvgModule from "../../../generated/resvg.wasm";
import {
  sceneGroupEnd,
  sceneGroupStart,
  sceneSvgEnd,
  sceneSvgStart,
  type View,
} from "../../scene/scene-svg.ts";
import type { Place } from "./layer.ts";

let ready: Promise<void> | undefined;

/** Initializes resvg, once in an isolate. */
export function initRasterizer(): Promise<void> {
  ready ??= initWasm(resvgModule);
  return ready;
}

/**
 * Draws SVG elements in image pixels as premultiplied RGBA. `view` maps image pixels to those of the place. Needs
 * `initRasterizer`.
 */
export function rasterize(elements: string, definitions: string, place: Place, view: View): Uint8Array {
  const defs = definitions === "" ? "" : `<defs>${definitions}</defs>`;
  const source = sceneSvgStart(place) + defs + sceneGroupStart(view) + elements + sceneGroupEnd + sceneSvgEnd;
  const svg = new Resvg(source, { font: { loadSystemFonts: false } });
  const image = svg.render();
  const { pixels } = image;
  image.free();
  svg.free();
  return pixels;
}
