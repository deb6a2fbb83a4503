import type { Changes } from "../protocol/model/changes.ts";
import { type Result, fail, ok } from "../protocol/errors.ts";
import { BATCH_BODY_MAX_BYTES } from "../protocol/limits.ts";
import type { Event } from "../protocol/wire/down.ts";
import { type Entry, toEvent } from "./entry.ts";
import type { StoredUpdate } from "../protocol/wire/down.ts";
import { contentParts } from "./history.ts";
import { type Piece, type PieceCursor, literal, readPiece, startCursor } from "./json-pieces.ts";
import { type ChangesQuery, canResume, hasDiverged } from "./resume.ts";
import type { EventMark } from "./store/event-marks.ts";
import type { RoomStore } from "./store/room-store.ts";

/** Events in `(from, to]`, ascending, exactly as they were broadcast. */
export function* iterateEvents(store: RoomStore, from: number, to: number): Generator<Event> {
  for (const mark of store.listEvents(from, to)) yield readEvent(store, mark);
}

/** How many events are looked up at once. Where events are large, few of them are sent together. */
const MARKS_AT_ONCE = 100;

/** Events in `(from, to]` as JSON, about `maxBytes` of them. `next`: the seq to go on from; null: that was all. */
export function readEventTexts(
  store: RoomStore,
  from: number,
  to: number,
  maxBytes: number,
): { items: string[]; next: number | null } {
  const items: string[] = [];
  let bytes = 0;
  let reached = from;
  for (;;) {
    const marks = store.listEvents(reached, to, MARKS_AT_ONCE);
    for (const mark of marks) {
      const text = JSON.stringify(readEvent(store, mark));
      items.push(text);
      bytes += text.length;
      reached = mark.seq;
      if (bytes >= maxBytes) return { items, next: reached };
    }
    if (marks.length < MARKS_AT_ONCE) return { items, next: null };
  }
}

function readEvent(store: RoomStore, mark: EventMark): Event {
  return toEvent(readEntry(store, mark));
}

function readEntry(store: RoomStore, { seq, kind }: EventMark): Exclude<Entry, { kind: "update" }> {
  switch (kind) {
    case "document":
      return { kind, seq, document: documentAt(store, seq) };
    case "labels":
      return { kind, seq, labelSet: store.readLabelSetAt(seq) };
    case "annotations":
      return { kind, seq, ...store.annotations.readChangedAt(seq) };
    case "comment": {
      const comment = store.comments.readChangedAt(seq);
      if (!comment) throw new Error(`No comment changed at seq ${seq}`);
      return { kind, seq, comment };
    }
    case "version": {
      const found = store.versions.readBySeq(seq);
      if (!found) throw new Error(`There is no version at seq ${seq}`);
      return { kind, seq, ...found };
    }
    case "revert": {
      const revert = store.versions.readRevert(seq);
      const target = revert && store.versions.read(revert.versionId);
      if (!revert || !target) throw new Error(`There is no revert at seq ${seq}`);
      const labelSet = store.readLabelSetAt(seq);
      return {
        kind,
        seq,
        version: target.version,
        document: documentAt(store, seq),
        labelSet: labelSet.seq === seq ? labelSet : null,
        annotations: revert.inline ? store.annotations.readChangedAt(seq).annotations : [],
        restored: [],
        crdtChanged: revert.crdtChanged,
        inline: revert.inline,
        content: target.content,
      };
    }
  }
}

function documentAt(store: RoomStore, seq: number) {
  const document = store.readDocumentAt(seq);
  if (!document) throw new Error(`There is no document at seq ${seq}`);
  return document;
}

/** An answer of the feed holds about as much as one batch may bring in. */
const ANSWER_BYTES = BATCH_BODY_MAX_BYTES;

/**
 * The change feed over HTTP. If `since` can be served: some of what came after it. Else a start over, which may take
 * several pieces.
 * @param cursor where a start over goes on; null: this is a new request
 */
export function readChangesPiece(
  store: RoomStore,
  query: ChangesQuery,
  cursor: PieceCursor | null,
): Result<Piece> {
  if (cursor !== null || !canResume(store, query)) return readStartOver(store, query, cursor);
  return ok({ text: JSON.stringify(readPortion(store, query)), next: null });
}

function readPortion(store: RoomStore, { since, limit }: ChangesQuery): Changes {
  const { head, documentId } = store;
  const updates: Changes["updates"] = [];
  const events: Changes["events"] = [];
  let reached = since;
  let bytes = 0;
  for (const change of iterateChanges(store, since, head, limit)) {
    if ("deltaB64" in change) {
      const { seq, deltaB64, actorId } = change;
      updates.push({ seq, delta_b64: deltaB64, actor_id: actorId });
      bytes += deltaB64.length;
    } else {
      const event = readEvent(store, change);
      events.push(event);
      bytes += JSON.stringify(event).length;
    }
    reached = change.seq;
    if (bytes >= ANSWER_BYTES) break;
  }
  return {
    document_id: documentId,
    since,
    version: head,
    content_epoch: store.lastCrdtRevert,
    resumed: true,
    diverged: false,
    next_since: reached,
    lineage: store.lineage.at(reached),
    more: reached < head,
    updates,
    events,
  };
}

/** Updates and events in `(from, to]`, in the order of their seqs, at most `limit`. */
function* iterateChanges(
  store: RoomStore,
  from: number,
  to: number,
  limit: number,
): Generator<StoredUpdate | EventMark> {
  const events = store.listEvents(from, to, limit).values();
  let event = events.next();
  let left = limit;
  for (const update of store.updates.iterate(from, to)) {
    for (; !event.done && event.value.seq < update.seq; event = events.next()) {
      if (left-- === 0) return;
      yield event.value;
    }
    if (left-- === 0) return;
    yield update;
  }
  for (; !event.done && left > 0; event = events.next(), left--) yield event.value;
}

/**
 * All content up to the head. From there a client can always resume, which it can't from the seq of a resume barrier.
 * Between two pieces a revert or two snapshots may take the content away. Then the client has to ask again.
 */
function readStartOver(store: RoomStore, query: ChangesQuery, cursor: PieceCursor | null): Result<Piece> {
  const start = cursor ?? startCursor(store.head, store.content);
  const { seq, content } = start;
  if (content === null || !store.keeps(content)) {
    return fail("unavailable", "The content has changed meanwhile: ask again");
  }
  const { documentId } = store;
  const known = {
    document_id: documentId,
    since: query.since,
    version: seq,
    content_epoch: store.lastCrdtRevert,
    resumed: false,
    diverged: hasDiverged(store, query),
    next_since: seq,
    lineage: store.lineage.at(seq),
    more: false,
  };
  const parts = [
    literal(`${JSON.stringify(known).slice(0, -1)},"events":[],`),
    ...contentParts(store, content, seq),
    literal("}"),
  ];
  return ok(readPiece(parts, start));
}
