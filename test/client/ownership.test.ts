import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findLocks } from "../../src/client/outbox/locks.ts";
import { MemoryStore } from "../../src/client/outbox/memory-store.ts";
import type { OutboxStore, StoredOperation } from "../../src/client/outbox/operation.ts";
import { Ownership } from "../../src/client/outbox/ownership.ts";
import { waitFor } from "../e2e/support/wait-for.ts";

const open = new Set<Ownership>();
afterEach(() => {
  for (const ownership of open) ownership.close();
  open.clear();
  vi.unstubAllGlobals();
});

/** A client with what it has adopted. */
function makeOwner(store: OutboxStore, scope: () => Promise<string> = async () => "scope") {
  const adopted: string[] = [];
  const ownership = new Ownership({
    store,
    scope,
    adopt: (operations) => adopted.push(...operations.map(({ opId }) => opId)),
  });
  open.add(ownership);
  return { ownership, adopted };
}

function operation(opId: string) {
  return { opId, order: 1, sent: true, message: { type: "annotation.delete", opId, id: "a" } } as const;
}

function left(opId: string, owner: string, scope = "scope"): StoredOperation {
  return { ...operation(opId), owner, scope };
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
  const { ownership, adopted } = makeOwner(store, async () => {
    if (calls++ === 0) throw new Error("no token yet");
    return "scope";
  });
  await expect(ownership.open()).rejects.toThrow("no token yet");
  await Promise.all([ownership.open(), ownership.open()]);
  expect(adopted).toEqual(["one"]);
  expect(calls).toBe(2);
});
