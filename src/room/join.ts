import type { Annotation } from "../protocol/annotation.ts";
import { PROTOCOL_VERSION, STATE_PAGE_BYTES } from "../protocol/limits.ts";
import type { StateMessage, StatePageMessage } from "../protocol/server-messages.ts";
import { iterateEvents } from "./feed.ts";
import type { RoomStore } from "./store/room-store.ts";

/** A state ready to be sent: the message, and the pages that follow it where it is large. */
export interface JoinState {
  /** Without who is present: that takes what room is left. */
  state: (connectionId: string) => Omit<StateMessage, "presence">;
  /** As JSON, made page by page from storage while it is sent. Empty where `state` holds everything. */
  pages: () => Generator<string>;
}

/** Whether a client that knows everything up to `since` can be brought up to date by messages. */
export function canResume(store: RoomStore, since: number): boolean {
  // At the seq of a cut itself a client has the event, but perhaps not the state that follows it.
  const beyondCut = store.lastCut === 0 || since > store.lastCut;
  return beyondCut && since <= store.head && since >= store.compactedThrough;
}

/**
 * What a joining client gets. With a `since` that can be served: what came after it. Else the whole state:
 * the latest snapshot, the updates after it, all active annotations.
 */
export function prepareJoin(store: RoomStore, since: number | undefined): JoinState {
  if (since !== undefined && canResume(store, since)) return prepareResume(store, since);
  return prepareFresh(store);
}

function prepareFresh(store: RoomStore): JoinState {
  const { content, head } = store;
  const { snapshot } = content;
  const size =
    (snapshot === null ? 0 : (store.snapshots.size(snapshot) * 4) / 3) +
    store.updates.sizeOfContent(content, head) +
    store.annotations.sizeOfActive();
  const more = size > STATE_PAGE_BYTES;
  const parts = {
    snapshotVersion: snapshot ?? 0,
    snapshotB64: more || snapshot === null ? null : store.snapshots.readBase64(snapshot),
    updates: more ? [] : [...store.updates.iterateContent(content, head)],
    events: [],
    annotations: more ? [] : [...store.annotations.iterateActive()],
  };
  return {
    state: stateOf(store, { ...parts, resumed: false, more }),
    *pages() {
      if (!more) return;
      yield* markLast(
        (function* () {
          if (snapshot !== null) yield* snapshotPages(store, snapshot);
          yield* itemPages("updates", store.updates.iterateContent(content, head));
          yield* itemPages("annotations", store.annotations.iterateActive());
        })(),
      );
    },
  };
}

function prepareResume(store: RoomStore, since: number): JoinState {
  const { head } = store;
  // Events are few beside updates, and mostly small: their size shows while they are gathered.
  let size = store.updates.size(since, head);
  const events: StateMessage["events"] = [];
  for (const event of iterateEvents(store, since, head)) {
    if (size > STATE_PAGE_BYTES) break;
    size += JSON.stringify(event).length;
    events.push(event);
  }
  const more = size > STATE_PAGE_BYTES;
  const parts = {
    snapshotVersion: 0,
    snapshotB64: null,
    updates: more ? [] : [...store.updates.iterate(since, head)],
    events: more ? [] : events,
    annotations: [] as Annotation[],
  };
  return {
    state: stateOf(store, { ...parts, resumed: true, more }),
    *pages() {
      if (!more) return;
      yield* markLast(
        (function* () {
          yield* itemPages("updates", store.updates.iterate(since, head));
          yield* itemPages("events", iterateEvents(store, since, head));
        })(),
      );
    },
  };
}

type Parts = Pick<
  StateMessage,
  "snapshotVersion" | "snapshotB64" | "updates" | "events" | "annotations" | "resumed" | "more"
>;

function stateOf(store: RoomStore, parts: Parts): JoinState["state"] {
  const { documentId, head, document } = store;
  return (connectionId) => ({
    type: "state",
    protocol: PROTOCOL_VERSION,
    documentId,
    connectionId,
    version: head,
    ...parts,
    document,
  });
}

function* snapshotPages(store: RoomStore, version: number): Generator<StatePageMessage> {
  for (const chunkB64 of store.snapshots.iterateBase64(version)) {
    yield { type: "state_page", part: "snapshot", chunkB64, last: false };
  }
}

type ItemPart = Exclude<StatePageMessage, { part: "snapshot" }>;

/** Items in pages of about `STATE_PAGE_BYTES`; each page has at least one. */
function* itemPages<P extends ItemPart["part"]>(
  part: P,
  items: Iterable<Extract<ItemPart, { part: P }>["items"][number]>,
): Generator<{ type: "state_page"; part: P; items: unknown[]; last: boolean }> {
  let gathered: unknown[] = [];
  let size = 0;
  for (const item of items) {
    gathered.push(item);
    size += JSON.stringify(item).length;
    if (size < STATE_PAGE_BYTES) continue;
    yield { type: "state_page", part, items: gathered, last: false };
    gathered = [];
    size = 0;
  }
  if (gathered.length > 0) yield { type: "state_page", part, items: gathered, last: false };
}

/** The pages as JSON, with `last` on the last one: known only when there is no other. */
function* markLast(pages: Iterable<{ last: boolean }>): Generator<string> {
  let held: { last: boolean } | null = null;
  for (const page of pages) {
    if (held) yield JSON.stringify(held);
    held = page;
  }
  if (held) yield JSON.stringify({ ...held, last: true });
}
