import type { Annotation, AnnotationPatch, Style, StylePatch } from "../../protocol/model/annotation.ts";
import { defaultStyle } from "../../protocol/model/default-style.ts";

/*
 * What a patch does, as the service does it (src/room/decide/decide-annotation.ts). A *field* is what two people can
 * change without a conflict: `text`, `geometry`, `labels`, `z_index`, and each member of `style` and `properties`.
 */

/** Values by field, as in `text` or `style.stroke`. undefined: there is no such member. */
export type Fields = Record<string, unknown>;

const BAGS = ["style", "properties"] as const;

/** The fields that a patch changes, with the values that `annotation` has there. */
export function fieldsBefore(annotation: Annotation, patch: AnnotationPatch): Fields {
  const fields: Fields = {};
  for (const field of fieldsOf(patch)) fields[field] = valueOf(annotation, field);
  return fields;
}

/** The fields that a patch names. */
export function fieldsOf(patch: AnnotationPatch): string[] {
  return Object.entries(withoutUndefined(patch)).flatMap(([name, value]) =>
    BAGS.some((bag) => bag === name) ? Object.keys(value as Fields).map((key) => `${name}.${key}`) : [name],
  );
}

export function valueOf(annotation: Annotation, field: string): unknown {
  const [bag, key] = splitField(field);
  const holder = (key === null ? annotation : annotation[bag as "style"]) as unknown as Fields;
  return holder[key ?? bag];
}

/** The patch that gives fields of an annotation these values. */
export function patchTo(annotation: Annotation, fields: Fields): AnnotationPatch {
  const patch: Fields = {};
  for (const [field, value] of Object.entries(fields)) {
    const [name, key] = splitField(field);
    if (key === null) patch[name] = value;
    else {
      const bag = (patch[name] ??= {}) as Fields;
      bag[key] = name === "style" ? (value ?? null) : mergeTo(valueOf(annotation, field), value);
    }
  }
  return patch;
}

/** One patch that does what two do, one after the other. */
export function joinPatches(first: AnnotationPatch, second: AnnotationPatch): AnnotationPatch {
  const joined: Fields = { ...first, ...withoutUndefined(second) };
  for (const bag of BAGS) {
    const [before, after] = [first[bag], second[bag]];
    if (before && after) joined[bag] = mergePatch(before, after, true);
  }
  return joined;
}

/** An annotation with a patch on it. */
export function patchAnnotation(annotation: Annotation, patch: AnnotationPatch): Annotation {
  const { style, properties, ...replaced } = patch;
  const patched = { ...annotation, ...withoutUndefined(replaced) };
  if (style) patched.style = mergeStyle(annotation.style, style);
  if (properties) patched.properties = mergePatch(annotation.properties, properties);
  return patched;
}

export function mergeStyle(style: Style, patch: StylePatch): Style {
  const merged: Fields = { ...style };
  for (const [name, value] of Object.entries(withoutUndefined(patch))) {
    // null is a value of `stroke` and `fill`: none. Of the others it means the default.
    if (value !== null || name === "stroke" || name === "fill") merged[name] = value;
    else if (name === "dash") delete merged["dash"];
    else merged[name] = defaultStyle[name as keyof Style];
  }
  return merged as Style;
}

/** Whether two JSON values are the same. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && isSame((a as Fields)[key], (b as Fields)[key]));
}

/** JSON Merge Patch (RFC 7396). With `keepsNulls` the result is the patch that does what both do, one after the other. */
function mergePatch(target: unknown, patch: Fields, keepsNulls = false): Fields {
  // Entries and fromEntries define own members: one named __proto__ stays plain data.
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(withoutUndefined(patch))) {
    if (value === null && !keepsNulls) merged.delete(name);
    else merged.set(name, isObject(value) ? mergePatch(merged.get(name), value, keepsNulls) : value);
  }
  return Object.fromEntries(merged);
}

/** The merge patch that makes `to` of `from`. */
function mergeTo(from: unknown, to: unknown): unknown {
  if (to === undefined) return null;
  if (!isObject(from) || !isObject(to)) return to;
  const names = new Set([...Object.keys(from), ...Object.keys(to)]);
  const changed = [...names].filter((name) => !isSame(from[name], to[name]));
  return Object.fromEntries(changed.map((name) => [name, mergeTo(from[name], to[name])]));
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function withoutUndefined(fields: object): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function splitField(field: string): [name: string, key: string | null] {
  const dot = field.indexOf(".");
  return dot < 0 ? [field, null] : [field.slice(0, dot), field.slice(dot + 1)];
}
