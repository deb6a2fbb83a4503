import { computed, effect, signal } from "@preact/signals";
import type { Client } from "../../client/rest/create-client.ts";
import type { Editor } from "../editor/editor.ts";
import { Film } from "./film.ts";
import { Gestures } from "./gestures.ts";
import { Photo } from "./photo.ts";
import type { Stage, ToolPointer } from "./stage-api.ts";
import type { Area } from "./view-geometry.ts";
import { Viewport } from "./viewport.ts";

const SVG = "http://www.w3.org/2000/svg";

export interface StageOptions {
  /** Where the service is. */
  service: string;
  client: Client;
  /** The token now; null: the service runs without a secret. */
  token: () => string | null;
}

/** Makes the stage of an editor: everything that shows the picture and the marks on it. */
export function createStage(editor: Editor, { client, token }: StageOptions): Stage {
  const element = html("stage");
  const film = new Film();
  const photo = new Photo(client, () => token() !== null);
  const overlay = svg("overlay");
  const diffLayer = document.createElementNS(SVG, "g");
  overlay.append(diffLayer);
  const toolLayer = svg("tool-layer");
  const picture = html("picture");
  picture.tabIndex = 0;
  const pinLayer = html("pins");
  pinLayer.dataset["pins"] = "";
  element.append(film.element, photo.element, overlay, toolLayer, picture, pinLayer);

  const viewport = new Viewport();
  const listeners = new Set<(pointer: ToolPointer) => void>();
  const gestures = new Gestures({
    element,
    picture,
    viewport,
    isHand: () => editor.tool.value === "hand",
    tell: (pointer) => {
      for (const listener of Array.from(listeners)) listener(pointer);
    },
  });

  const shown = computed(() => editor.moment.value?.document ?? editor.document.value);
  const placements = signal(0);
  photo.onLoad = () => placements.value++;
  const stops = [
    effect(() => {
      const document = shown.value;
      if (!document) return;
      film.setPicture(document.image !== null);
      photo.set(document);
      if (document.width !== null && document.height !== null)
        viewport.setSize({ width: document.width, height: document.height });
      placements.value = placements.peek() + 1;
    }),
    effect(() => {
      const view = viewport.view.value;
      const size = viewport.size.value;
      void placements.value;
      film.place(view, size);
      photo.place(view);
      picture.style.width = `${size.width * view.scale}px`;
      picture.style.height = `${size.height * view.scale}px`;
      const move = `translate(${view.x}px, ${view.y}px)`;
      picture.style.transform = move;
      diffLayer.setAttribute("transform", `matrix(${view.scale} 0 0 ${view.scale} ${view.x} ${view.y})`);
    }),
    effect(() => {
      element.toggleAttribute("data-hand", editor.tool.value === "hand");
    }),
  ];
  const observer = new ResizeObserver(() => {
    film.measure();
    viewport.setArea(measureArea(element, film.margin));
  });
  observer.observe(element, { box: "border-box" });

  const isDrawn = computed(() => shown.value !== null && photo.isSharp.value);
  stops.push(
    effect(() => {
      element.toggleAttribute("data-drawn", isDrawn.value);
    }),
  );

  return {
    element,
    picture,
    view: viewport.view,
    size: viewport.size,
    gesture: gestures.gesture,
    isDrawn,
    toolLayer,
    diffLayer,
    pinLayer,
    toImage: (point) => viewport.toImage(point),
    toStage: (point) => viewport.toStage(point),
    locate: (event) => gestures.locate(event),
    onPointer: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    hitTest: () => [],
    boundsOf: () => undefined,
    fit: () => viewport.fit(),
    zoomTo: (scale, at) => viewport.zoomTo(scale, at),
    panBy: (dx, dy) => viewport.panBy(dx, dy),
    reveal: (box) => viewport.reveal(box),
    fitTo: (box) => viewport.fitTo(box),
    follow: (view) => viewport.follow(view),
    seen: viewport.seen,
    close: () => {
      observer.disconnect();
      for (const stop of stops) stop();
      gestures.close();
      photo.close();
    },
  };
}

/** The size of the stage, and what sheets cover of it: its own padding and the film's margin. */
function measureArea(element: HTMLElement, margin: Area["covered"]): Area {
  const { width, height } = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const padding = (value: string): number => Number.parseFloat(value) || 0;
  return {
    width,
    height,
    covered: {
      left: padding(style.paddingLeft) + margin.left,
      top: padding(style.paddingTop) + margin.top,
      right: padding(style.paddingRight) + margin.right,
      bottom: padding(style.paddingBottom) + margin.bottom,
    },
  };
}

function html(name: string): HTMLDivElement {
  const element = document.createElement("div");
  element.className = name;
  return element;
}

function svg(name: string): SVGSVGElement {
  const element = document.createElementNS(SVG, "svg");
  element.setAttribute("class", name);
  return element;
}
