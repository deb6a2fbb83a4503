import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findLocks } from "../../src/client/outbox/locks.ts";
import { Journal } from "../../src/client/outbox/journal.ts";
import { MemoryStore } from "../../src/client/outbox/memory-store.ts";
import type { OutboxStore, StoredOperation } from "../../src/client/outbox/operation.ts";
import { Ownership } from "../../src/client/outbox/ownership.ts";
import { waitFor } from "../e2e/support/wait-for.ts";
import { FakeStorage } from "./support/fake-storage.ts";
import { pass } from "./support/tiny-client.ts";

const open = new Set<Ownership>();
afterEach(() => {
  for (const ownership of open) ownership.close();
  open.clear();
  vi.unstubAllGlobals();
});

interface OwnerOptions {
  scope?: () => Promise<string>;
  likelyScope?: string;
  journal?: Journal;
}

/** A client with what it has adopted. */
function makeOwner(store: OutboxStore, options: OwnerOptions = {}) {
  const adopted: string[] = [];
  const ownership = new Ownership({
    store,
    journal: options.journal ?? null,
    scope: options.scope ?? (async () => "scope"),
    likelyScope: options.likelyScope ?? null,
    adopt: (operations) => adopted.push(...operations.map(({ opId }) => opId)),
  });
  open.add(ownership);
  return { ownership, adopted };
}

function operation(opId: string) {
  return {
    opId,
    order: 1,
    revision: 1,
    sent: true,
    message: { type: "annotation.delete", opId, id: "a" },
  } as const;
}

function left(opId: string, owner: string, scope = "scope", revision = 1): StoredOperation {
  return { ...operation(opId), owner, scope, revision };
}

function untilAdopted(adopted: readonly string[], ...opIds: string[]): Promise<true> {
  return waitFor(`${opIds.join()} instead of ${adopted.join()}`, () => {
    return adopted.join() === opIds.join() ? true : undefined;
  });
}

describe.each(["Web Locks", "locks of the program"])("with %s", (kind) => {
  beforeEach(() => {
    if (kind === "Web Locks") expect(navigator.locks).toBeDefined();
    else vi.stubGlobal("navigator", {});
  });

  it("takes over what clients of its scope have left that are gone, and no other", async () => {
    const store = new MemoryStore();
    await store.put([left("mine", "gone"), left("theirs", "gone", "another user")]);
    const { ownership, adopted } = makeOwner(store);
    await ownership.open();
    expect(adopted).toEqual(["mine"]);
    const [kept] = await store.load("scope");
    expect(kept?.owner).not.toBe("gone");
    expect(await store.load("another user")).toMatchObject([{ owner: "gone" }]);
  });

  it("leaves alone what belongs to a client that lives, until it is gone", async () => {
    const store = new MemoryStore();
    await store.put([left("theirs", "living")]);
    const release = await findLocks().take("acetate:living", new AbortController().signal);
    const { ownership, adopted } = makeOwner(store);
    await ownership.open();
    expect(adopted).toEqual([]);
    release();
    await untilAdopted(adopted, "theirs");
  });

  it("gives what a client leaves to one of the others", async () => {
    const store = new MemoryStore();
    const others = [makeOwner(store), makeOwner(store)];
    const leaving = makeOwner(store);
    const [before, after] = others;
    await before?.ownership.open();
    await leaving.ownership.open();
    await leaving.ownership.put([operation("one"), operation("two")]);
    await after?.ownership.open();
    expect(others.flatMap(({ adopted }) => adopted)).toEqual([]);
    leaving.ownership.close();
    await waitFor("somebody to take over", () => {
      return others.some(({ adopted }) => adopted.length > 0) ? true : undefined;
    });
    expect(others.flatMap(({ adopted }) => adopted)).toEqual(["one", "two"]);
  });

  it("gives everything that was left to one of several that start at once", async () => {
    const store = new MemoryStore();
    await store.put([left("one", "gone"), left("two", "gone"), left("three", "gone too")]);
    const owners = Array.from({ length: 5 }, () => makeOwner(store));
    await Promise.all(owners.map(({ ownership }) => ownership.open()));
    await waitFor("all to be adopted", () => {
      return owners.flatMap(({ adopted }) => adopted).length === 3 ? true : undefined;
    });
    expect(owners.flatMap(({ adopted }) => adopted).toSorted()).toEqual(["one", "three", "two"]);
  });
});

it("opens once, however often it is asked, and again after a failure", async () => {
  const store = new MemoryStore();
  await store.put([left("one", "gone")]);
  let calls = 0;
  const scope = async (): Promise<string> => {
    if (calls++ === 0) throw new Error("no token yet");
    return "scope";
  };
  const { ownership, adopted } = makeOwner(store, { scope });
  await expect(ownership.open()).rejects.toThrow("no token yet");
  await Promise.all([ownership.open(), ownership.open()]);
  expect(adopted).toEqual(["one"]);
  expect(calls).toBe(2);
});

it("takes nothing over any more once it is closed", async () => {
  const store = new MemoryStore();
  await store.put([left("theirs", "living")]);
  const release = await findLocks().take("acetate:living", new AbortController().signal);
  const closed = makeOwner(store);
  await closed.ownership.open();
  const end = vi.spyOn(BroadcastChannel.prototype, "close");
  closed.ownership.close();
  expect(end).toHaveBeenCalledTimes(1);
  end.mockRestore();
  const next = makeOwner(store);
  await next.ownership.open();
  release();
  await untilAdopted(next.adopted, "theirs");
  expect(closed.adopted).toEqual([]);
});

it("waits once for another client, however often it hears of it", async () => {
  const store = new MemoryStore();
  const announce = vi.spyOn(BroadcastChannel.prototype, "postMessage");
  const others = [makeOwner(store), makeOwner(store)];
  await others[0]?.ownership.open();
  await others[0]?.ownership.put([operation("theirs")]);
  await others[1]?.ownership.open();
  // Each has announced itself to the other, and what the first one kept was found, too.
  await waitFor("both to wait for the other", async () => {
    const { pending = [] } = await navigator.locks.query();
    return pending.length >= 2 ? true : undefined;
  });
  const third = makeOwner(store);
  await third.ownership.open();
  await waitFor("everybody to wait for all others", async () => {
    const { pending = [] } = await navigator.locks.query();
    return pending.length >= 6 ? true : undefined;
  });
  expect((await navigator.locks.query()).pending).toHaveLength(6);
  // Each for itself, and once for each that came later. Nobody answers a stranger.
  expect(announce).toHaveBeenCalledTimes(6);
  const [stranger, fourth] = [makeOwner(store, { scope: async () => "another" }), makeOwner(store)];
  await stranger.ownership.open();
  await fourth.ownership.open();
  await waitFor("everybody to wait for the fourth, too", async () => {
    const { pending = [] } = await navigator.locks.query();
    return pending.length >= 12 ? true : undefined;
  });
  expect(announce).toHaveBeenCalledTimes(11);
  announce.mockRestore();
});

it("tells where it gets no lock of its own", async () => {
  const request = vi.spyOn(navigator.locks, "request").mockRejectedValueOnce(new Error("no locks here"));
  const { ownership } = makeOwner(new MemoryStore());
  request.mockRestore();
  await expect(ownership.open()).rejects.toThrow("no locks here");
});

it("opens where tabs can't announce themselves, and announces itself once where they can", async () => {
  const store = new MemoryStore();
  const load = vi.spyOn(store, "load").mockRejectedValueOnce(new Error("the disk is busy"));
  const channels = vi.fn(BroadcastChannel);
  vi.stubGlobal("BroadcastChannel", channels);
  const { ownership } = makeOwner(store);
  await expect(ownership.open()).rejects.toThrow("the disk is busy");
  await ownership.open();
  expect(load).toHaveBeenCalledTimes(2);
  expect(channels).toHaveBeenCalledTimes(1);
  vi.unstubAllGlobals();
  const { BroadcastChannel: channel } = globalThis;
  Reflect.deleteProperty(globalThis, "BroadcastChannel");
  try {
    await makeOwner(store).ownership.open();
  } finally {
    globalThis.BroadcastChannel = channel;
  }
});

describe("with a journal", () => {
  let window: EventTarget;
  beforeEach(() => {
    window = new EventTarget();
    vi.stubGlobal("localStorage", new FakeStorage());
    vi.stubGlobal("window", window);
  });

  function readJournal(scope: string): StoredOperation[] {
    return new Journal().read().filter((operation) => operation.scope === scope);
  }

  /** As a tab hears of what another one has written into the journal. */
  function hear(operation: StoredOperation): void {
    new Journal().write(operation);
    const key = Object.keys(localStorage).find((name) => name.endsWith(operation.opId)) ?? "";
    const event = Object.assign(new Event("storage"), { key, newValue: localStorage.getItem(key) });
    window.dispatchEvent(event);
  }

  it("jots down at once what is not in the store yet, until it is", async () => {
    const store = new MemoryStore();
    const { ownership } = makeOwner(store, { journal: new Journal() });
    await ownership.open();
    ownership.jot(operation("one"));
    ownership.jot(operation("two"));
    expect(readJournal("scope")).toMatchObject([{ opId: "one" }, { opId: "two" }]);
    const put = ownership.put([operation("one")]);
    ownership.jot({ ...operation("two"), revision: 2 });
    const again = ownership.put([operation("two")]);
    await Promise.all([put, again]);
    // The store has an older one.
    expect(readJournal("scope")).toMatchObject([{ opId: "two", revision: 2 }]);
    await ownership.remove(["two"]);
    expect(readJournal("scope")).toEqual([]);
  });

  it("keeps what is made before it is known whose it is, as soon as that is known or likely", async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const journal = new Journal();
    const unknown = makeOwner(new MemoryStore(), { journal, scope: () => promise });
    const likely = makeOwner(new MemoryStore(), { journal, scope: () => promise, likelyScope: "likely" });
    void unknown.ownership.open();
    void likely.ownership.open();
    unknown.ownership.jot(operation("one"));
    likely.ownership.jot(operation("two"));
    expect(readJournal("likely")).toMatchObject([{ opId: "two" }]);
    expect(readJournal("scope")).toEqual([]);
    resolve("scope");
    await pass();
    expect(readJournal("scope")).toMatchObject([{ opId: "one" }]);
    // From now on what was likely counts no longer.
    likely.ownership.jot({ ...operation("two"), revision: 2 });
    expect(readJournal("scope")).toHaveLength(2);
    expect(readJournal("likely")).toEqual([]);
  });

  it("takes over the newer of two copies, and the one in the store of two that are equal", async () => {
    const store = new MemoryStore();
    const journal = new Journal();
    await store.put([
      left("one", "gone"),
      left("two", "gone", "scope", 3),
      left("three", "a"),
      left("four", "gone"),
    ]);
    const release = await findLocks().take("acetate:a", new AbortController().signal);
    for (const jotted of [left("one", "gone", "scope", 2), left("two", "gone", "scope", 2)])
      journal.write(jotted);
    journal.write(left("three", "gone"));
    const { ownership, adopted } = makeOwner(store, { journal });
    await ownership.open();
    expect(adopted.toSorted()).toEqual(["four", "one", "two"]);
    const kept = await store.load("scope");
    expect(kept.map(({ opId, revision }) => [opId, revision]).toSorted()).toEqual([
      ["four", 1],
      ["one", 2],
      ["three", 1],
      ["two", 3],
    ]);
    release();
    await untilAdopted(adopted, ...adopted.slice(0, 3), "three");
    expect(readJournal("scope")).toEqual([]);
  });

  it("finds whose operations go from the journal into the store as it looks", async () => {
    const store = new MemoryStore();
    const release = await findLocks().take("acetate:gone", new AbortController().signal);
    const { ownership, adopted } = makeOwner(store, { journal: new Journal() });
    await ownership.open();
    const oldValue = JSON.stringify(left("one", "gone"));
    window.dispatchEvent(
      Object.assign(new Event("storage"), { key: "acetate:outbox:one", newValue: null, oldValue }),
    );
    await store.put([left("one", "gone")]);
    release();
    await untilAdopted(adopted, "one");
  });

  it("hears of a client that is gone before it could announce itself, and of its last words", async () => {
    const store = new MemoryStore();
    const { ownership, adopted } = makeOwner(store, { journal: new Journal() });
    await ownership.open();
    hear(left("another's", "gone", "another user"));
    hear(left("one", "gone"));
    // It comes while the first one is taken over.
    hear(left("two", "gone"));
    await untilAdopted(adopted, "one", "two");
    hear(left("three", "gone"));
    await untilAdopted(adopted, "one", "two", "three");
    expect(readJournal("scope")).toEqual([]);
    ownership.close();
    hear(left("four", "gone"));
    await pass();
    expect(await store.load("scope")).toHaveLength(3);
  });
});
