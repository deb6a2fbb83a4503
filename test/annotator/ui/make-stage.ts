import { signal } from "@preact/signals";
import type { Stage } from "../../../src/annotator/stage/stage-api.ts";
import { createSvg } from "../../../src/annotator/stage/svg.ts";

/** A stage without a picture: marks have no bounds, and nothing moves the view. */
export function makeStage(): Stage {
  const size = { width: 1_200, height: 800 };
  const none = (): void => {};
  return {
    element: document.createElement("div"),
    picture: document.createElement("div"),
    view: signal({ scale: 1, x: 0, y: 0 }),
    scale: signal(1),
    detail: signal(1),
    size: signal(size),
    area: signal(size),
    gesture: signal("none"),
    isDrawn: signal(true),
    failedTexts: signal(0),
    toolLayer: createSvg("svg"),
    diffLayer: createSvg("g"),
    pinLayer: document.createElement("div"),
    toImage: (point) => point,
    toStage: (point) => point,
    locate: ({ clientX, clientY }) => ({ x: clientX, y: clientY }),
    onPointer: () => none,
    hitTest: () => [],
    boundsOf: () => undefined,
    fit: none,
    zoomTo: none,
    panBy: none,
    reveal: none,
    fitTo: none,
    follow: none,
    free: signal({ left: 0, top: 0, right: size.width, bottom: size.height }),
    seen: signal({ x: 0, y: 0, width: size.width }),
    close: none,
  };
}
