import { expect } from "vitest";
import type { Annotation } from "../../../src/protocol/model/annotation.ts";
import type { Document } from "../../../src/protocol/model/document.ts";
import type { LabelSet } from "../../../src/protocol/model/label-set.ts";
import type { Event, ServerMessage, StateMessage } from "../../../src/protocol/wire/down.ts";
import type { Version } from "../../../src/protocol/model/version.ts";
import { commentState, shownOf } from "./comments.ts";
import {
  type AnnotationState,
  type DocumentState,
  type LabelsState,
  type State,
  type StoredUpdate,
  type Told,
  type VersionState,
  activeOf,
} from "./replay.ts";

/** What the service says, in the words of the reference: without ids and times that it chooses by itself. */

/** Of each annotation and comment what must never change, whoever is told of it. */
export class Births {
  readonly #births = new Map<string, { ordinal: number; createdAt: string }>();

  check({ id, ordinal, created_at: createdAt }: Pick<Annotation, "id" | "ordinal" | "created_at">): void {
    const known = this.#births.get(id);
    if (known) expect({ ordinal, createdAt }, `the birth of ${id}`).toEqual(known);
    else this.#births.set(id, { ordinal, createdAt });
  }

  /** `ids` in the order of creation: so must their ordinals be. */
  checkOrder(ids: Iterable<string>): void {
    const ordinals = [...ids].flatMap((id) => this.#births.get(id)?.ordinal ?? []);
    for (const [index, ordinal] of ordinals.entries()) {
      if (index > 0) expect(ordinal).toBeGreaterThan(ordinals[index - 1] ?? 0);
    }
  }
}

export function annotationState(annotation: Annotation, births: Births): AnnotationState {
  births.check(annotation);
  const {
    document_id: _document,
    ordinal: _ordinal,
    created_at: _made,
    updated_at: _at,
    ...rest
  } = annotation;
  return rest as AnnotationState;
}

export function documentState(document: Document): DocumentState {
  const { title, metadata, status, version, updated_by, updated_by_name } = document;
  return { title, metadata, status, version, updated_by, updated_by_name };
}

export function labelsState(set: LabelSet): LabelsState {
  const { labels, version, seq, updated_by, updated_by_name } = set;
  return { labels, version, seq, updated_by, updated_by_name };
}

export function versionState(version: Version): VersionState {
  const { seq, number, author, author_name, automatic, document_version, annotation_count } = version;
  return { seq, number, author, author_name, automatic, document_version, annotation_count };
}

/** `delta_b64` and `actor_id` are what REST calls them. */
type SentUpdate = { seq: number } & (
  | { deltaB64: string; actorId: string }
  | { delta_b64: string; actor_id: string }
);
export function updateState(update: SentUpdate): StoredUpdate {
  const { seq } = update;
  return "deltaB64" in update
    ? { seq, delta: atob(update.deltaB64), actorId: update.actorId }
    : { seq, delta: atob(update.delta_b64), actorId: update.actor_id };
}

export function isEvent(message: ServerMessage): message is Event {
  return /^(?:annotation|comment|document|labels|version)\./.test(message.type);
}

/** An event as the reference tells it. `crdtChanged` comes with the `reset` after it. */
export function eventTold(event: Event, births: Births, crdtChanged: boolean): Told {
  const { seq } = event;
  switch (event.type) {
    case "document.updated":
    case "document.deleted":
      expect(event.document.seq).toBe(seq);
      return { type: event.type, seq, document: documentState(event.document) };
    case "labels.updated":
      return { type: event.type, seq, labels: labelsState(event.labels) };
    case "version.created":
      return { type: event.type, seq, version: versionState(event.version) };
    case "version.reverted": {
      const document = documentState(event.document);
      const annotations = (event.annotations ?? []).map((each) => annotationState(each, births));
      return {
        type: event.type,
        seq,
        version: versionState(event.version),
        document,
        labels: event.labels && labelsState(event.labels),
        annotations,
        crdtChanged,
      };
    }
    case "annotation.batch": {
      const annotations = event.annotations.map((each) => annotationState(each, births));
      return { type: "annotations", seq, batch: true, annotations };
    }
    case "comment.created":
    case "comment.updated":
    case "comment.deleted": {
      const comment = commentState(event.comment, births);
      const type =
        comment.status === "deleted" ? comment.status : comment.version === 1 ? "created" : "updated";
      expect(event.type).toBe(`comment.${type}`);
      return { type: "comment", seq, comment };
    }
    case "annotation.created":
    case "annotation.updated":
    case "annotation.deleted": {
      const annotation = annotationState(event.annotation, births);
      const { status, version } = annotation;
      const type = status === "deleted" ? status : version === 1 ? "created" : "updated";
      expect(event.type).toBe(`annotation.${type}`);
      return { type: "annotations", seq, batch: false, annotations: [annotation] };
    }
  }
}

/** The whole state of a fresh join, its pages joined. */
export function checkFresh(
  state: StateMessage,
  snapshot: string | null,
  expected: State,
  births: Births,
): void {
  expect(state.document.seq, "the document's seq is the head").toBe(state.version);
  expect(documentState(state.document)).toEqual(expected.document);
  expect(labelsState(state.labels)).toEqual(expected.labels);
  const annotations = state.annotations.map((each) => annotationState(each, births));
  expect(annotations, "the annotations, in the order of creation").toEqual(activeOf(expected));
  const comments = state.comments.map((each) => commentState(each, births));
  expect(comments, "the comments, in the order of creation").toEqual(shownOf(expected.comments));
  expect(state.snapshotVersion).toBe(expected.snapshot?.version ?? 0);
  expectSame(snapshot, expected.snapshot?.text ?? null, "the snapshot");
  expectSame(state.updates.map(updateState), expected.updates, "the updates after the snapshot");
}

/** As `toEqual`, for much that mostly is the same. */
export function expectSame(actual: unknown, expected: unknown, what: string): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) expect(actual, what).toEqual(expected);
}

/**
 * A CRDT document of the simplest kind: the list of its deltas. A snapshot is that list, or whatever its sender says.
 */
export function openSnapshot(text: string | null): string[] {
  return text === null ? [] : (JSON.parse(text) as string[]);
}
