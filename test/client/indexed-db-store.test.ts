import "fake-indexeddb/auto";
import { expect, it, vi } from "vitest";
import { connect } from "../../src/client/connect.ts";
import { IndexedDbStore } from "../../src/client/outbox/indexed-db-store.ts";
import type { StoredOperation } from "../../src/client/outbox/operation.ts";
import { FakeSocket } from "./support/fake-socket.ts";
import { documentId } from "./support/room-on-fake.ts";
import { until } from "./support/rooms.ts";

function operation(opId: string, scope: string): StoredOperation {
  const message = { type: "annotation.delete", opId, id: "a" } as const;
  return { opId, scope, owner: "o", order: 1, revision: 1, sent: false, message };
}

async function idsOf(store: IndexedDbStore, scope: string): Promise<string[]> {
  return (await store.load(scope)).map(({ opId }) => opId);
}

it("keeps operations by scope, over another store of the same site", async () => {
  const store = new IndexedDbStore();
  await store.put([operation("1", "a"), operation("2", "a"), operation("3", "b")]);
  await store.put([{ ...operation("2", "a"), sent: true }]);
  await store.remove(["1"]);
  const other = new IndexedDbStore();
  expect(await other.load("a")).toEqual([{ ...operation("2", "a"), sent: true }]);
  expect(await idsOf(other, "b")).toEqual(["3"]);
});

it("begins at once, for a page that is gone a moment later", async () => {
  const store = new IndexedDbStore();
  await store.put([operation("1", "f")]);
  const begin = vi.spyOn(IDBDatabase.prototype, "transaction");
  const puts = [store.put([operation("2", "f")]), store.put([{ ...operation("2", "f"), sent: true }])];
  const removed = store.remove(["1"]);
  expect(begin).toHaveBeenCalledTimes(3);
  begin.mockRestore();
  await Promise.all([...puts, removed]);
  expect(await store.load("f")).toEqual([{ ...operation("2", "f"), sent: true }]);
});

it("opens the database before it is asked, and only once", async () => {
  const opening = vi.spyOn(indexedDB, "open");
  const store = new IndexedDbStore();
  expect(opening).toHaveBeenCalledTimes(1);
  await Promise.all([store.load("g"), store.put([operation("1", "g")]), store.remove([])]);
  expect(opening).toHaveBeenCalledTimes(1);
  opening.mockRestore();
});

it("makes way for who deletes the database, and makes it anew", async () => {
  const store = new IndexedDbStore();
  await store.put([operation("1", "d")]);
  await new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase("acetate");
    request.addEventListener("success", resolve);
    request.addEventListener("blocked", reject);
  });
  await store.put([operation("2", "d")]);
  expect(await idsOf(store, "d")).toEqual(["2"]);
});

it("opens the database again after the browser has closed it, or refused it", async () => {
  const store = new IndexedDbStore();
  await store.put([operation("1", "e")]);
  const closing = vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementationOnce(() => {
    throw new DOMException("The database connection is closing", "InvalidStateError");
  });
  expect(await idsOf(store, "e")).toEqual(["1"]);
  closing.mockRestore();
  const opening = vi.spyOn(indexedDB, "open").mockImplementation(() => {
    throw new DOMException("The operation is insecure", "SecurityError");
  });
  const refused = new IndexedDbStore();
  await expect(refused.load("e")).rejects.toThrow(/insecure/);
  opening.mockRestore();
  expect(await idsOf(refused, "e")).toEqual(["1"]);
});

it("tells why the browser can't open the database, or does not let it be used", async () => {
  const store = new IndexedDbStore();
  await store.put([operation("1", "h")]);
  const closing = vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(() => {
    throw new DOMException("The database connection is closing", "InvalidStateError");
  });
  await expect(store.load("h")).rejects.toThrow(/is closing/);
  closing.mockRestore();
  // As after a newer version of this library.
  const newer = indexedDB.open("acetate", 2);
  await new Promise((resolve) => newer.addEventListener("success", resolve));
  newer.result.close();
  await expect(store.load("h")).rejects.toThrow(/version/);
  const deleting = indexedDB.deleteDatabase("acetate");
  await new Promise((resolve) => deleting.addEventListener("success", resolve));
});

it("is where a room keeps its changes, unless the browser refuses", async () => {
  const url = "https://acetate.example";
  const options = { WebSocket: FakeSocket.asClass(), actorId: "ann" };
  const room = connect(url, documentId, options);
  const note = room.annotations.create({ type: "point", geometry: { x: 1, y: 2 } });
  room.close();
  const next = connect(url, documentId, options);
  await until(next.unsaved, (unsaved) => unsaved === 1);
  expect(next.annotations.get(note.id)).toBeDefined();
  next.close();
  const opening = vi.spyOn(indexedDB, "open").mockImplementation(() => {
    throw new DOMException("The operation is insecure", "SecurityError");
  });
  const refused = connect(url, documentId, options);
  const { storeError } = await until(refused.status, (status) => status.storeError !== null);
  expect(storeError).toMatchObject({ code: "store" });
  expect(storeError?.message).toContain("The operation is insecure");
  opening.mockRestore();
  await until(refused.status, (status) => status.storeError === null);
  await until(refused.unsaved, (unsaved) => unsaved === 1);
  refused.close();
});
