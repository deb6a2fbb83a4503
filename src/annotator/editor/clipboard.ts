import type { Annotation, AnnotationDraft } from "../../protocol/model/annotation.ts";
import { LABEL_MAX, LABELS_MAX, METADATA_MAX_BYTES, TEXT_MAX, Z_INDEX_MAX } from "../../protocol/limits.ts";
import { utf8Length } from "./utf8-length.ts";
import { hasEnoughPoints } from "./geometry/vertices.ts";
import { isRecord, isWithin, readShape, readStyle } from "./read-shape.ts";

/** Marks that are pasted at once: each becomes a change of its own. */
export const PASTE_MAX = 1_000;
/** Characters of a clipboard that are read at all: room for a thousand marks, not for a film. */
const CLIPBOARD_MAX = 8 * 1024 * 1024;

/** What tells our text on a clipboard from any other. */
const KIND = "acetate/marks";

export type Clipping = { marks: AnnotationDraft[] } | { refused: "other" | "tooMany" };

/** Marks as text for a clipboard: pasted into another document, they are the same but for their ids. */
export function writeClipping(marks: readonly Annotation[]): string {
  const copies = marks.map(({ type, geometry, style, text, labels, properties, z_index }) => ({
    type,
    geometry,
    style,
    text,
    labels,
    properties,
    z_index,
  }));
  return JSON.stringify({ kind: KIND, marks: copies });
}

/**
 * Reads marks from a clipboard. Anyone may have written there: what is no valid mark is left out, and nothing of the
 * text is taken over unchecked. Locked marks come unlocked, since their copies are to be moved.
 */
export function readClipping(text: string): Clipping {
  if (text.length > CLIPBOARD_MAX || !text.includes(KIND)) return { refused: "other" };
  let clipping: unknown;
  try {
    clipping = JSON.parse(text);
  } catch {
    return { refused: "other" };
  }
  if (!isRecord(clipping) || clipping["kind"] !== KIND || !Array.isArray(clipping["marks"]))
    return { refused: "other" };
  if (clipping["marks"].length > PASTE_MAX) return { refused: "tooMany" };
  const marks = (clipping["marks"] as unknown[]).flatMap((mark) => readMark(mark) ?? []);
  return marks.length > 0 ? { marks } : { refused: "other" };
}

function readMark(mark: unknown): AnnotationDraft | null {
  if (!isRecord(mark)) return null;
  const shape = readShape(mark["type"], mark["geometry"]);
  if (!shape || !hasEnoughPoints(shape)) return null;
  const text = isText(mark["text"], TEXT_MAX) ? mark["text"] : "";
  if (shape.type === "text" && text.trim() === "") return null;
  const { z_index } = mark;
  return {
    ...shape,
    style: readStyle(mark["style"]) ?? {},
    text,
    labels: readLabels(mark["labels"]),
    properties: readProperties(mark["properties"]),
    z_index: isWithin(z_index, -Z_INDEX_MAX, Z_INDEX_MAX) && Number.isInteger(z_index) ? z_index : 0,
  };
}

function readLabels(labels: unknown): string[] {
  if (!Array.isArray(labels)) return [];
  const names = (labels as unknown[]).flatMap((label) =>
    isText(label, LABEL_MAX) && label.trim() !== "" ? label.trim() : [],
  );
  return [...new Set(names)].slice(0, LABELS_MAX);
}

function readProperties(properties: unknown): Record<string, unknown> {
  if (!isRecord(properties)) return {};
  const { locked: _, ...copied } = properties;
  const json = JSON.stringify(copied);
  return utf8Length(json) <= METADATA_MAX_BYTES && json.isWellFormed() && !/\\u(?:0000|d[89a-f])/i.test(json)
    ? copied
    : {};
}

/** A text that can be stored: well-formed, without NUL. */
function isText(value: unknown, max: number): value is string {
  return typeof value === "string" && value.length <= max && value.isWellFormed() && !value.includes("\0");
}
