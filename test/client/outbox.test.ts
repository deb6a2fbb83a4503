import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AcetateError } from "../../src/client/acetate-error.ts";
import type { OperationMessage, Operation } from "../../src/client/outbox/operation.ts";
import { Outbox } from "../../src/client/outbox/outbox.ts";
import { BYTES_PER_SECOND, FRAME_MESSAGES_MAX } from "../../src/protocol/limits.ts";
import { TestStore, pass } from "./support/tiny-client.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function start(store = new TestStore()): { outbox: Outbox; sent: OperationMessage[]; store: TestStore } {
  const sent: OperationMessage[] = [];
  const outbox = new Outbox({
    store,
    send: (messages) => sent.push(...messages),
    stamp: (message) => (message.type === "annotation.update" ? { ...message, version: 7 } : message),
  });
  return { outbox, sent, store };
}

function content(opId: string, deltaB64 = "AQID"): OperationMessage {
  return { type: "update", opId, baseVersion: 1, deltaB64 };
}

function update(opId: string, id: string): OperationMessage {
  return { type: "annotation.update", opId, id, version: 1, patch: { text: opId } };
}

function opIds(messages: readonly { opId: string }[]): string[] {
  return messages.map(({ opId }) => opId);
}

test("an operation is in the store before it is sent, and leaves it when it is acknowledged", async () => {
  const { outbox, sent, store } = start();
  const put = vi.spyOn(store, "put").mockImplementationOnce(async (operations) => {
    expect(sent).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (const operation of operations) store.operations.set(operation.opId, operation);
  });
  outbox.resume();
  const { saved } = outbox.add(content("a"));
  await pass();
  expect(put).toHaveBeenCalledTimes(1);
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(100);
  expect(opIds(sent)).toEqual(["a"]);
  expect(outbox.unsaved.value).toBe(1);
  outbox.acknowledge("a");
  await saved;
  await pass();
  expect(outbox.unsaved.value).toBe(0);
  expect(store.operations.size).toBe(0);
});

test("operations of one annotation go one after the other, others at once", async () => {
  const { outbox, sent } = start();
  outbox.resume();
  for (const [opId, id] of [
    ["1", "a"],
    ["2", "a"],
    ["3", "b"],
  ] as const)
    outbox.add(update(opId, id));
  outbox.add(content("4"));
  outbox.add(content("5"));
  await pass();
  expect(opIds(sent)).toEqual(["1", "3", "4", "5"]);
  outbox.acknowledge("1");
  await pass();
  expect(opIds(sent)).toEqual(["1", "3", "4", "5", "2"]);
});

test("lists of the label set go one after the other", async () => {
  const { outbox, sent } = start();
  outbox.resume();
  for (const opId of ["1", "2"]) outbox.add({ type: "labels.set", opId, labels: [] });
  outbox.add(update("3", "a"));
  await pass();
  expect(opIds(sent)).toEqual(["1", "3"]);
  // Too fast: the later one must not be overwritten by it.
  outbox.postpone("1", 100);
  await vi.advanceTimersByTimeAsync(100);
  expect(opIds(sent)).toEqual(["1", "3", "1"]);
  outbox.acknowledge("1");
  await pass();
  expect(opIds(sent)).toEqual(["1", "3", "1", "2"]);
});

test("what was sent and not answered goes again as it was, in order, and nothing goes while there is no connection", async () => {
  const { outbox, sent, store } = start();
  outbox.resume();
  outbox.add(update("1", "a"));
  await pass();
  outbox.pause();
  outbox.add(content("2"));
  await pass();
  expect(opIds(sent)).toEqual(["1"]);
  expect([...store.operations.values()].map(({ opId, sent }) => [opId, sent])).toEqual([
    ["1", true],
    ["2", false],
  ]);
  outbox.resume();
  await pass();
  expect(opIds(sent)).toEqual(["1", "1", "2"]);
  expect(sent[1]).toEqual(sent[0]);
  expect(sent[0]).toMatchObject({ version: 7 });
});

test("an operation that may succeed later is sent again with all others after the time that was asked for", async () => {
  const { outbox, sent } = start();
  outbox.resume();
  outbox.add(content("1"));
  await pass();
  outbox.postpone("1", 300);
  outbox.add(content("2"));
  await vi.advanceTimersByTimeAsync(299);
  expect(opIds(sent)).toEqual(["1"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(opIds(sent)).toEqual(["1", "1", "2"]);
  outbox.postpone("2", undefined);
  await vi.advanceTimersByTimeAsync(999);
  expect(sent).toHaveLength(3);
  await vi.advanceTimersByTimeAsync(1);
  expect(opIds(sent).at(-1)).toBe("2");
  outbox.postpone("nobody's", 1);
});

test("what is refused for good is kept, over another client too, until it is dismissed", async () => {
  const { outbox, sent, store } = start();
  outbox.resume();
  const { saved } = outbox.add(content("1"));
  await pass();
  const error = new AcetateError("stale_base", "It was made before a revert");
  expect(outbox.refuse("1", error)).toMatchObject({ opId: "1", error });
  await expect(saved).rejects.toBe(error);
  await pass();
  expect(outbox.unsaved.value).toBe(0);
  outbox.pause();
  outbox.resume();
  await pass();
  expect(opIds(sent)).toEqual(["1"]);
  const next = start(store);
  expect(next.outbox.adopt(await store.load())).toEqual([]);
  expect(next.outbox.refused.value).toMatchObject([
    { opId: "1", error: { code: "stale_base", message: error.message } },
  ]);
  next.outbox.resume();
  await pass();
  expect(next.sent).toEqual([]);
  next.outbox.dismiss("1");
  await pass();
  expect(next.outbox.refused.value).toEqual([]);
  expect(store.operations.size).toBe(0);
});

test("another client takes over in order, under its own name, and goes on after the last", async () => {
  const store = new TestStore();
  const first = start(store);
  for (const opId of ["1", "2", "3"]) first.outbox.add(content(opId));
  await pass();
  const left = [...store.operations.values()];
  const { outbox, sent } = start(store);
  expect(outbox.adopt([...left].reverse()).map(({ operation }) => operation.opId)).toEqual(["1", "2", "3"]);
  outbox.resume();
  outbox.add(content("4"));
  await pass();
  expect(opIds(sent)).toEqual(["1", "2", "3", "4"]);
  const orders = [...store.operations.values()].sort((a, b) => a.order - b.order).map(({ opId }) => opId);
  expect(orders).toEqual(["1", "2", "3", "4"]);
});

test("a store that fails is told of and tried again; operations are sent all the same", async () => {
  const { outbox, sent, store } = start();
  outbox.resume();
  store.failing = true;
  outbox.add(content("1"));
  await pass();
  expect(opIds(sent)).toEqual(["1"]);
  expect(outbox.storeError.value).toMatchObject({
    code: "store",
    message: expect.stringContaining("the disk is full"),
  });
  outbox.add(content("2"));
  await pass();
  expect(opIds(sent)).toEqual(["1", "2"]);
  outbox.acknowledge("1");
  store.failing = false;
  await vi.advanceTimersByTimeAsync(31_000);
  expect(outbox.storeError.value).toBeNull();
  expect([...store.operations.keys()]).toEqual(["2"]);
  expect(opIds(sent)).toEqual(["1", "2"]);
});

test("what is acknowledged while the store fails is gone from it in the end", async () => {
  const { outbox, store } = start();
  outbox.resume();
  outbox.add(content("1"));
  await pass();
  store.failing = true;
  outbox.acknowledge("1");
  await pass();
  expect([...store.operations.keys()]).toEqual(["1"]);
  store.failing = false;
  await vi.advanceTimersByTimeAsync(31_000);
  expect(store.operations.size).toBe(0);
});

test("a frame's worth of messages waits for answers at a time, and a second's worth of bytes", async () => {
  const { outbox, sent } = start();
  outbox.resume();
  for (let index = 0; index <= FRAME_MESSAGES_MAX; index++) outbox.add(content(`${index}`));
  await pass();
  expect(sent).toHaveLength(FRAME_MESSAGES_MAX);
  outbox.acknowledge("0");
  await pass();
  expect(opIds(sent).at(-1)).toBe(`${FRAME_MESSAGES_MAX}`);

  const large = start();
  large.outbox.resume();
  const delta = "A".repeat(BYTES_PER_SECOND / 2 - 200);
  for (const opId of ["1", "2", "3"]) large.outbox.add(content(opId, delta));
  await pass();
  expect(opIds(large.sent)).toEqual(["1", "2"]);
  const huge = start();
  huge.outbox.resume();
  for (const opId of ["1", "2"]) huge.outbox.add(content(opId, "A".repeat(BYTES_PER_SECOND)));
  await pass();
  expect(opIds(huge.sent)).toEqual(["1"]);
});

test("after close nothing is sent, what waits stays in the store, and its promises say so", async () => {
  const { outbox, sent, store } = start();
  const { saved } = outbox.add(content("1"));
  const error = new AcetateError("closed", "The room was closed");
  await outbox.close(error);
  await expect(saved).rejects.toBe(error);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toEqual([]);
  expect([...store.operations.values()].map(({ opId }: Operation) => opId)).toEqual(["1"]);
  expect(vi.getTimerCount()).toBe(0);
});

test("a page that goes away leaves everything to the store at once, while the store is still at work", async () => {
  const { outbox, store } = start();
  outbox.resume();
  outbox.add(content("1"));
  await pass();
  const put = vi.spyOn(store, "put").mockImplementationOnce(() => new Promise(() => {}));
  const remove = vi.spyOn(store, "remove");
  outbox.add(content("2"));
  await pass();
  outbox.add(content("3"));
  outbox.acknowledge("1");
  await pass();
  expect(put).toHaveBeenCalledTimes(1);
  expect(remove).not.toHaveBeenCalled();
  outbox.flush();
  expect(put.mock.lastCall?.[0]).toMatchObject([{ opId: "3" }]);
  expect(remove.mock.lastCall?.[0]).toEqual(["1"]);
});

test("a page that goes away asks for nothing where the store has all, or is not open, and hears of no failure", async () => {
  const { outbox, store } = start();
  const put = vi.spyOn(store, "put");
  const remove = vi.spyOn(store, "remove");
  outbox.add(content("1"));
  outbox.flush();
  expect(put).not.toHaveBeenCalled();
  await pass();
  expect(put).toHaveBeenCalledTimes(1);
  outbox.flush();
  expect(put).toHaveBeenCalledTimes(1);
  expect(remove).not.toHaveBeenCalled();
  store.failing = true;
  outbox.add(content("2"));
  outbox.acknowledge("1");
  outbox.flush();
  await pass();
  expect(outbox.storeError.value).toMatchObject({ code: "store" });
  store.failing = false;
  await vi.advanceTimersByTimeAsync(31_000);
  expect([...store.operations.keys()]).toEqual(["2"]);
});

test("close leaves everything to the store at once, and once, and ends when it is there", async () => {
  const { outbox, store } = start();
  await outbox.open();
  const puts: PromiseWithResolvers<void>[] = [];
  const put = vi.spyOn(store, "put").mockImplementation(() => {
    const answer = Promise.withResolvers<void>();
    puts.push(answer);
    return answer.promise;
  });
  outbox.add(content("1"));
  await pass();
  outbox.add(content("2"));
  let isClosed = false;
  const closing = outbox
    .close(new AcetateError("closed", "The room was closed"))
    .then(() => (isClosed = true));
  expect(put.mock.lastCall?.[0]).toMatchObject([{ opId: "2" }]);
  puts[0]?.resolve();
  await pass();
  expect(isClosed).toBe(false);
  puts[1]?.resolve();
  await closing;
  expect(put).toHaveBeenCalledTimes(2);
});

test("close tries a store that fails once more", async () => {
  const { outbox, store } = start();
  await outbox.open();
  store.failing = true;
  outbox.add(content("1"));
  outbox.acknowledge("1");
  outbox.add(content("2"));
  const closing = outbox.close(new AcetateError("closed", "The room was closed"));
  store.failing = false;
  await closing;
  expect([...store.operations.keys()]).toEqual(["2"]);
  expect(vi.getTimerCount()).toBe(0);
});

test("a page that goes away hands nothing over that was handed over already", async () => {
  const { outbox, sent, store } = start();
  outbox.resume();
  await pass();
  const put = vi.spyOn(store, "put");
  outbox.add(content("1"));
  outbox.flush();
  outbox.flush();
  expect(put).toHaveBeenCalledTimes(1);
  await pass();
  // If it lives on, the store hears that the operation is sent now.
  expect(put.mock.calls.map(([operations]) => operations.map((operation) => operation.opId))).toEqual([
    ["1"],
    ["1"],
  ]);
  expect(store.operations.get("1")).toMatchObject({ sent: true });
  expect(opIds(sent)).toEqual(["1"]);
});

test("each change of an operation is jotted down before the call returns, with a higher revision", async () => {
  const store = Object.assign(new TestStore(), { jot: vi.fn<(operation: Operation) => void>() });
  const jotted = (): unknown[] => {
    const calls = store.jot.mock.calls.map(([{ opId, revision, sent }]) => [opId, revision, sent]);
    store.jot.mockClear();
    return calls;
  };
  const { outbox } = start(store);
  const entry = outbox.add(update("1", "a"));
  expect(jotted()).toEqual([["1", 1, false]]);
  outbox.amend(entry, update("1", "a"));
  expect(jotted()).toEqual([["1", 2, false]]);
  await pass();
  outbox.resume();
  await pass();
  expect(jotted()).toEqual([["1", 3, true]]);
  outbox.replace(entry, update("2", "a"));
  expect(jotted()).toEqual([["2", 4, false]]);
  outbox.refuse("2", new AcetateError("invalid", "no"));
  expect(jotted()).toEqual([["2", 5, false]]);
});

test("an operation that is adopted twice waits once", async () => {
  const { outbox, sent, store } = start();
  const first = start(store);
  first.outbox.add(content("1"));
  await pass();
  const left = await store.load();
  expect(outbox.adopt(left)).toHaveLength(1);
  expect(outbox.adopt(left)).toEqual([]);
  outbox.resume();
  await pass();
  expect(opIds(sent)).toEqual(["1"]);
});

test("answers to operations that nobody knows change nothing", () => {
  const { outbox } = start();
  outbox.acknowledge("nobody's");
  expect(outbox.refuse("nobody's", new AcetateError("invalid", "no"))).toBeUndefined();
  expect(outbox.find("nobody's")).toBeUndefined();
  expect(outbox.unsaved.value).toBe(0);
});

test("the store knows of each operation that it was sent before it is, and of the one that took its place", async () => {
  const { outbox, sent, store } = start();
  outbox.resume();
  outbox.add(update("1", "a"));
  const second = outbox.add(update("2", "a"));
  await pass();
  expect(store.operations.get("2")).toMatchObject({ sent: false });
  outbox.acknowledge("1");
  await pass();
  expect(opIds(sent)).toEqual(["1", "2"]);
  expect(store.operations.get("2")).toMatchObject({ sent: true, message: { version: 7 } });
  outbox.pause();
  outbox.replace(second, update("3", "a"), { text: "before" });
  await pass();
  expect([...store.operations.values()]).toMatchObject([
    { opId: "3", sent: false, before: { text: "before" } },
  ]);
  outbox.resume();
  await pass();
  expect(opIds(sent)).toEqual(["1", "2", "3"]);
  outbox.acknowledge("3");
  await second.saved;
});

test("a connection that is lost while the store works gets nothing of before", async () => {
  const { outbox, sent, store } = start();
  let finish = (): void => {};
  vi.spyOn(store, "put").mockImplementationOnce(() => new Promise((resolve) => (finish = resolve)));
  outbox.resume();
  outbox.add(content("1"));
  await pass();
  outbox.pause();
  finish();
  await pass();
  expect(sent).toEqual([]);
  outbox.resume();
  await pass();
  expect(opIds(sent)).toEqual(["1"]);
});

test("close ends what waits for its time, and whoever ignores `saved` hears nothing of it", async () => {
  const { outbox, sent, store } = start();
  outbox.resume();
  store.failing = true;
  outbox.add(content("1"));
  await pass();
  outbox.postpone("1", 100);
  await outbox.close(new AcetateError("closed", "The room was closed"));
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(opIds(sent)).toEqual(["1"]);
});
