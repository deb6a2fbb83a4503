import type { Annotation } from "../protocol/model/annotation.ts";
import type { Comment } from "../protocol/model/comment.ts";
import type { Document } from "../protocol/model/document.ts";
import type { LabelSet } from "../protocol/model/label-set.ts";
import { type Result, fail, ok } from "../protocol/errors.ts";
import { REVERT_ANSWER_BYTES } from "../protocol/limits.ts";
import type { RevertResult, Version, VersionDiff } from "../protocol/model/version.ts";
import type { CrdtContent } from "./crdt-content.ts";
import { type Part, type Piece, type PieceCursor, literal, readPiece, startCursor } from "./json-pieces.ts";
import { isSameLabels } from "./label-sets.ts";
import type { Reverted } from "./decide/versions.ts";
import type { AnnotationsPage, Appearance, CommentsPage } from "./room-api.ts";
import type { Difference } from "./store/differences.ts";
import type { RoomStore } from "./store/room-store.ts";

/**
 * About how many bytes of JSON a page holds; one annotation may go over it. Parsed points take up to ten times as much
 * memory, here and where the page is read, and nothing else runs while they are parsed.
 */
const PAGE_BYTES = 256 * 1024;

export function readVersion(store: RoomStore, id: string): Result<Version> {
  const found = store.versions.read(id);
  return found ? ok(found.version) : fail("version_not_found", `The document has no version ${id}`);
}

/** A version with its state, piece by piece. */
export function readVersionPiece(store: RoomStore, id: string, cursor: PieceCursor | null): Result<Piece> {
  const found = store.versions.read(id);
  const document = found && store.readDocumentAt(found.version.seq);
  if (!found || !document) return fail("version_not_found", `The document has no version ${id}`);
  const { version, content } = found;
  const { seq } = version;
  const parts: Part[] = [
    {
      before: `${JSON.stringify(version).slice(0, -1)},"state":{"document":${JSON.stringify(document)},"labels":${JSON.stringify(store.readLabelSetAt(seq))},"annotations":[`,
      separator: ",",
      after: "]",
      read: (from, maxBytes) => store.annotations.readActiveTextAt(seq, from, maxBytes),
    },
    {
      before: `,"comments":[`,
      separator: ",",
      after: "]",
      read: (from, maxBytes) => store.comments.readTextAt(seq, from, maxBytes),
    },
    literal(`,"crdt":{`),
    ...contentParts(store, content, seq),
    literal("}}}"),
  ];
  return ok(readPiece(parts, cursor ?? startCursor(seq)));
}

/** The JSON members for CRDT content up to `seq`: a snapshot, or none, and the updates after it. */
export function contentParts(store: RoomStore, content: CrdtContent, seq: number): Part[] {
  const { snapshot } = content;
  return [
    snapshot === null
      ? literal(`"snapshot_version":0,"snapshot_b64":null`)
      : {
          before: `"snapshot_version":${snapshot},"snapshot_b64":"`,
          separator: "",
          after: `"`,
          read: (from) => readChunk(store, snapshot, from),
        },
    {
      before: `,"updates":[`,
      separator: ",",
      after: "]",
      read: (from, maxBytes) => readUpdates(store, content, from, seq, maxBytes),
    },
  ];
}

function readChunk(store: RoomStore, snapshot: number, from: number): ReturnType<Part["read"]> {
  const chunk = store.snapshots.readChunkBase64(snapshot, from);
  return chunk === null ? { items: [], next: null } : { items: [chunk], next: from + 1 };
}

function readUpdates(
  store: RoomStore,
  content: CrdtContent,
  from: number,
  to: number,
  maxBytes: number,
): ReturnType<Part["read"]> {
  const items: string[] = [];
  let bytes = 0;
  for (const { seq, deltaB64, actorId } of store.updates.iterateContent(content, to, from)) {
    const text = JSON.stringify({ seq, delta_b64: deltaB64, actor_id: actorId });
    items.push(text);
    bytes += text.length;
    if (bytes >= maxBytes) return { items, next: seq };
  }
  return { items, next: null };
}

/** Active annotations at `seq`, in the order of creation, about `PAGE_BYTES` of them. */
export function readAnnotationsPage(
  store: RoomStore,
  seq: number,
  after: number | null,
): Result<AnnotationsPage> {
  return store.exists ? ok(store.annotations.readActiveAt(seq, after ?? 0, PAGE_BYTES)) : noDocument();
}

export function readDocumentAt(store: RoomStore, seq: number): Result<Document> {
  const document = store.exists ? store.readDocumentAt(seq) : null;
  return document ? ok(document) : noDocument();
}

export function readLabelSetAt(store: RoomStore, seq: number): Result<LabelSet> {
  return store.exists ? ok(store.readLabelSetAt(seq)) : noDocument();
}

function noDocument() {
  return fail("document_not_found", "There is no such document");
}

export function readAnnotation(store: RoomStore, id: string): Result<Annotation> {
  const annotation = store.readAnnotation(id);
  return annotation ? ok(annotation) : fail("annotation_not_found", `The document has no annotation ${id}`);
}

export function readComment(store: RoomStore, id: string): Result<Comment> {
  const comment = store.comments.read(id);
  return comment ? ok(comment) : fail("comment_not_found", `The document has no comment ${id}`);
}

/** The comments at `seq`, in the order of creation, about `PAGE_BYTES` of them. */
export function readCommentsPage(store: RoomStore, seq: number, after: number | null): Result<CommentsPage> {
  return store.exists ? ok(store.comments.readAt(seq, after ?? 0, PAGE_BYTES)) : noDocument();
}

export function readAppearance(store: RoomStore): Appearance {
  const { head: seq, document } = store;
  return { seq, document, annotationsSeq: store.annotations.lastChange() };
}

/** The answer to a revert. It must answer however much it brought back, so it holds annotations only up to a limit. */
export function readRevertResult(store: RoomStore, { seq, version }: Reverted): RevertResult {
  const document = store.readDocumentAt(seq) ?? store.document;
  const { annotations } = store.annotations.readActiveAt(seq, 0, REVERT_ANSWER_BYTES);
  const { annotation_count } = version;
  return {
    document,
    labels: store.readLabelSetAt(seq),
    version,
    annotation_count,
    annotations,
    annotations_more: annotations.length < annotation_count,
  };
}

/** What differs between a version and another one, or the present state as it was at the first piece. */
export function readDiffPiece(
  store: RoomStore,
  id: string,
  against: string | undefined,
  cursor: PieceCursor | null,
): Result<Piece> {
  const from = readVersion(store, id);
  if (!from.ok) return from;
  const other = against === undefined ? null : readVersion(store, against);
  if (other && !other.ok) return other;
  const before = from.value.seq;
  const after = other ? other.value.seq : (cursor?.seq ?? store.head);
  const document = diffDocument(store.readDocumentAt(before), store.readDocumentAt(after));
  const labels = diffLabels(store.readLabelSetAt(before), store.readLabelSetAt(after));
  const list = (name: string, kind: Difference["kind"]): Part => ({
    before: `"${name}":[`,
    separator: ",",
    after: "],",
    read: (start, maxBytes) => readDifferences(store, { before, after, kind, start, maxBytes }),
  });
  const parts = [
    literal("{"),
    list("added", "added"),
    list("removed", "removed"),
    list("changed", "changed"),
    literal(`"labels":${JSON.stringify(labels)},"document":${JSON.stringify(document)}}`),
  ];
  return ok(readPiece(parts, cursor ?? startCursor(after)));
}

interface Wanted {
  before: number;
  after: number;
  kind: Difference["kind"];
  /** Only those after this ordinal. */
  start: number;
  maxBytes: number;
}

function readDifferences(store: RoomStore, { before, after, kind, start, maxBytes }: Wanted) {
  const items: string[] = [];
  let bytes = 0;
  for (const difference of store.annotations.iterateDifferences(before, after, start)) {
    if (difference.kind !== kind) continue;
    const text = toText(store, difference);
    items.push(text);
    bytes += text.length;
    if (bytes >= maxBytes) return { items, next: difference.ordinal };
  }
  return { items, next: null };
}

function toText(store: RoomStore, { id, kind, before, after }: Difference): string {
  const read = (row: number | null) => (row === null ? "null" : store.annotations.readRowText(row));
  if (kind === "added") return read(after);
  if (kind === "removed") return read(before);
  return `{"id":"${id}","before":${read(before)},"after":${read(after)}}`;
}

function diffDocument(before: Document | null, after: Document | null): VersionDiff["document"] {
  if (!before || !after) return null;
  return shownOf(before) === shownOf(after) ? null : { before, after };
}

function diffLabels(before: LabelSet, after: LabelSet): VersionDiff["labels"] {
  return isSameLabels(before.labels, after.labels) ? null : { before, after };
}

function shownOf({ title, width, height, image, metadata }: Document): string {
  return JSON.stringify([title, width, height, image, metadata]);
}
