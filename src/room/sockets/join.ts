import { PROTOCOL_VERSION, STATE_PAGE_BYTES } from "../../protocol/limits.ts";
import type { StateMessage, StatePageMessage } from "../../protocol/wire/down.ts";
import type { CrdtContent } from "../crdt-content.ts";
import { iterateEvents, readEventTexts } from "../change-feed.ts";
import { type Known, canResume, hasDiverged, isFreshSmaller } from "../resume.ts";
import type { RoomStore } from "../store/room-store.ts";

/** A state ready to be sent: the message, and the pages that follow it if it is large. */
export interface JoinState {
  /** Without the list of who is present, which takes the room that is left. */
  state: (connectionId: string) => Omit<StateMessage, "presence">;
  /**
   * Messages as JSON; null: `state` holds everything. Each is read from storage when it is asked for, and nothing
   * stays open in between. Others may write between two pages; the pages still describe the state as it was when they
   * began.
   */
  pages: Iterator<string> | null;
  /** The updates and the snapshot that the pages are read from. They must stay until the last page is read. */
  content: CrdtContent;
}

/**
 * What a joining client gets. If its `since` can be served: what came after that, unless the whole state is far
 * smaller. Else the whole state: the latest snapshot, the updates after it, all active annotations, and comments.
 */
export function prepareJoin(store: RoomStore, known: Known | null): JoinState {
  if (known === null) return prepareFresh(store, false);
  const { since } = known;
  if (!canResume(store, known)) return prepareFresh(store, hasDiverged(store, known));
  const startOver = isFreshSmaller(store.iterateMissedSizes(since), iterateFreshSizes(store));
  return startOver ? prepareFresh(store, false) : prepareResume(store, since);
}

function prepareFresh(store: RoomStore, diverged: boolean): JoinState {
  const { content, head } = store;
  const { snapshot } = content;
  const more = isMore(iterateFreshSizes(store));
  const parts = {
    snapshotVersion: snapshot ?? 0,
    snapshotB64: more || snapshot === null ? null : store.snapshots.readBase64(snapshot),
    updates: more ? [] : [...store.updates.iterateContent(content, head)],
    events: [],
    annotations: more ? [] : store.annotations.readActiveAt(head, 0, Infinity).annotations,
    comments: more ? [] : store.comments.readAt(head, 0, Infinity).comments,
  };
  return {
    state: stateOf(store, { ...parts, resumed: false, diverged, more }),
    pages: more ? markLast(freshPages(store, content, head)) : null,
    content,
  };
}

function* freshPages(store: RoomStore, content: CrdtContent, head: number): Generator<string> {
  if (content.snapshot !== null) yield* snapshotPages(store, content.snapshot);
  for (const { from, to } of content.ranges) yield* updatePages(store, from, to ?? head);
  yield* itemPages("annotations", 0, (after) =>
    store.annotations.readActiveTextAt(head, after, STATE_PAGE_BYTES),
  );
  yield* itemPages("comments", 0, (after) => store.comments.readTextAt(head, after, STATE_PAGE_BYTES));
}

function* iterateFreshSizes(store: RoomStore): Generator<number> {
  const { content, head } = store;
  if (content.snapshot !== null) yield (store.snapshots.size(content.snapshot) * 4) / 3;
  yield* store.updates.iterateContentSizes(content, head);
  yield* store.annotations.iterateActiveSizes();
  yield* store.comments.iterateSizes();
}

function prepareResume(store: RoomStore, since: number): JoinState {
  const { head } = store;
  const more = isMore(store.iterateMissedSizes(since));
  const parts = {
    snapshotVersion: 0,
    snapshotB64: null,
    updates: more ? [] : [...store.updates.iterate(since, head)],
    events: more ? [] : [...iterateEvents(store, since, head)],
    annotations: [],
    comments: [],
  };
  return {
    state: stateOf(store, { ...parts, resumed: true, diverged: false, more }),
    pages: more ? markLast(missedPages(store, since, head)) : null,
    content: { snapshot: null, ranges: [{ from: since, to: head }] },
  };
}

function* missedPages(store: RoomStore, since: number, head: number): Generator<string> {
  yield* updatePages(store, since, head);
  yield* itemPages("events", since, (from) => readEventTexts(store, from, head, STATE_PAGE_BYTES));
}

/** Whether it is too much for one message. Looks no further than it has to. */
function isMore(sizes: Iterable<number>): boolean {
  let sum = 0;
  for (const size of sizes) {
    sum += size;
    if (sum > STATE_PAGE_BYTES) return true;
  }
  return false;
}

type Parts = Pick<
  StateMessage,
  | "snapshotVersion"
  | "snapshotB64"
  | "updates"
  | "events"
  | "annotations"
  | "comments"
  | "resumed"
  | "diverged"
  | "more"
>;

function stateOf(store: RoomStore, parts: Parts): JoinState["state"] {
  const { documentId, head, document, labelSet, lineage } = store;
  return (connectionId) => ({
    type: "state",
    protocol: PROTOCOL_VERSION,
    documentId,
    connectionId,
    version: head,
    lineage: lineage.present,
    contentEpoch: store.lastCrdtRevert,
    ...parts,
    document,
    labels: labelSet,
  });
}

/** A page without its last member, `last`: that is known only when the next page was asked for. */
function openPage(part: StatePageMessage["part"], member: string): string {
  return `{"type":"state_page","part":"${part}",${member},"last":`;
}

function* snapshotPages(store: RoomStore, version: number): Generator<string> {
  for (let part = 0; ; part++) {
    const chunk = store.snapshots.readChunkBase64(version, part);
    if (chunk === null) return;
    yield openPage("snapshot", `"chunkB64":"${chunk}"`);
  }
}

function updatePages(store: RoomStore, after: number, to: number): Generator<string> {
  return itemPages("updates", after, (from) => store.updates.readText(from, to, STATE_PAGE_BYTES));
}

/** Items in pages of about `STATE_PAGE_BYTES`; each page has at least one. */
function* itemPages(
  part: Exclude<StatePageMessage["part"], "snapshot">,
  start: number,
  read: (from: number) => { items: string[]; next: number | null },
): Generator<string> {
  for (let from: number | null = start; from !== null;) {
    const { items, next } = read(from);
    if (items.length > 0) yield openPage(part, `"items":[${items.join(",")}]`);
    from = next;
  }
}

function* markLast(pages: Iterable<string>): Generator<string> {
  let held: string | null = null;
  for (const page of pages) {
    if (held !== null) yield `${held}false}`;
    held = page;
  }
  if (held !== null) yield `${held}true}`;
}
