import type { ImageAnnotation, ImageAnnotator } from "@annotorious/annotorious";
import type { PresenceEntry } from "../../protocol/wire/down.ts";
import type { Room } from "../room-api.ts";

export interface OthersOptions {
  /** Whether others are shown where one points and what one has selected, and the other way round. By default, yes. */
  cursors?: boolean | undefined;
}

type Watched<E> = Pick<ImageAnnotator<ImageAnnotation, E>, "state" | "element" | "on" | "off">;

const SVG = "http://www.w3.org/2000/svg";
const CURSOR_RADIUS = 5;
const NAME_SIZE = 13;

/**
 * Tells the others what the user points at and has selected (`cursor` in pixels of the image, and `selection`), and shows
 * theirs above the image, in elements of the class `acetate-others`. Returns how to stop.
 */
export function showOthers<E>(anno: Watched<E>, room: Room, { cursors = true }: OthersOptions): () => void {
  // The viewer for deep zoom has another layer, whose picture moves under it.
  const layer = anno.element.querySelector<SVGSVGElement>("svg.a9s-annotationlayer");
  if (!cursors || !layer) return () => {};
  const { store, selection } = anno.state;
  const overlay = make("svg", { class: "acetate-others" });
  overlay.style.cssText =
    "position:absolute;inset:0;width:100%;height:100%;overflow:hidden;pointer-events:none";
  anno.element.append(overlay);

  const point = ({ clientX, clientY }: PointerEvent): void => {
    const { left, top, width, height } = layer.getBoundingClientRect();
    const box = layer.viewBox.baseVal;
    if (width === 0 || height === 0) return;
    const cursor = { x: ((clientX - left) / width) * box.width, y: ((clientY - top) / height) * box.height };
    room.presence.update({ cursor });
  };
  const leave = (): void => room.presence.update({ cursor: null });
  const show = (): void => {
    const { width } = layer.getBoundingClientRect();
    overlay.setAttribute("viewBox", layer.getAttribute("viewBox") ?? "");
    const pixel = width > 0 ? layer.viewBox.baseVal.width / width : 1;
    overlay.replaceChildren(...room.others.value.flatMap((other) => drawOther(other, pixel, store)));
  };

  anno.element.addEventListener("pointermove", point);
  anno.element.addEventListener("pointerleave", leave);
  store.observe(show);
  const stopOthers = room.others.subscribe(show);
  const select = (): void => {
    room.presence.update({ selection: (selection.selected ?? []).map(({ id }) => id) });
  };
  anno.on("selectionChanged", select);
  return () => {
    anno.element.removeEventListener("pointermove", point);
    anno.element.removeEventListener("pointerleave", leave);
    store.unobserve(show);
    stopOthers();
    anno.off("selectionChanged", select);
    overlay.remove();
    room.presence.update({ cursor: null, selection: [] });
  };
}

/** Others may show anything of themselves. */
function drawOther(
  { connectionId, actorId, name, state }: PresenceEntry,
  pixel: number,
  store: Watched<unknown>["state"]["store"],
): SVGElement[] {
  const { cursor, selection } = state;
  const color = colorOf(connectionId);
  const drawn: SVGElement[] = [];
  for (const id of Array.isArray(selection) ? selection : []) {
    const annotation = typeof id === "string" ? store.getAnnotation(id) : undefined;
    if (!annotation) continue;
    const { minX: x, minY: y, maxX, maxY } = annotation.target.selector.geometry.bounds;
    const frame = {
      x,
      y,
      width: maxX - x,
      height: maxY - y,
      fill: "none",
      stroke: color,
      "stroke-width": 2 * pixel,
    };
    drawn.push(make("rect", { ...frame, "data-id": annotation.id }));
  }
  if (isPlace(cursor)) {
    const { x, y } = cursor;
    const label = make("text", {
      x: x + 2 * CURSOR_RADIUS * pixel,
      y: y + CURSOR_RADIUS * pixel,
      fill: color,
      "font-size": NAME_SIZE * pixel,
    });
    label.textContent = name ?? actorId;
    drawn.push(make("circle", { cx: x, cy: y, r: CURSOR_RADIUS * pixel, fill: color }), label);
  }
  return drawn;
}

function make<Name extends "svg" | "rect" | "circle" | "text">(
  name: Name,
  attributes: Record<string, string | number>,
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/** The same colour for the same connection everywhere. */
function colorOf(connectionId: string): string {
  let hash = 0;
  for (const char of connectionId) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 360;
  return `hsl(${hash} 80% 40%)`;
}

function isPlace(value: unknown): value is { x: number; y: number } {
  if (typeof value !== "object" || value === null || !("x" in value && "y" in value)) return false;
  return Number.isFinite(value.x) && Number.isFinite(value.y);
}
