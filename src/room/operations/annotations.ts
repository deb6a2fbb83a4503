import {
  type Annotation,
  type AnnotationInput,
  type AnnotationPatch,
  type Operation as BatchOperation,
  type Style,
  type StylePatch,
  defaultStyle,
} from "../../protocol/annotation.ts";
import { type Result, fail, ok } from "../../protocol/errors.ts";
import { describe, parseInput } from "../../protocol/field-errors.ts";
import { geometrySchemas } from "../../protocol/geometry.ts";
import { bagSchema, toTimestamp } from "../../protocol/scalars.ts";
import type { Change } from "../change.ts";
import type { BatchResult, WriteOptions } from "../room-api.ts";
import {
  type Moment,
  type Operation,
  type RoomReader,
  checkIfMatch,
  mergePatch,
  staleVersion,
} from "./operation.ts";

/** `author` is who the connection or the token says; the input's own counts only where there is neither. */
export function createAnnotation(
  input: AnnotationInput,
  author: string | undefined,
): Operation<{ annotation: Annotation; created: boolean }> {
  return {
    type: "annotation.create",
    payload: input,
    role: "editor",
    decide(room, moment) {
      const created = decideCreate(room, moment, input, author);
      if (!created.ok) return created;
      const annotation = created.value;
      return ok({ ...single(annotation), result: { annotation, created: true } });
    },
    replay: (room, seq) => ({ annotation: replayOne(room, seq), created: false }),
  };
}

export function updateAnnotation(
  id: string,
  version: number,
  patch: AnnotationPatch,
  ifMatch?: WriteOptions["ifMatch"],
): Operation<Annotation> {
  return {
    type: "annotation.update",
    payload: { id, version, patch },
    role: "editor",
    decide(room, moment) {
      const updated = decideUpdate(room, moment, id, version, patch, ifMatch);
      return updated.ok ? ok(single(updated.value)) : updated;
    },
    replay: replayOne,
  };
}

export function deleteAnnotation(
  id: string,
  version: number | undefined,
  ifMatch?: WriteOptions["ifMatch"],
): Operation<Annotation> {
  return {
    type: "annotation.delete",
    payload: version === undefined ? { id } : { id, version },
    role: "editor",
    decide(room, moment) {
      const deleted = decideDelete(room, moment, id, version, ifMatch);
      if (!deleted.ok) return deleted;
      const annotation = deleted.value;
      if (annotation.seq <= room.head) {
        return ok({ entries: [], result: annotation, unchangedSince: annotation.seq });
      }
      return ok(single(annotation));
    },
    replay: replayOne,
  };
}

/** All or none, as one change with one seq. */
export function applyBatch(
  operations: readonly BatchOperation[],
  author: string | undefined,
): Operation<BatchResult> {
  return {
    type: "annotation.batch",
    payload: { operations },
    role: "editor",
    decide(room, moment) {
      const annotations: Annotation[] = [];
      const seen = new Set<string>();
      for (const [index, operation] of operations.entries()) {
        if (operation.id !== undefined && seen.has(operation.id)) {
          return refuseRepeated(index);
        }
        const decided = decideOperation(room, moment, operation, author);
        if (!decided.ok) return { ok: false, error: atIndex(decided.error, index) };
        seen.add(decided.value.id);
        annotations.push(decided.value);
      }
      const seq = room.head + 1;
      // What was deleted before stays as it is; a batch of nothing else still is one change.
      return ok({
        entries: [{ kind: "annotations", seq, annotations, batch: true }],
        result: { seq, annotations },
      });
    },
    replay: (room, seq) => ({ seq, annotations: room.annotations.readChangedAt(seq).annotations }),
  };
}

function decideOperation(
  room: RoomReader,
  moment: Moment,
  operation: BatchOperation,
  author: string | undefined,
): Result<Annotation> {
  switch (operation.op) {
    case "create": {
      const { op: _op, ...input } = operation;
      return decideCreate(room, moment, input, author);
    }
    case "update": {
      const { op: _op, id, version, ...patch } = operation;
      return decideUpdate(room, moment, id, version, patch);
    }
    case "delete": {
      const deleted = decideDelete(room, moment, operation.id, operation.version);
      // Within a batch every operation leaves a row, so that the batch can be read back whole.
      if (deleted.ok && deleted.value.seq <= room.head) {
        return fail("annotation_deleted", `The annotation ${operation.id} is deleted already`, {
          current: deleted.value,
        });
      }
      return deleted;
    }
  }
}

function decideCreate(
  room: RoomReader,
  { now, newId }: Moment,
  input: AnnotationInput,
  author: string | undefined,
): Result<Annotation> {
  const id = input.id ?? newId();
  const existing = room.readAnnotation(id);
  if (existing) {
    return fail("id_taken", `The document has an annotation ${id} already`, { current: existing });
  }
  const at = toTimestamp(now);
  return ok({
    id,
    document_id: room.documentId,
    type: input.type,
    geometry: input.geometry,
    style: mergeStyle(defaultStyle, input.style),
    text: input.text,
    labels: input.labels,
    properties: input.properties,
    author: author ?? input.author ?? null,
    z_index: input.z_index,
    status: "active",
    version: 1,
    seq: room.head + 1,
    created_at: at,
    updated_at: at,
  });
}

function decideUpdate(
  room: RoomReader,
  { now }: Moment,
  id: string,
  version: number,
  patch: AnnotationPatch,
  ifMatch?: WriteOptions["ifMatch"],
): Result<Annotation> {
  const found = findAnnotation(room, id);
  if (!found.ok) return found;
  const current = found.value;
  const match = checkIfMatch(ifMatch, current);
  if (!match.ok) return match;
  if (current.version !== version) return staleVersion(current, version);
  if (current.status === "deleted") {
    return fail("annotation_deleted", "The annotation is deleted: a revert brings it back", { current });
  }
  const merged = mergeFields(current, patch);
  if (!merged.ok) return merged;
  return ok({
    ...current,
    ...merged.value,
    version: current.version + 1,
    seq: room.head + 1,
    updated_at: toTimestamp(now),
  });
}

function mergeFields(current: Annotation, patch: AnnotationPatch): Result<Partial<Annotation>> {
  const fields: Partial<Annotation> = {};
  if (patch.geometry !== undefined) {
    const geometry = parseInput(geometrySchemas[current.type], patch.geometry);
    if (!geometry.ok) {
      const errors = geometry.error.errors?.map(({ path, message }) => ({
        path: path === "" ? "geometry" : `geometry.${path}`,
        message: `${message} (the type is ${current.type})`,
      }));
      return fail("invalid", describe(errors ?? []), { errors: errors ?? [] });
    }
    fields.geometry = geometry.value;
  }
  if (patch.properties !== undefined) {
    const properties = parseInput(bagSchema, mergePatch(current.properties, patch.properties));
    if (!properties.ok) {
      const message = `merged, it ${properties.error.errors?.[0]?.message ?? "is too large"}`;
      return fail("invalid", `properties: ${message}`, { errors: [{ path: "properties", message }] });
    }
    fields.properties = properties.value;
  }
  if (patch.text !== undefined) {
    if (current.type === "text" && patch.text.trim() === "") {
      const message = "must not be empty for type text";
      return fail("invalid", `text: ${message}`, { errors: [{ path: "text", message }] });
    }
    fields.text = patch.text;
  }
  if (patch.style !== undefined) fields.style = mergeStyle(current.style, patch.style);
  if (patch.labels !== undefined) fields.labels = patch.labels;
  if (patch.z_index !== undefined) fields.z_index = patch.z_index;
  return ok(fields);
}

function mergeStyle(style: Style, patch: StylePatch): Style {
  const dash = patch.dash === undefined ? style.dash : patch.dash;
  return {
    stroke: patch.stroke === undefined ? style.stroke : patch.stroke,
    fill: patch.fill === undefined ? style.fill : patch.fill,
    stroke_width: merged(patch.stroke_width, style.stroke_width, defaultStyle.stroke_width),
    font_size: merged(patch.font_size, style.font_size, defaultStyle.font_size),
    opacity: merged(patch.opacity, style.opacity, defaultStyle.opacity),
    ...(dash && { dash }),
  };
}

/** undefined: stays; null: the default. */
function merged<T>(patch: T | null | undefined, before: T, fallback: T): T {
  return patch === undefined ? before : (patch ?? fallback);
}

function decideDelete(
  room: RoomReader,
  { now }: Moment,
  id: string,
  version: number | undefined,
  ifMatch?: WriteOptions["ifMatch"],
): Result<Annotation> {
  const found = findAnnotation(room, id);
  if (!found.ok) return found;
  const current = found.value;
  if (current.status === "deleted") return ok(current);
  const match = checkIfMatch(ifMatch, current);
  if (!match.ok) return match;
  if (version !== undefined && current.version !== version) return staleVersion(current, version);
  return ok({
    ...current,
    status: "deleted",
    version: current.version + 1,
    seq: room.head + 1,
    updated_at: toTimestamp(now),
  });
}

function findAnnotation(room: RoomReader, id: string): Result<Annotation> {
  const annotation = room.readAnnotation(id);
  return annotation ? ok(annotation) : fail("annotation_not_found", `The document has no annotation ${id}`);
}

function single(annotation: Annotation): Change<Annotation> {
  const { seq } = annotation;
  return {
    entries: [{ kind: "annotations", seq, annotations: [annotation], batch: false }],
    result: annotation,
  };
}

function replayOne(room: RoomReader, seq: number): Annotation {
  const [annotation] = room.annotations.readChangedAt(seq).annotations;
  if (!annotation) throw new Error(`There is no annotation at seq ${seq}`);
  return annotation;
}

function atIndex<T extends { errors?: { path: string; message: string }[] }>(
  error: T,
  index: number,
): T & { index: number } {
  const errors = error.errors?.map(({ path, message }) => ({ path: `operations.${index}.${path}`, message }));
  return { ...error, index, ...(errors && { errors }) };
}

function refuseRepeated(index: number): ReturnType<typeof fail> {
  const message = "is the id of an operation before it: one operation for each annotation";
  return fail("invalid", `operations.${index}.id: ${message}`, {
    index,
    errors: [{ path: `operations.${index}.id`, message }],
  });
}
