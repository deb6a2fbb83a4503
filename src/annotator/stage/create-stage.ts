import { effect, signal } from "@preact/signals";
import type { Editor } from "../editor/editor.ts";
import type { Point, Stage, View } from "./stage-api.ts";

const SVG = "http://www.w3.org/2000/svg";

/** Makes the stage of an editor. A first one: the picture, and no marks yet. */
export function createStage(editor: Editor, service: string): Stage {
  const element = document.createElement("div");
  element.className = "stage";
  const image = document.createElement("img");
  image.alt = "";
  const toolLayer = document.createElementNS(SVG, "svg");
  element.append(image, toolLayer);
  const view = signal<View>({ scale: 1, x: 0, y: 0 });
  const size = signal({ width: 1_000, height: 1_000 });
  const toImage = ({ x, y }: Point): Point => ({
    x: (x - view.value.x) / view.value.scale,
    y: (y - view.value.y) / view.value.scale,
  });
  const stop = effect(() => {
    const document = editor.document.value;
    if (document?.image) image.src = new URL(document.image.url, service).href;
  });
  return {
    element,
    view,
    size,
    toolLayer,
    toImage,
    toStage: ({ x, y }) => ({
      x: x * view.value.scale + view.value.x,
      y: y * view.value.scale + view.value.y,
    }),
    locate: (event) => ({ x: event.offsetX, y: event.offsetY }),
    hitTest: () => [],
    boundsOf: () => undefined,
    fit: () => undefined,
    zoomTo: () => undefined,
    panBy: () => undefined,
    reveal: () => undefined,
    fitTo: () => undefined,
    close: stop,
  };
}
