import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
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
import { type Area, toStageBox } from "./view-geometry.ts";
import { Viewport } from "./viewport.ts";
import { createSvg } from "./svg.ts";

export interface StageOptions {
  /** Where the service is. */
  service: string;
  client: Client;
  /** The token now; null: the service runs without a secret. */
  token: () => string | null;
  /** What people without a name are called. */
  guest: string;
}

/** How far beside a mark a press still finds it, in stage pixels. */
const TOLERANCE = 6;
const TOLERANCE_OF_FINGER = 14;

/** Makes the stage of an editor: everything that shows the picture and the marks on it. */
export function createStage(editor: Editor, { service, client, token, guest }: StageOptions): Stage {
  const element = html("stage");
  const picture = html("picture");
  picture.tabIndex = 0;
  const viewport = new Viewport();
  const { view, size, isMoving } = viewport;
  const scale = computed(() => view.value.scale);
  const film = new Film();
  const photo = new Photo(client, () => token() !== null);

  /** Made below, of what the marks are painted with. Nobody drags a text before. */
  let finder: MarkFinder | null = null;
  const { people, drafts } = watchOthers(editor, guest, editor.markById, (mark) =>
    finder?.boundsOf(mark, size.peek()),
  );
  /** Marks that the overlay draws instead of the painter. */
  const changing = computed(() => {
    const byId = new Map(drafts.value.map((mark) => [mark.id, mark]));
    for (const [id, mark] of editor.preview.value) byId.set(id, mark);
    return byId;
  });
  // Something is drawn most of the time: what it leaves out of the painting must not seem to change each time.
  const leftOut = keepWhileSame(() => {
    const ids = Array.from(changing.value.keys()).filter((id) => editor.markById.value.has(id));
    return new Set([...editor.hidden.value, ...ids]);
  });
  const marksLayer = new MarksLayer({
    service,
    isLoaded: editor.isLoaded,
    marks: editor.marks,
    markById: editor.markById,
    leftOut,
    picture: size,
    view,
    isMoving,
    stage: viewport.area,
  });
  const { texts } = marksLayer;
  // While the view moves, the photo gets sharp together with the marks: that is one costly frame instead of two.
  const detail = computed(() => (isMoving.value && marksLayer.paintedScale.value) || scale.value);
  const visibleChanges = computed(() =>
    Array.from(changing.value.values()).filter(({ id }) => !editor.hidden.value.has(id)),
  );
  const overlay = new Overlay({
    marks: computed(() => [...marksLayer.lingering.value, ...visibleChanges.value]),
    picture: size,
    texts,
  });
  const found = new MarkFinder(texts.measure);
  finder = found;
  const find = (id: string): Annotation | undefined =>
    changing.value.get(id) ?? editor.markById.value.get(id);
  const peopleLayer = new PeopleLayer({
    people,
    scale,
    marks: computed(() => [editor.markById.value, changing.value, editor.hidden.value, size.value]),
    find: (id) => (editor.hidden.value.has(id) ? undefined : find(id)),
    boundsOf: (mark) => found.boundsOf(mark, size.peek()),
  });

  const diffLayer = createSvg("g");
  const drawn = createSvg("g");
  drawn.append(overlay.element, peopleLayer.outlines, diffLayer);
  const probe = html("direction-probe");
  const overlayRoot = createSvg("svg", { class: "overlay" });
  overlayRoot.setAttribute("aria-hidden", "true");
  overlayRoot.append(drawn);
  const toolLayer = createSvg("svg", { class: "tool-layer" });
  const pinLayer = html("pins");
  pinLayer.dataset["pins"] = "";
  // All of the world has its origin at the picture's and moves together; the picture and the painted marks are scaled
  // together. So a frame of a pan changes one style, and one of a zoom two. Lines of SVG would get blurred that way.
  const world = html("world");
  const scaled = html("scaled");
  for (const each of [world, scaled]) keepMoving(each);
  scaled.append(picture, photo.element, marksLayer.element);
  world.append(film.element, scaled, overlayRoot, pinLayer, peopleLayer.element);
  element.append(world, toolLayer, probe);

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

  /** Whether the picture covers the whole stage, and so hides its film. */
  const fillsStage = computed(() => {
    const { left, top, right, bottom } = toStageBox(view.value, {
      left: 0,
      top: 0,
      right: size.value.width,
      bottom: size.value.height,
    });
    const { width, height } = viewport.area.value;
    return left <= 0 && top <= 0 && right >= width && bottom >= height;
  });
  const shown = computed(() => editor.moment.value?.document ?? editor.document.value);
  const placements = signal(0);
  photo.onLoad = () => placements.value++;
  const isDrawn = computed(
    () => shown.value !== null && editor.isLoaded.value && photo.isSharp.value && marksLayer.isPainted.value,
  );
  const stops = [
    editor.room.on("message", (message) => {
      if (message.type !== "state_page" || message.part !== "annotations") return;
      if (message.items.some(({ type }) => type === "text")) marksLayer.expectTexts();
    }),
    effect(() => {
      // The network is back.
      if (editor.status.value.state === "live") marksLayer.retryTexts();
    }),
    effect(() => {
      void texts.changes.value;
      found.forget();
    }),
    effect(() => {
      const document = shown.value;
      if (!document) return;
      photo.set(document);
      if (document.width !== null && document.height !== null)
        viewport.setSize({ width: document.width, height: document.height });
      placements.value = placements.peek() + 1;
    }),
    effect(() => {
      picture.toggleAttribute("data-waiting", photo.isAwaited.value);
    }),
    effect(() => {
      const { width, height } = size.value;
      picture.style.width = `${width}px`;
      picture.style.height = `${height}px`;
    }),
    effect(() => {
      void placements.value;
      photo.place(scale.value, detail.value);
      scaled.style.transform = `scale(${scale.value})`;
      drawn.setAttribute("transform", `scale(${scale.value})`);
    }),
    effect(() => {
      void placements.value;
      if (!fillsStage.value) film.place(scale.value, size.value, isMoving.value);
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
  // What sheets cover changes the content box; another direction changes the probe.
  observer.observe(element, { box: "content-box" });
  observer.observe(probe);

  return {
    element,
    picture,
    view,
    scale,
    detail,
    size,
    area: viewport.area,
    gesture: gestures.gesture,
    isDrawn,
    failedTexts: marksLayer.failedTexts,
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
    hitTest: (point, { withLocked = false } = {}) =>
      found.find(
        editor.marks.value,
        viewport.toImage(point),
        (gestures.isTouch ? TOLERANCE_OF_FINGER : TOLERANCE) / view.value.scale,
        size.value,
        editor.hidden.value,
        withLocked,
      ),
    boundsOf: (id) => {
      const mark = find(id);
      return mark && found.boundsOf(mark, size.value);
    },
    fit: () => viewport.fit(),
    zoomTo: (scale, at) => viewport.zoomTo(scale, at),
    panBy: (dx, dy) => viewport.panBy(dx, dy),
    reveal: (box) => viewport.reveal(box),
    fitTo: (box) => viewport.fitTo(box),
    follow: (seen) => viewport.follow(seen),
    seen: viewport.seen,
    free: viewport.free,
    close: () => {
      observer.disconnect();
      for (const stop of stops) stop();
      for (const part of [viewport, gestures, photo, marksLayer, overlay, peopleLayer]) part.close();
    },
  };
}

function pixels(value: string): number {
  return Number.parseFloat(value) || 0;
}

/** The same set as long as it has the same members. */
function keepWhileSame(read: () => ReadonlySet<string>): ReadonlySignal<ReadonlySet<string>> {
  let kept: ReadonlySet<string> = new Set();
  return computed(() => {
    const next = read();
    if (next.size !== kept.size || Array.from(next).some((id) => !kept.has(id))) kept = next;
    return kept;
  });
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
