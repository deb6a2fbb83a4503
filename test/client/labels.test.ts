import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MemoryStore } from "../../src/client/outbox/memory-store.ts";
import type { LabelSet } from "../../src/protocol/model/label-set.ts";
import type { FakeSocket } from "./support/fake-socket.ts";
import { goLive, labels as empty, openFakeRoom, sentTo } from "./support/room-on-fake.ts";

beforeEach(() => {
  // Real locks come in real time.
  vi.stubGlobal("navigator", {});
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const hill = { name: "hill", color: "#00c853", key: "h" };
const mast = { name: "mast", color: "#1565c0", key: null };
const pass = () => vi.advanceTimersByTimeAsync(0);

function setOf(seq: number, ...labels: LabelSet["labels"]): LabelSet {
  return { ...empty, labels, version: seq, seq };
}
function sets(socket: FakeSocket) {
  return sentTo(socket).filter((message) => message.type === "labels.set");
}
const shownBy = (room: ReturnType<typeof openFakeRoom>) => room.labels.value?.labels.map(({ name }) => name);

describe("room.labels", () => {
  it("is null at first, then what the service has", async () => {
    const room = openFakeRoom();
    const told: unknown[] = [];
    room.labels.subscribe((set) => told.push(set && set.seq));
    expect(room.labels.value).toBeNull();
    const socket = await goLive({ labels: setOf(1, hill) });
    socket.tell({ type: "labels.updated", seq: 2, labels: setOf(2, mast) });
    expect(room.labels.value).toEqual(setOf(2, mast));
    // What others do to anything else tells nobody.
    socket.tell({ type: "remote_update", seq: 3, deltaB64: "AQID", actorId: "bob" });
    socket.end(1006);
    await goLive({ resumed: true, version: 4, labels: setOf(4, hill, mast) });
    expect(shownBy(room)).toEqual(["hill", "mast"]);
    expect(told).toEqual([null, 1, 2, 4]);
    room.close();
  });

  it("shows what is set at once, over what others set, until it is acknowledged", async () => {
    const room = openFakeRoom();
    const socket = await goLive();
    const { saved } = room.labels.set([hill, { name: "mast", color: "#1565c0" }]);
    expect(room.labels.value).toEqual({ ...empty, labels: [hill, mast] });
    expect(room.unsaved.value).toBe(1);
    await pass();
    const [message] = sets(socket);
    expect(message).toMatchObject({ labels: [hill, { name: "mast" }] });
    socket.tell({ type: "labels.updated", seq: 2, labels: setOf(2, { ...hill, name: "theirs" }) });
    expect(room.labels.value).toMatchObject({ version: 2, labels: [hill, mast] });
    socket.tell({ type: "ack", opId: message?.opId ?? "", seq: 3, labels: setOf(3, hill, mast) });
    await saved;
    expect(room.labels.value).toEqual(setOf(3, hill, mast));
    socket.tell({ type: "labels.updated", seq: 4, labels: setOf(4) });
    expect(shownBy(room)).toEqual([]);
    room.close();
  });

  it("sends lists one after the other, and of those that wait only the last", async () => {
    const room = openFakeRoom();
    const socket = await goLive();
    const first = room.labels.set([hill]);
    await pass();
    const second = room.labels.set([mast]);
    const third = room.labels.set([hill, mast]);
    await pass();
    expect(sets(socket)).toHaveLength(1);
    expect(room.unsaved.value).toBe(2);
    socket.tell({ type: "ack", opId: sets(socket)[0]?.opId ?? "", seq: 2, labels: setOf(2, hill) });
    await first.saved;
    expect(shownBy(room)).toEqual(["hill", "mast"]);
    await pass();
    expect(sets(socket).map(({ labels }) => labels.length)).toEqual([1, 2]);
    socket.tell({ type: "ack", opId: sets(socket)[1]?.opId ?? "", seq: 3, labels: setOf(3, hill, mast) });
    await Promise.all([second.saved, third.saved]);
    expect(room.labels.value).toEqual(setOf(3, hill, mast));
    room.close();
  });

  it("keeps what is newer where a late answer shows an older set", async () => {
    const room = openFakeRoom();
    const first = await goLive();
    const { saved } = room.labels.set([hill]);
    await pass();
    first.end(1006);
    // It had arrived, and somebody has set another list since.
    const second = await goLive({ resumed: true, version: 3, labels: setOf(3, mast) });
    expect(shownBy(room)).toEqual(["hill"]);
    const { opId = "" } = sets(second)[0] ?? {};
    second.tell({ type: "ack", opId, seq: 2, duplicate: true, labels: setOf(2, hill) });
    await saved;
    expect(room.labels.value).toEqual(setOf(3, mast));
    room.close();
  });

  it("takes back what is refused, and keeps it readable", async () => {
    const room = openFakeRoom();
    const socket = await goLive({ labels: setOf(1, mast) });
    const { saved } = room.labels.set([hill]);
    await pass();
    const { opId = "" } = sets(socket)[0] ?? {};
    socket.tell({ type: "error", code: "forbidden", message: "No", opId, retryable: false });
    await expect(saved).rejects.toMatchObject({ code: "forbidden" });
    expect(shownBy(room)).toEqual(["mast"]);
    expect(room.refused.value).toMatchObject([{ message: { type: "labels.set", labels: [hill] } }]);
    room.close();
  });

  it("is left to the next room of the same store where it is not saved", async () => {
    const store = new MemoryStore();
    const before = openFakeRoom({ store });
    before.labels.set([hill]).saved.catch(() => {});
    await pass();
    before.close();
    await vi.advanceTimersByTimeAsync(1_000);
    const after = openFakeRoom({ store });
    const socket = await goLive({ labels: setOf(1, mast) });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sets(socket)).toMatchObject([{ labels: [hill] }]);
    expect(shownBy(after)).toEqual(["hill"]);
    after.close();
  });
});
