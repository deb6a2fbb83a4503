import { effect } from "@preact/signals";
import type { Point } from "../../protocol/model/geometry.ts";
import type { Editor } from "../editor/editor.ts";
import { cornersOf } from "../editor/geometry/frame.ts";
import type { Point as StagePoint, Stage } from "../stage/stage-api.ts";
import type { Guides } from "./guides.ts";
import type { Words } from "../words/en.ts";
import type { KeyboardAim } from "./keyboard-aim.ts";
import { drawGrid } from "./draw-grid.ts";
import { circle, drawTwice, linePath, round } from "./svg-lines.ts";
import type { KeyboardGrid } from "./keyboard-grid.ts";
import type { Handle } from "./selecting/handles.ts";
import { shownFrame } from "./selecting/handles.ts";
import type { SelectedHandles } from "./selecting/selected-handles.ts";
import { createSvg } from "../stage/svg.ts";
import { toStage } from "./tool.ts";

/** Radii in stage pixels, with a mouse and with a finger. */
const RADII = {
  mouse: { corner: 5.5, between: 3.5, square: 5 },
  touch: { corner: 11, between: 7, square: 11 },
};
const CROSS = 12;
/** Frames of so many selected marks are drawn one by one; beyond, only that around all of them. */
const FRAMES_MAX = 500;

interface OverlayParts {
  editor: Editor;
  stage: Stage;
  guides: Guides;
  selected: SelectedHandles;
  keyboard: KeyboardAim;
  grid: KeyboardGrid;
  words: Words;
}

/**
 * Draws what the tools show over the picture: frames, handles, guides, the crosshair. Everything is made of our own
 * numbers, once for each change that is seen.
 */
export function drawOverlay({
  editor,
  stage,
  guides,
  selected,
  keyboard,
  grid,
  words,
}: OverlayParts): () => void {
  const layer = createSvg("g");
  stage.toolLayer.append(layer);
  const place = (point: Point): StagePoint => toStage(stage, point);
  let drawn = "";
  const stop = effect(() => {
    // The view moves: so does all that is drawn here.
    void stage.view.value;
    const radii = selected.isTouch.value ? RADII.touch : RADII.mouse;
    const parts = [
      ...drawSelection(editor, stage, selected, place),
      ...selected.handles.value.map((handle) => drawHandle(handle, selected, radii)),
      ...drawGuides(guides, place),
      ...drawPlaced(editor, place, radii),
    ];
    if (grid.area.value) parts.push(...drawGrid(grid.area.value, words.keys.grid, place));
    const { at } = keyboard;
    if (at.value) parts.push(drawCross(place(at.value)));
    const svg = parts.join("");
    if (svg !== drawn) layer.innerHTML = svg;
    drawn = svg;
  });
  return () => {
    stop();
    layer.remove();
  };
}

function drawSelection(
  editor: Editor,
  stage: Stage,
  selected: SelectedHandles,
  place: (point: Point) => StagePoint,
): string[] {
  const { cornered, frame, frames, sizes } = selected;
  const mark = cornered.value;
  if (mark) return drawTwice(linePath(mark.geometry.points.map(place), mark.type === "polygon"));
  if (!frame.value || editor.drawing.value) return [];
  const shown = frames.value.length > FRAMES_MAX ? [] : [...frames.value];
  if (frames.value.length !== 1) shown.push(frame.value);
  const { scale } = stage.view.value;
  const paths = shown.map((each) =>
    linePath(cornersOf(shownFrame(each, scale, sizes.value)).map(place), true),
  );
  return drawTwice(paths.join(""));
}

function drawHandle(handle: Handle, { corner }: SelectedHandles, radii: (typeof RADII)["mouse"]): string {
  const { x, y } = handle.on;
  switch (handle.kind) {
    case "frame": {
      const half = radii.square;
      return `<rect class="handle" x="${round(x - half)}" y="${round(y - half)}" width="${2 * half}" height="${2 * half}" rx="2"/>`;
    }
    case "turn": {
      const stem = linePath([handle.stem, handle.on], false);
      return drawTwice(stem).join("") + circle("handle", handle.on, radii.corner);
    }
    case "between":
      return circle("handle between", handle.on, radii.between);
    case "vertex": {
      const chosen = corner.value;
      const isChosen = chosen?.id === handle.id && chosen.at === handle.at;
      return circle(
        isChosen ? "handle first" : "handle",
        handle.on,
        isChosen ? radii.corner + 2 : radii.corner,
      );
    }
  }
}

function drawGuides(guides: Guides, place: (point: Point) => StagePoint): string[] {
  const { point, segments } = guides.shown.value;
  const parts = segments.flatMap((segment) => drawTwice(linePath(segment.map(place), false)));
  if (point) parts.push(circle("guide-under", place(point), 6), circle("guide", place(point), 6));
  const box = guides.box.value;
  if (box) {
    const corners: Point[] = [
      [box.left, box.top],
      [box.right, box.top],
      [box.right, box.bottom],
      [box.left, box.bottom],
    ];
    parts.push(...drawTwice(linePath(corners.map(place), true), "next"));
  }
  return parts;
}

/** The corners of the polyline or polygon that is being drawn: the first one closes it. */
function drawPlaced(
  editor: Editor,
  place: (point: Point) => StagePoint,
  radii: (typeof RADII)["mouse"],
): string[] {
  const drawing = editor.drawing.value;
  if (drawing?.type !== "polygon" && drawing?.type !== "polyline") return [];
  const [mark] = editor.preview.value.values();
  if (!mark || !("points" in mark.geometry)) return [];
  const placed = mark.geometry.points.slice(0, drawing.points).map(place);
  return placed.map((on, at) =>
    at === 0 && drawing.type === "polygon"
      ? circle("handle first", on, radii.corner + 2)
      : circle("handle", on, radii.corner),
  );
}

function drawCross({ x, y }: StagePoint): string {
  const arms = `M${round(x)} ${round(y - CROSS)}v${2 * CROSS}M${round(x - CROSS)} ${round(y)}h${2 * CROSS}`;
  return drawTwice(arms).join("");
}
