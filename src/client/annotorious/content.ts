import type { AnnotationBody, ImageAnnotation } from "@annotorious/annotorious";
import type { Annotation, AnnotationPatch } from "../../protocol/model/annotation.ts";
import { isSame, patchTo } from "../annotations/patch.ts";
import { isSameShape, toGeometry, toShape } from "./shapes.ts";

/** The member of `properties` with what only Annotorious has: other bodies than a comment and tags, and other members. */
const KEPT = "annotorious";

type Members = Record<string, unknown>;

/** What an annotation says, as far as Annotorious can change it. */
export interface Content {
  text: string;
  labels: string[];
  properties: Members;
}

/** A comment is the text, tags are the labels, and all else is kept in `properties`. */
export function readContent(annotation: ImageAnnotation): Content {
  const { id: _, target: __, bodies, properties, ...members } = annotation;
  const { comment, tags, others } = sortBodies(bodies);
  const kept: Members = {};
  if (others.length > 0) kept["bodies"] = others.map((body) => ({ ...body, annotation: undefined }));
  if (Object.keys(members).length > 0) kept["members"] = members;
  const labels = tags.map((body) => labelOf(body)).filter((label) => label !== "");
  return {
    text: comment?.value ?? "",
    labels: [...new Set(labels)],
    // Dates become texts, as they will be in JSON.
    properties: JSON.parse(
      JSON.stringify({ ...properties, ...(Object.keys(kept).length > 0 && { [KEPT]: kept }) }),
    ) as Members,
  };
}

/**
 * What a user's edit in Annotorious changes of an annotation, and nothing else: what others have done to it meanwhile
 * stays.
 */
export function makePatch(
  annotation: Annotation,
  before: ImageAnnotation,
  after: ImageAnnotation,
): AnnotationPatch {
  const [old, now] = [readContent(before), readContent(after)];
  const fields: Members = {};
  if (!isSameShape(before.target.selector, after.target.selector)) {
    const geometry = toGeometry(annotation, after.target.selector);
    if (geometry) fields["geometry"] = geometry;
  }
  if (old.text !== now.text) fields["text"] = now.text;
  if (!isSame(old.labels, now.labels)) {
    const added = now.labels.filter((label) => !annotation.labels.includes(label));
    const stay = annotation.labels.filter(
      (label) => now.labels.includes(label) || !old.labels.includes(label),
    );
    fields["labels"] = [...stay, ...added];
  }
  for (const name of new Set([...Object.keys(old.properties), ...Object.keys(now.properties)])) {
    if (!isSame(old.properties[name], now.properties[name]))
      fields[`properties.${name}`] = now.properties[name];
  }
  return patchTo(annotation, fields);
}

/**
 * An annotation as Annotorious shows it. What is as in `current` stays the same object, so that components that hold a
 * body go on working. null: it can't be shown.
 */
export function toAnnotorious(annotation: Annotation, current?: ImageAnnotation): ImageAnnotation | null {
  const shape = toShape(annotation);
  if (!shape) return null;
  const { id, author, version, created_at, updated_at, properties } = annotation;
  const { [KEPT]: kept, ...shared } = properties;
  const { bodies, members } = readKept(kept, id);
  const selector = current && isSameShape(current.target.selector, shape) ? current.target.selector : shape;
  const creator = current?.target.creator;
  const isAuthor = author === null || creator?.id === author || creator?.name === author;
  const shown: ImageAnnotation = {
    ...members,
    id,
    bodies: makeBodies(annotation, bodies, current?.bodies ?? []),
    target:
      current && selector === current.target.selector && isAuthor
        ? current.target
        : {
            ...current?.target,
            annotation: id,
            selector,
            ...(author !== null && !isAuthor && { creator: { id: author, name: author } }),
            created: new Date(created_at),
            ...(version > 1 && { updated: new Date(updated_at) }),
          },
    ...(Object.keys(shared).length > 0 && { properties: shared }),
  };
  return current && isUnchanged(current, shown) ? current : shown;
}

function isUnchanged(current: ImageAnnotation, shown: ImageAnnotation): boolean {
  return (
    current.target === shown.target &&
    current.bodies.length === shown.bodies.length &&
    current.bodies.every((body, index) => body === shown.bodies[index]) &&
    isSame(readContent(current).properties, readContent(shown).properties)
  );
}

function makeBodies(
  { id, text, labels }: Annotation,
  others: readonly AnnotationBody[],
  current: readonly AnnotationBody[],
): AnnotationBody[] {
  const { comment } = sortBodies(current);
  const missing = new Set(labels);
  const added = new Map(others.map((body) => [body.id, body]));
  const bodies: AnnotationBody[] = [];
  for (const body of current) {
    if (body === comment) {
      if (text === (body.value ?? "")) bodies.push(body);
      else if (text !== "") bodies.push({ ...body, value: text });
    } else if (isTag(body)) {
      if (missing.delete(labelOf(body))) bodies.push(body);
    } else {
      const kept = added.get(body.id);
      if (kept) bodies.push(isSame(toJson(body), toJson(kept)) ? body : kept);
      added.delete(body.id);
    }
  }
  const make = (name: string, purpose: string, value: string): AnnotationBody => {
    return { id: `${id}#${name}`, annotation: id, type: "TextualBody", purpose, value };
  };
  if (!comment && text !== "") bodies.push(make("text", "commenting", text));
  for (const label of missing) bodies.push(make(`label:${label}`, "tagging", label));
  bodies.push(...added.values());
  return bodies;
}

function sortBodies(bodies: readonly AnnotationBody[]) {
  const comment = bodies.find(({ purpose, value }) => purpose === "commenting" && typeof value === "string");
  const tags = bodies.filter((body) => isTag(body));
  return { comment, tags, others: bodies.filter((body) => body !== comment && !isTag(body)) };
}

function isTag({ purpose, value }: AnnotationBody): boolean {
  return purpose === "tagging" && typeof value === "string";
}

/** The service trims labels. */
function labelOf({ value = "" }: AnnotationBody): string {
  return value.trim();
}

/** What `properties.annotorious` has. Another program may have written anything there. */
function readKept(kept: unknown, annotation: string): { bodies: AnnotationBody[]; members: Members } {
  const { bodies, members } = isMembers(kept) ? kept : {};
  const list = Array.isArray(bodies) ? bodies.filter(isMembers) : [];
  return {
    members: isMembers(members) ? members : {},
    bodies: list.flatMap(({ created, updated, ...body }) => {
      if (typeof body["id"] !== "string") return [];
      return [
        { ...body, id: body["id"], annotation, ...toDate("created", created), ...toDate("updated", updated) },
      ];
    }),
  };
}

function toDate(name: string, value: unknown): { [name: string]: Date } {
  const date = typeof value === "string" ? new Date(value) : null;
  return date && !Number.isNaN(date.getTime()) ? { [name]: date } : {};
}

function toJson(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
