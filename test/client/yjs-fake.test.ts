import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { MemoryStore } from "../../src/client/outbox/memory-store.ts";
import type { AcetateProvider } from "../../src/client/yjs/index.ts";
import { FakeSocket } from "./support/fake-socket.ts";
import { openProvider, textOf } from "./support/providers.ts";
import { document, documentId, goLive, sentTo, stateOf } from "./support/room-on-fake.ts";

/* What a real service can't be made to do at a given moment. */

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const open = (): AcetateProvider =>
  openProvider("https://acetate.example", documentId, {
    store: new MemoryStore(),
    WebSocket: FakeSocket.asClass(),
  });

const version = {
  id: "b1f1c6de-3f07-4a0a-9a58-6a2b7f0e9c42",
  document_id: documentId,
  number: 1,
  label: "First",
  author: "ann",
  author_name: null,
  automatic: false,
  seq: 1,
  document_version: 1,
  annotation_count: 0,
  created_at: "2026-11-26T09:06:00.000Z",
};

it("sends what waits while a revert comes as made before it, so that it is refused and reported", async () => {
  const ann = open();
  const socket = await goLive();
  textOf(ann).insert(0, "sent at once");
  await vi.advanceTimersByTimeAsync(0);
  textOf(ann).insert(0, "waits for more");
  expect(sentTo(socket).filter(({ type }) => type === "update")).toHaveLength(1);
  socket.tell(
    { type: "version.reverted", seq: 3, version, document, labels: null, annotations: [] },
    { type: "reset", seq: 3, crdtChanged: true },
    stateOf({ version: 3, contentEpoch: 3 }),
  );
  await vi.advanceTimersByTimeAsync(0);
  const updates = sentTo(socket).filter((message) => message.type === "update");
  expect(updates.map(({ baseVersion }) => baseVersion)).toEqual([1, 1]);
  const { doc } = ann;
  expect(textOf(ann).toJSON()).toBe("");
  for (const { opId = "" } of updates) {
    socket.tell({ type: "error", code: "stale_base", message: "Reverted", opId, retryable: false });
  }
  await vi.advanceTimersByTimeAsync(0);
  expect(ann.room.refused.value.map(({ error }) => error.code)).toEqual(["stale_base", "stale_base"]);
  expect(ann.unsaved.value).toBe(0);
  expect(ann.doc).toBe(doc);
});

it("shows that there is something unsaved from the first key on, until it is acknowledged", async () => {
  const ann = open();
  const socket = await goLive();
  const counts: number[] = [];
  ann.unsaved.subscribe((count) => counts.push(count));
  textOf(ann).insert(0, "a");
  expect(ann.unsaved.value).toBe(1);
  await vi.advanceTimersByTimeAsync(0);
  textOf(ann).insert(0, "b");
  expect(ann.unsaved.value).toBe(2);
  await vi.advanceTimersByTimeAsync(50);
  for (const [at, message] of sentTo(socket)
    .filter(({ type }) => type === "update")
    .entries()) {
    if (message.type === "update") socket.tell({ type: "ack", opId: message.opId ?? "", seq: 2 + at });
  }
  await vi.advanceTimersByTimeAsync(0);
  expect(counts).toEqual([0, 1, 2, 1, 0]);
});

it("takes out of the document what is refused for good, and tells of the fresh one", async () => {
  const ann = open();
  const socket = await goLive();
  const fresh: unknown[] = [];
  const listener = (doc: unknown): void => void fresh.push(doc);
  ann.on("reset", listener);
  const write = async (): Promise<void> => {
    textOf(ann).insert(0, "Not allowed");
    await vi.advanceTimersByTimeAsync(50);
    const last = sentTo(socket).findLast((message) => message.type === "update");
    socket.tell({
      type: "error",
      code: "forbidden",
      message: "No",
      opId: last?.opId ?? "",
      retryable: false,
    });
    await vi.advanceTimersByTimeAsync(0);
  };
  await write();
  expect(fresh).toEqual([ann.doc]);
  expect(ann.awareness.doc).toBe(ann.doc);
  expect(textOf(ann).toJSON()).toBe("");
  ann.off("reset", listener);
  await write();
  expect(fresh).toHaveLength(1);
  expect(textOf(ann).toJSON()).toBe("");
});

it("ends with its document, also with the one after a reset, and not with the one before", async () => {
  const ann = open();
  const socket = await goLive();
  const old = ann.doc;
  socket.tell(stateOf({ version: 3, contentEpoch: 3 }));
  expect(ann.doc).not.toBe(old);
  old.destroy();
  expect(ann.status).toBe("connected");
  ann.doc.destroy();
  expect(ann.status).toBe("disconnected");
  expect(ann.room.status.value.state).toBe("closed");
});
