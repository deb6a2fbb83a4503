import {
  type Annotation,
  type AnnotationFields,
  type AnnotationInput,
  type AnnotationPatch,
  type Style,
  type StylePatch,
} from "../../protocol/model/annotation.ts";
import { defaultStyle } from "../../protocol/model/default-style.ts";
import { type Result, fail, ok } from "../../protocol/errors.ts";
import { describe, parseInput } from "../../input/parse-input.ts";
import { type Geometry, type Shape, shapeSchema } from "../../protocol/model/geometry.ts";
import { ORDINALS_PER_SEQ } from "../ordinals.ts";
import { signAnew, signedBy } from "../../protocol/model/person.ts";
import { bagSchema, toTimestamp } from "../../protocol/model/scalars.ts";
import type { WriteOptions } from "../room-api.ts";
import { type Occasion, type RoomReader, checkIfMatch, mergePatch, staleVersion } from "./command.ts";

/** Decides about one annotation, alone or within a batch: the row it gets at the next seq, or why it gets none. */

/** @param place the index within its batch */
export function decideCreate(
  room: RoomReader,
  { now, newId, by }: Occasion,
  input: AnnotationInput,
  author: string | undefined,
  place = 0,
): Result<Annotation> {
  const {
    id = newId(),
    author: named,
    style,
    text,
    labels,
    properties,
    review = "none",
    z_index,
    ...shape
  } = input;
  const existing = room.readAnnotation(id);
  if (existing) {
    return fail("id_taken", `The document has an annotation ${id} already`, { current: existing });
  }
  const at = toTimestamp(now);
  const seq = room.head + 1;
  const maker = author ?? named ?? by.id;
  return ok({
    id,
    document_id: room.documentId,
    ...shape,
    style: mergeStyle(defaultStyle, style),
    text,
    labels,
    properties,
    author: maker,
    author_name: by.name,
    review,
    z_index,
    status: "active",
    version: 1,
    seq,
    ordinal: seq * ORDINALS_PER_SEQ + place,
    created_at: at,
    updated_at: at,
    ...signedBy(maker, { ...by, id: maker }),
  });
}

export function decideUpdate(
  room: RoomReader,
  { now, by }: Occasion,
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
  // Before the version: the deletion has raised that, and an update for the new one would be refused as well.
  if (current.status === "deleted") {
    return fail("annotation_deleted", "The annotation is deleted: restore it first", { current });
  }
  if (current.version !== version) return staleVersion(current, version);
  const shape = mergeShape(current, patch.geometry);
  if (!shape.ok) return shape;
  const merged = mergeFields(current, patch);
  if (!merged.ok) return merged;
  const fields: AnnotationFields = current;
  const changed: Annotation = {
    ...fields,
    ...shape.value,
    ...merged.value,
    version: current.version + 1,
    seq: room.head + 1,
    updated_at: toTimestamp(now),
  };
  return ok(signAnew(changed, by));
}

/** The type never changes, so the new geometry must fit it. */
function mergeShape(current: Annotation, geometry: Geometry | undefined): Result<Shape> {
  if (geometry === undefined) return ok(current);
  const { type } = current;
  const shape = parseInput(shapeSchema, { type, geometry });
  if (shape.ok) return shape;
  const errors = shape.error.errors?.map(({ path, message }) => ({
    path,
    message: `${message} (the type is ${type})`,
  }));
  return fail("invalid", describe(errors ?? []), { errors: errors ?? [] });
}

function mergeFields(current: Annotation, patch: AnnotationPatch): Result<Partial<AnnotationFields>> {
  const fields: Partial<AnnotationFields> = {};
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
  if (patch.review !== undefined) fields.review = patch.review;
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

/** A patch of `undefined` keeps the value, `null` sets the default. */
function merged<T>(patch: T | null | undefined, before: T, fallback: T): T {
  return patch === undefined ? before : (patch ?? fallback);
}

/** The deleted annotation. One that was deleted before is returned as it is, with the seq of its deletion. */
export function decideDelete(
  room: RoomReader,
  occasion: Occasion,
  id: string,
  version: number | undefined,
  ifMatch?: WriteOptions["ifMatch"],
): Result<Annotation> {
  return changeStatus(room, occasion, { id, version, ifMatch, status: "deleted" });
}

/** The annotation, active again. One that is active is returned as it is. */
export function decideRestore(
  room: RoomReader,
  occasion: Occasion,
  id: string,
  version: number | undefined,
  ifMatch?: WriteOptions["ifMatch"],
): Result<Annotation> {
  return changeStatus(room, occasion, { id, version, ifMatch, status: "active" });
}

interface StatusChange {
  id: string;
  version: number | undefined;
  ifMatch: WriteOptions["ifMatch"];
  status: Annotation["status"];
}

function changeStatus(
  room: RoomReader,
  { now, by }: Occasion,
  { id, version, ifMatch, status }: StatusChange,
): Result<Annotation> {
  const found = findAnnotation(room, id);
  if (!found.ok) return found;
  const current = found.value;
  if (current.status === status) return ok(current);
  const match = checkIfMatch(ifMatch, current);
  if (!match.ok) return match;
  if (version !== undefined && current.version !== version) return staleVersion(current, version);
  return ok({
    ...signAnew(current, by),
    status,
    version: current.version + 1,
    seq: room.head + 1,
    updated_at: toTimestamp(now),
  });
}

function findAnnotation(room: RoomReader, id: string): Result<Annotation> {
  const annotation = room.readAnnotation(id);
  return annotation ? ok(annotation) : fail("annotation_not_found", `The document has no annotation ${id}`);
}
