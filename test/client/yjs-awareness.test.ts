import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { Signal } from "../../src/client/readable.ts";
import { SharedAwareness } from "../../src/client/yjs/shared-awareness.ts";
import type { PresenceEntry } from "../../src/protocol/wire/down.ts";

type State = Readonly<Record<string, unknown>>;

/** As much of a room as an awareness uses. */
function makeRoom() {
  const own = new Signal<State>({});
  const others = new Signal<readonly PresenceEntry[]>([]);
  const set = (state: State): void => own.set(state);
  const presence = {
    subscribe: (listener: (state: State) => void) => own.subscribe(listener),
    get value() {
      return own.value;
    },
    set,
    update: (state: State): void => set({ ...own.value, ...state }),
  };
  return { others, presence };
}

function makeAwareness(doc = new Y.Doc()): Awareness {
  const awareness = new Awareness(doc);
  open.add(awareness);
  return awareness;
}
const open = new Set<Awareness>();
afterEach(() => {
  for (const awareness of open) awareness.destroy();
  open.clear();
});

function entryOf(connectionId: string, awareness: unknown): PresenceEntry {
  return { connectionId, actorId: "bob", name: "Bob", state: { awareness } };
}

interface Change {
  added: number[];
  updated: number[];
  removed: number[];
}

/** What listeners of an awareness hear, and from whom. */
function listen(awareness: Awareness): { change: Change[]; update: Change[]; origins: unknown[] } {
  const heard = { change: [] as Change[], update: [] as Change[], origins: [] as unknown[] };
  awareness.on("change", (change: Change, origin: unknown) => {
    heard.change.push(change);
    heard.origins.push(origin);
  });
  awareness.on("update", (change: Change) => heard.update.push(change));
  return heard;
}

describe("one's own state", () => {
  it("is a member of the presence, beside the application's own", () => {
    const room = makeRoom();
    const awareness = makeAwareness();
    room.presence.set({ cursor: [1, 2] });
    const shared = new SharedAwareness(awareness, room, "room");
    awareness.setLocalStateField("user", { name: "Ann" });
    const mine = { clientId: awareness.clientID, state: { user: { name: "Ann" } } };
    expect(room.presence.value).toEqual({ cursor: [1, 2], awareness: mine });
    // The application forgets that there is more than its own.
    room.presence.set({ cursor: [3, 4] });
    expect(room.presence.value).toEqual({ cursor: [3, 4], awareness: mine });
    awareness.setLocalState(null);
    expect(room.presence.value).toEqual({ cursor: [3, 4], awareness: null });
    room.presence.set({ cursor: [5, 6] });
    expect(room.presence.value).toEqual({ cursor: [5, 6] });
    awareness.setLocalState({ user: { name: "Ann" } });
    shared.stop();
    awareness.setLocalStateField("user", { name: "Nobody" });
    expect(room.presence.value).toEqual({ cursor: [5, 6], awareness: mine });
  });

  it("is not sent by a hidden client, nor again where nothing has changed", () => {
    const room = makeRoom();
    const update = vi.spyOn(room.presence, "update");
    const hidden = makeAwareness();
    const stop = new SharedAwareness(hidden, room, "room", true);
    hidden.setLocalState({ user: "Ann" });
    expect(update).not.toHaveBeenCalled();
    stop.stop();

    const awareness = makeAwareness();
    const shared = new SharedAwareness(awareness, room, "room");
    awareness.setLocalState({ user: "Ann" });
    const { length } = update.mock.calls;
    awareness.setLocalState({ user: "Ann" });
    room.others.set([entryOf("c2", { clientId: 7, state: {} })]);
    expect(update).toHaveBeenCalledTimes(length);
    shared.stop();
  });

  it("that is too large is reported as uncaught, and stops nothing", () => {
    const room = makeRoom();
    const awareness = makeAwareness();
    const shared = new SharedAwareness(awareness, room, "room");
    room.presence.update = () => {
      throw new Error("too large");
    };
    const later = vi.spyOn(globalThis, "queueMicrotask").mockImplementation(() => {});
    const heard = listen(awareness);
    awareness.setLocalState({ user: "A".repeat(10_000) });
    expect(heard.change).toHaveLength(1);
    expect(later.mock.calls[0]?.[0]).toThrow("too large");
    later.mockRestore();
    shared.stop();
  });

  it("moves to another document with its new client id", () => {
    const room = makeRoom();
    const awareness = makeAwareness();
    const shared = new SharedAwareness(awareness, room, "room");
    awareness.setLocalState({ user: "Ann" });
    const old = awareness.clientID;
    const fresh = new Y.Doc();
    const heard = listen(awareness);
    const tell = shared.moveTo(fresh);
    expect(heard.change).toEqual([]);
    tell();
    expect(heard.change).toEqual([{ added: [fresh.clientID], updated: [], removed: [old] }]);
    expect(awareness).toMatchObject({ doc: fresh, clientID: fresh.clientID });
    expect([...awareness.getStates()]).toEqual([[fresh.clientID, { user: "Ann" }]]);
    expect(awareness.getStates().has(old)).toBe(false);
    expect(room.presence.value).toEqual({ awareness: { clientId: fresh.clientID, state: { user: "Ann" } } });
    shared.stop();
  });
});

describe("the states of others", () => {
  it("come, change and go, and each listener hears of it once", () => {
    const room = makeRoom();
    const awareness = makeAwareness();
    const shared = new SharedAwareness(awareness, room, "room");
    const heard = listen(awareness);
    const eve = entryOf("c3", { clientId: 8, state: { user: "Eve" } });
    room.others.set([entryOf("c2", { clientId: 7, state: { user: "Bob" } }), eve]);
    expect(awareness.getStates().get(7)).toEqual({ user: "Bob" });
    room.others.set([entryOf("c2", { clientId: 7, state: { user: "Bob", cursor: 1 } }), eve]);
    expect(awareness.getStates().get(7)).toEqual({ user: "Bob", cursor: 1 });
    // After a reconnect: the same, as other objects.
    room.others.set([entryOf("c4", { clientId: 7, state: { user: "Bob", cursor: 1 } }), eve]);
    room.others.set([eve]);
    expect([...awareness.getStates().keys()]).toEqual([awareness.clientID, 8]);
    expect(heard.change).toEqual([
      { added: [7, 8], updated: [], removed: [] },
      { added: [], updated: [7], removed: [] },
      { added: [], updated: [], removed: [7] },
    ]);
    expect(heard.update).toEqual([
      { added: [7, 8], updated: [], removed: [] },
      { added: [], updated: [7], removed: [] },
      { added: [], updated: [7], removed: [] },
      { added: [], updated: [], removed: [7] },
    ]);
    expect(new Set(heard.origins)).toEqual(new Set(["room"]));
    shared.stop();
    expect([...awareness.getStates().keys()]).toEqual([awareness.clientID]);
  });

  it("are only those that are an awareness, and never this client's own", () => {
    const room = makeRoom();
    const awareness = makeAwareness();
    awareness.setLocalState({ user: "Ann" });
    const shared = new SharedAwareness(awareness, room, "room");
    room.others.set([
      { connectionId: "c1", actorId: "pen", name: "Pen", state: { cursor: [1, 2] } },
      entryOf("c2", null),
      entryOf("c3", "text"),
      entryOf("c4", { clientId: "7", state: {} }),
      entryOf("c5", { clientId: 7.5, state: {} }),
      entryOf("c6", { clientId: 7, state: null }),
      entryOf("c7", { clientId: 7, state: [] }),
      entryOf("c8", { clientId: awareness.clientID, state: { user: "Not Ann" } }),
    ]);
    expect([...awareness.getStates()]).toEqual([[awareness.clientID, { user: "Ann" }]]);
    shared.stop();
  });

  describe("in the course of time", () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    it("stay as long as the room says that they are there, without a word from them", () => {
      const room = makeRoom();
      const awareness = makeAwareness();
      const shared = new SharedAwareness(awareness, room, "room");
      room.others.set([entryOf("c2", { clientId: 7, state: { user: "Bob" } })]);
      const heard = listen(awareness);
      // Five minutes later. (The clock that it looks at can't be faked.)
      for (const meta of awareness.meta.values()) meta.lastUpdated -= 300_000;
      vi.advanceTimersByTime(10_000);
      expect(awareness.getStates().get(7)).toEqual({ user: "Bob" });
      expect(heard.change).toEqual([]);
      shared.stop();
    });
  });
});
