import type { Style } from "../../protocol/model/annotation.ts";
import type { Shape } from "../../protocol/model/geometry.ts";
import { isCoordinate, isRecord, readShape, readStyle } from "./read-shape.ts";

/**
 * What each annotator shows to the others as its presence (4 KiB at most). What others sent is checked by
 * `readSharedState`: it may come from any client.
 */
export interface SharedState {
  /** Image pixels. Absent: the pointer is elsewhere. */
  cursor?: [x: number, y: number];
  /** Ids of selected annotations, the first few. */
  selection?: string[];
  /** What is being drawn or dragged, with few enough points. `id`: it replaces that annotation. */
  draft?: Draft;
  /** The part of the picture on the screen, for those who follow: its centre in image pixels, and its width. */
  view?: { x: number; y: number; width: number };
}

export type Draft = Shape & { id?: string; style?: Partial<Style>; text?: string };

/** More of what one person selected is not shown. */
const SELECTION_MAX = 100;
/** As long as any id. */
const ID_MAX = 128;

/** Reads what another client shows. Members that are not as they should be are left out. */
export function readSharedState(state: Readonly<Record<string, unknown>>): SharedState {
  const cursor = readPoint(state["cursor"]);
  const selection = state["selection"];
  const draft = readDraft(state["draft"]);
  const view = readView(state["view"]);
  return {
    ...(cursor && { cursor }),
    ...(Array.isArray(selection) && { selection: selection.slice(0, SELECTION_MAX).filter(isId) }),
    ...(draft && { draft }),
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

function readView(value: unknown): SharedState["view"] {
  if (!isRecord(value)) return undefined;
  const { x, y, width } = value;
  if (!isCoordinate(x) || !isCoordinate(y) || !isCoordinate(width) || width <= 0) return undefined;
  return { x, y, width };
}

/** Applications of their own write it as `{x, y}` (docs/client.md). */
function readPoint(value: unknown): [number, number] | undefined {
  if (isRecord(value)) return readPoint([value["x"], value["y"]]);
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [x, y] = value as readonly unknown[];
  return isCoordinate(x) && isCoordinate(y) ? [x, y] : undefined;
}

function isId(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= ID_MAX;
}
