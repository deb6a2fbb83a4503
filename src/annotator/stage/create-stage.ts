import { computed, effect, signal } from "@preact/signals";
import type { Annotation } from "../../protocol/model/annotation.ts";
import type { Client } from "../../client/rest/create-client.ts";
import type { Editor } from "../editor/editor.ts";
import { Film } from "./film.ts";
import { Gestures } from "./gestures.ts";
import { keepMoving } from "./keep-moving.ts";
import { MarkFinder } from "./mark-finder.ts";
import { MarksLayer } from "./marks-layer.ts";
import { watchOthers } from "./others.ts";
import { Overlay } from "./overlay.ts";
import { PeopleLayer } from "./people-layer.ts";
import { Photo } from "./photo.ts";
import type { Stage, ToolPointer } from "./stage-api.ts";
import type { Area } from "./view-geometry.ts";
import { Viewport } from "./viewport.ts";
import { createSvg } from "./svg.ts";

export interface StageOptions {
  /** Where the service is. */
  service: string;
  client: Client;
  /** The token now; null: the service runs without a secret. */
  token: () => string | null;
}

/** How far beside a mark a press still finds it, in stage pixels. */
const TOLERANCE = 6;
const TOLERANCE_OF_FINGER = 14;

/** Makes the stage of an editor: everything that shows the picture and the marks on it. */
export function createStage(editor: Editor, { service, client, token }: StageOptions): Stage {
  const element = html("stage");
  const picture = html("picture");
  picture.tabIndex = 0;
  const viewport = new Viewport();
  const { view, size } = viewport;
  const scale = computed(() => view.value.scale);
  const film = new Film();
  const photo = new Photo(client, () => token() !== null);

  const { people, drafts } = watchOthers(editor);
  /** Marks that the overlay draws instead of the painter. */
  const changing = computed(() => {
    const byId = new Map(drafts.value.map((mark) => [mark.id, mark]));
    for (const [id, mark] of editor.preview.value) byId.set(id, mark);
    return byId;
  });
  const leftOut = computed(() => new Set([...editor.hidden.value, ...changing.value.keys()]));
  const marksLayer = new MarksLayer({
    service,
    marks: editor.marks,
    leftOut,
    picture: size,
    view,
    scale,
    stage: viewport.area,
  });
  const { texts } = marksLayer;
  const visibleChanges = computed(() =>
    Array.from(changing.value.values()).filter(({ id }) => !editor.hidden.value.has(id)),
  );
  const overlay = new Overlay({
    marks: computed(() => [...marksLayer.lingering.value, ...visibleChanges.value]),
    picture: size,
    texts,
  });
  const finder = new MarkFinder(texts.measure);
  const byId = computed(() => new Map([...editor.marks.value.map(withId), ...changing.value]));
  const peopleLayer = new PeopleLayer({
    people,
    scale,
    marks: computed(() => [byId.value, editor.hidden.value, size.value]),
    find: (id) => (editor.hidden.value.has(id) ? undefined : byId.value.get(id)),
    boundsOf: (mark) => finder.boundsOf(mark, size.peek()),
  });

  const diffLayer = createSvg("g");
  const drawn = createSvg("g");
  drawn.append(overlay.element, peopleLayer.outlines, diffLayer);
  const overlayRoot = createSvg("svg", { class: "overlay" });
  overlayRoot.setAttribute("aria-hidden", "true");
  overlayRoot.append(drawn);
  const toolLayer = createSvg("svg", { class: "tool-layer" });
  const pinLayer = html("pins");
  pinLayer.dataset["pins"] = "";
  // What has its origin at the picture's moves together, what is in image pixels scales together: so a frame of a pan or
  // zoom changes few styles. Lines of SVG would get blurred that way.
  const world = html("world");
  const scaled = html("scaled");
  for (const each of [world, scaled]) keepMoving(each);
  scaled.append(picture, photo.element);
  world.append(film.element, scaled, marksLayer.element, overlayRoot, pinLayer, peopleLayer.element);
  element.append(world, toolLayer);

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
  const isDrawn = computed(() => shown.value !== null && photo.isSharp.value && marksLayer.isPainted.value);
  const stops = [
    effect(() => {
      void texts.changes.value;
      finder.forget();
    }),
    effect(() => {
      const document = shown.value;
      if (!document) return;
      picture.toggleAttribute("data-waiting", document.image !== null);
      photo.set(document);
      if (document.width !== null && document.height !== null)
        viewport.setSize({ width: document.width, height: document.height });
      placements.value = placements.peek() + 1;
    }),
    effect(() => {
      const { width, height } = size.value;
      void placements.value;
      film.place(scale.value, size.value);
      photo.place(scale.value);
      picture.style.width = `${width}px`;
      picture.style.height = `${height}px`;
      scaled.style.transform = `scale(${scale.value})`;
      drawn.setAttribute("transform", `scale(${scale.value})`);
    }),
    effect(() => {
      const { x, y } = view.value;
      world.style.transform = `translate(${x}px, ${y}px)`;
    }),
    effect(() => {
      element.toggleAttribute("data-hand", editor.tool.value === "hand");
    }),
    effect(() => {
      element.toggleAttribute("data-drawn", isDrawn.value);
    }),
  ];
  const observer = new ResizeObserver(() => {
    film.measure();
    viewport.setArea(measureArea(element, film.margin));
    placements.value++;
  });
  observer.observe(element, { box: "border-box" });

  return {
    element,
    picture,
    view,
    scale,
    size,
    area: viewport.area,
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
    hitTest: (point, tolerance = gestures.isTouch ? TOLERANCE_OF_FINGER : TOLERANCE) =>
      finder.find(
        editor.marks.value,
        viewport.toImage(point),
        tolerance / view.value.scale,
        size.value,
        editor.hidden.value,
      ),
    boundsOf: (id) => {
      const mark = byId.value.get(id);
      return mark && finder.boundsOf(mark, size.value);
    },
    fit: () => viewport.fit(),
    zoomTo: (scale, at) => viewport.zoomTo(scale, at),
    panBy: (dx, dy) => viewport.panBy(dx, dy),
    reveal: (box) => viewport.reveal(box),
    fitTo: (box) => viewport.fitTo(box),
    follow: (seen) => viewport.follow(seen),
    seen: viewport.seen,
    close: () => {
      observer.disconnect();
      for (const stop of stops) stop();
      for (const part of [gestures, film, photo, marksLayer, overlay, peopleLayer]) part.close();
    },
  };
}

function pixels(value: string): number {
  return Number.parseFloat(value) || 0;
}

function withId(mark: Annotation): [string, Annotation] {
  return [mark.id, mark];
}

/** The size of the stage, and what sheets cover of it: its own padding and the film's margin. */
function measureArea(element: HTMLElement, margin: Area["covered"]): Area {
  const { width, height } = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  return {
    width,
    height,
    covered: {
      left: pixels(style.paddingLeft) + margin.left,
      top: pixels(style.paddingTop) + margin.top,
      right: pixels(style.paddingRight) + margin.right,
      bottom: pixels(style.paddingBottom) + margin.bottom,
    },
  };
}

function html(name: string): HTMLDivElement {
  const element = document.createElement("div");
  element.className = name;
  return element;
}
