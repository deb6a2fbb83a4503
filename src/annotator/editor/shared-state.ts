import type { Style } from "../../protocol/model/annotation.ts";
import type { Shape } from "../../protocol/model/geometry.ts";
import type { Transform } from "./geometry/transform-mark.ts";
import { isCoordinate, isRecord, readShape, readStyle } from "./read-shape.ts";
import { readPoint, readTransform } from "./read-transform.ts";

/**
 * What each annotator shows to the others as its presence (4 KiB at most). What others sent is checked by
 * `readSharedState`: it may come from any client.
 */
export interface SharedState {
  /** Image pixels. Absent: the pointer is elsewhere. */
  cursor?: [x: number, y: number];
  /** Ids of selected annotations, the first few. */
  selection?: string[];
  /** What is being drawn, or dragged alone, with few enough points. `id`: it takes the place of that annotation. */
  draft?: Draft;
  /** What is being dragged together. */
  drag?: SharedDrag;
  /** The part of the picture on the screen, for those who follow: its centre in image pixels, and its width. */
  view?: { x: number; y: number; width: number };
}

export type Draft = Shape & { id?: string; style?: Partial<Style>; text?: string };

export interface SharedDrag {
  /** Rises with each drag of this connection: the marks begin the next one where they are by then. */
  gesture: number;
  /** The marks, the first few. */
  ids: string[];
  /** Where they are, seen from where they began. */
  transform: Transform;
}

/** More of what one person selected is not shown. */
const SELECTION_MAX = 100;
/** Of more marks that are dragged together, the others stay where they are until the drag ends: so many ids fit. */
export const DRAG_MAX = 70;
/** As long as any id. */
const ID_MAX = 128;

/** Reads what another client shows. Members that are not as they should be are left out. */
export function readSharedState(state: Readonly<Record<string, unknown>>): SharedState {
  const cursor = readCursor(state["cursor"]);
  const selection = state["selection"];
  const draft = readDraft(state["draft"]);
  const drag = readDrag(state["drag"]);
  const view = readView(state["view"]);
  return {
    ...(cursor && { cursor }),
    ...(Array.isArray(selection) && { selection: selection.slice(0, SELECTION_MAX).filter(isId) }),
    ...(draft && { draft }),
    ...(drag && { drag }),
    ...(view && { view }),
  };
}

function readDraft(value: unknown): Draft | undefined {
  if (!isRecord(value)) return undefined;
  const shape = readShape(value["type"], value["geometry"]);
  if (!shape) return undefined;
  const { id, text } = value;
  const style = readStyle(value["style"]);
  return {
    ...shape,
    ...(isId(id) && { id }),
    ...(style && { style }),
    ...(typeof text === "string" && { text }),
  };
}

function readDrag(value: unknown): SharedDrag | undefined {
  if (!isRecord(value)) return undefined;
  const { gesture, ids } = value;
  const transform = readTransform(value["transform"]);
  if (!transform || !Number.isSafeInteger(gesture) || !Array.isArray(ids)) return undefined;
  return { gesture: Number(gesture), ids: ids.slice(0, DRAG_MAX).filter(isId), transform };
}

function readView(value: unknown): SharedState["view"] {
  if (!isRecord(value)) return undefined;
  const { x, y, width } = value;
  if (!isCoordinate(x) || !isCoordinate(y) || !isCoordinate(width) || width <= 0) return undefined;
  return { x, y, width };
}

/** Applications of their own write it as `{x, y}` (docs/client.md). */
function readCursor(value: unknown): [number, number] | undefined {
  return readPoint(isRecord(value) ? [value["x"], value["y"]] : value);
}

function isId(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= ID_MAX;
}
