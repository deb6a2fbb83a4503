import type { Changes } from "../protocol/changes.ts";
import { BATCH_BODY_MAX_BYTES } from "../protocol/limits.ts";
import type { Event } from "../protocol/server-messages.ts";
import { type Entry, toEvent } from "./change.ts";
import type { StoredUpdate } from "../protocol/server-messages.ts";
import type { EventMark } from "./store/event-marks.ts";
import type { RoomStore } from "./store/room-store.ts";

/** Events in `(from, to]`, ascending, exactly as they were broadcast. */
export function* iterateEvents(store: RoomStore, from: number, to: number): Generator<Event> {
  for (const mark of store.listEvents(from, to)) yield readEvent(store, mark);
}

function readEvent(store: RoomStore, mark: EventMark): Event {
  return toEvent(readEntry(store, mark));
}

function readEntry(store: RoomStore, { seq, kind }: EventMark): Exclude<Entry, { kind: "update" }> {
  switch (kind) {
    case "document":
      return { kind, seq, document: documentAt(store, seq) };
    case "annotations":
      return { kind, seq, ...store.annotations.readChangedAt(seq) };
    case "version": {
      const found = store.versions.readBySeq(seq);
      if (!found) throw new Error(`There is no version at seq ${seq}`);
      return { kind, seq, ...found };
    }
    case "revert": {
      const revert = store.versions.readRevert(seq);
      const target = revert && store.versions.read(revert.versionId);
      if (!revert || !target) throw new Error(`There is no revert at seq ${seq}`);
      return {
        kind,
        seq,
        version: target.version,
        document: documentAt(store, seq),
        annotations: revert.inline ? store.annotations.readChangedAt(seq).annotations : [],
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

/** One answer of the feed holds about as much as one batch may bring in. */
const ANSWER_BYTES = BATCH_BODY_MAX_BYTES;

/** The change feed over HTTP: at most `limit` changes after `since`, or a start over where that can't be served. */
export function readChanges(store: RoomStore, since: number, limit: number): Changes {
  const { head, documentId } = store;
  const base = { document_id: documentId, since, version: head };
  // Who got its `since` from this feed has the content of a cut together with it.
  const servable = since <= head && since >= store.compactedThrough && since >= store.lastCut;
  if (!servable) return { ...base, ...readStartOver(store) };
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
  return { ...base, resumed: true, next_since: reached, more: reached < head, updates, events };
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

function readStartOver(store: RoomStore): Omit<Changes, "document_id" | "since" | "version"> {
  const { content, head } = store;
  const { snapshot } = content;
  // The least that makes a base to go on from: the rest comes in portions.
  const reached = Math.max(store.lastCut, store.compactedThrough, snapshot ?? 0);
  const updates = [...store.updates.iterateContent(content, reached)].map((update) => ({
    seq: update.seq,
    delta_b64: update.deltaB64,
    actor_id: update.actorId,
  }));
  return {
    resumed: false,
    snapshot_version: snapshot ?? 0,
    snapshot_b64: snapshot === null ? null : store.snapshots.readBase64(snapshot),
    next_since: reached,
    more: reached < head,
    updates,
    events: [],
  };
}
