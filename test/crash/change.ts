import { createHash } from "node:crypto";
import type { Annotation } from "../../src/protocol/model/annotation.ts";
import type { LabelSet } from "../../src/protocol/model/label-set.ts";
import type { Event } from "../../src/protocol/wire/down.ts";

/** What took a seq, in a form that can be compared: the same change has the same print, wherever it is told. */
export interface Change {
  seq: number;
  print: string;
}

export function printUpdate(deltaB64: string): string {
  return `update ${deltaB64}`;
}

export function printAnnotations(annotations: readonly Annotation[]): string {
  const names = annotations.map(
    ({ id, version, status }) => `${id}@${version}${status === "deleted" ? "-" : ""}`,
  );
  return `annotations ${names.join(",")} ${fingerprint(annotations)}`;
}

export function printVersion(version: object & { id: string }): string {
  return `version ${version.id} ${fingerprint(version)}`;
}

export function printRevert(versionId: string): string {
  return `revert to ${versionId}`;
}

export function isRevert(print: string): boolean {
  return print.startsWith("revert ");
}

export function printDocument(document: object & { version: number }): string {
  return `document @${document.version} ${fingerprint(document)}`;
}

export function printLabels(labelSet: LabelSet): string {
  return `labels @${labelSet.version} ${fingerprint(labelSet)}`;
}

export function printEvent(event: Event): string {
  switch (event.type) {
    case "annotation.created":
    case "annotation.updated":
    case "annotation.deleted":
      return printAnnotations([event.annotation]);
    case "annotation.batch":
      return printAnnotations(event.annotations);
    case "comment.created":
    case "comment.updated":
    case "comment.deleted":
      return `comment ${event.comment.id}@${event.comment.version} ${fingerprint(event.comment)}`;
    case "document.updated":
    case "document.deleted":
      return printDocument(event.document);
    case "labels.updated":
      return printLabels(event.labels);
    case "version.created":
      return printVersion(event.version);
    case "version.reverted":
      return printRevert(event.version.id);
  }
}

/** The annotations that an event shows as they became. */
export function annotationsOf(event: Event): Annotation[] {
  switch (event.type) {
    case "annotation.created":
    case "annotation.updated":
    case "annotation.deleted":
      return [event.annotation];
    case "annotation.batch":
      return event.annotations;
    case "version.reverted":
      return event.annotations ?? [];
    case "comment.created":
    case "comment.updated":
    case "comment.deleted":
    case "document.updated":
    case "document.deleted":
    case "labels.updated":
    case "version.created":
      return [];
  }
}

/** The same for the same JSON value, whatever the order of its members. */
export function fingerprint(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex").slice(0, 16);
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
