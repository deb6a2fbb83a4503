import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { LabelDefinition } from "../../src/protocol/model/label-set.ts";
import { emptyLabelSet } from "../../src/room/label-sets.ts";
import {
  box,
  claims,
  connect,
  diffVersion,
  good,
  newDocument,
  open,
  readChanges,
  readVersion,
  roomOf,
  stubOf,
} from "../support/room.ts";

const wall: LabelDefinition = { name: "wall", color: "#e11d48", key: "w" };
const door: LabelDefinition = { name: "door", color: "#2563eb", key: "d" };
const gate: LabelDefinition = { name: "gate", color: "#16a34a", key: null };

describe("R68 a document's label set", () => {
  it("is empty at first, and is replaced as a whole, over REST and the socket alike", async () => {
    const { id, room } = await newDocument();
    const { created_at } = good(await room.getDocument(open, false));
    const empty = emptyLabelSet(id, created_at);
    expect(good(await room.getLabels(open))).toEqual(empty);
    const [ann, bob] = [await connect(id), await connect(id)];
    expect((await ann.next("state")).labels).toEqual(empty);

    ann.send({ type: "labels.set", opId: "first", labels: [wall, door] });
    const ack = await ann.next("ack");
    expect(ack).toMatchObject({
      opId: "first",
      seq: 2,
      labels: { labels: [wall, door], version: 2, seq: 2 },
    });
    expect(await bob.next("labels.updated")).toEqual({ type: "labels.updated", seq: 2, labels: ack.labels });

    const second = good(await room.setLabels(open, { labels: [gate], version: 2 }, {}));
    expect(second).toMatchObject({ labels: [gate], version: 3, seq: 3 });
    for (const socket of [ann, bob]) {
      expect(await socket.next("labels.updated")).toEqual({ type: "labels.updated", seq: 3, labels: second });
    }
    expect(good(await room.getLabels(open))).toEqual(second);
    // The document's own fields are others.
    expect(good(await room.getDocument(open, false))).toMatchObject({ version: 1, seq: 3 });
  });

  it("R7 R8 R11 knows its operations, and refuses a stale version with the set as it is", async () => {
    const { id, room } = await newDocument();
    const socket = await connect(id);
    socket.send({ type: "labels.set", opId: "a", labels: [wall], version: 1 });
    const first = await socket.next("ack");
    socket.send({ type: "labels.set", opId: "b", labels: [door] });
    await socket.next("ack");
    socket.send({ type: "labels.set", opId: "a", labels: [wall], version: 1 });
    expect(await socket.next("ack")).toEqual({ ...first, duplicate: true });
    socket.send({ type: "labels.set", opId: "a", labels: [gate], version: 1 });
    expect(await socket.next("error")).toMatchObject({ code: "op_id_reused" });
    socket.send({ type: "labels.set", opId: "c", labels: [gate], version: 2 });
    const current = good(await room.getLabels(open));
    expect(current).toMatchObject({ labels: [door], version: 3 });
    expect(await socket.next("error")).toMatchObject({ code: "stale_version", opId: "c", current });
    // What it is already changes nothing, and is remembered.
    socket.send({ type: "labels.set", opId: "d", labels: [door], version: 3 });
    expect(await socket.next("ack")).toMatchObject({ seq: 3, duplicate: true, labels: current });
    expect(good(await room.getDocument(open, false)).seq).toBe(3);
    socket.send({ type: "labels.set", opId: "e", labels: [] });
    expect(await socket.next("ack")).toMatchObject({ seq: 4 });
    socket.send({ type: "labels.set", opId: "d", labels: [door], version: 3 });
    expect(await socket.next("ack")).toMatchObject({ seq: 3, duplicate: true, labels: current });
  });

  it("R9 R30 takes the role editor to change, and viewer to read", async () => {
    const { id, room } = await newDocument();
    const viewer = claims({ doc: id, role: "viewer" });
    expect(good(await room.getLabels(viewer)).version).toBe(1);
    expect(await room.setLabels(viewer, { labels: [wall] }, {})).toMatchObject({
      error: { code: "forbidden" },
    });
    const socket = await connect(id, { access: viewer });
    socket.send({ type: "labels.set", opId: "a", labels: [wall] });
    expect(await socket.next("error")).toMatchObject({ code: "forbidden", opId: "a" });
    expect(good(await room.getLabels(open)).labels).toEqual([]);
    good(await room.deleteDocument(open, {}));
    expect(await room.getLabels(open)).toMatchObject({ error: { code: "document_deleted" } });
    expect(await room.setLabels(open, { labels: [] }, {})).toMatchObject({
      error: { code: "document_deleted" },
    });
    expect(await roomOf(crypto.randomUUID()).getLabels(open)).toMatchObject({
      error: { code: "document_not_found" },
    });
  });

  it("R3 R15 R18 comes with every state, and its changes with what was missed", async () => {
    const { id, room } = await newDocument();
    good(await room.createAnnotation(open, box, {}));
    good(await room.setLabels(open, { labels: [wall] }, {}));
    good(await room.updateDocument(open, { title: "Renamed" }, {}));
    const last = good(await room.setLabels(open, { labels: [wall, door] }, {}));
    await evictDurableObject(stubOf(id));
    const socket = await connect(id, { since: 2 });
    const state = await socket.next("state");
    expect(state).toMatchObject({ resumed: true, version: 5, labels: last });
    expect(state.events.map(({ type, seq }) => [type, seq])).toEqual([
      ["labels.updated", 3],
      ["document.updated", 4],
      ["labels.updated", 5],
    ]);
    const { events } = good(await readChanges(room, 0, 100));
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(events.slice(2)).toEqual(state.events);
    const fresh = await connect(id);
    expect(await fresh.next("state")).toMatchObject({ resumed: false, labels: last });
  });

  it("I2 is the head where it was the last change, after a restart too", async () => {
    const { id, room } = await newDocument();
    good(await room.setLabels(open, { labels: [wall] }, {}));
    await evictDurableObject(stubOf(id));
    expect(good(await room.getDocument(open, false)).seq).toBe(2);
    good(await room.updateDocument(open, { title: "Next" }, {}));
    expect(good(await room.getDocument(open, false)).seq).toBe(3);
  });

  it("R22 R23 R24 is kept by versions, compared, and brought back with the next version", async () => {
    const { id, room } = await newDocument();
    const before = good(await room.setLabels(open, { labels: [wall] }, {}));
    const version = good(await room.createVersion(open, {}, {}));
    const after = good(await room.setLabels(open, { labels: [door, gate] }, {}));
    expect(good(await readVersion(room, version.id)).state.labels).toEqual(before);
    expect(good(await diffVersion(room, version.id)).labels).toEqual({ before, after });

    const socket = await connect(id);
    await socket.next("state");
    const { document, labels } = good(await room.revertVersion(open, version.id, {}));
    expect(labels).toMatchObject({ labels: [wall], version: 4, seq: document.seq });
    expect(await socket.next("version.reverted")).toMatchObject({ labels });
    expect((await socket.next("state")).labels).toEqual(labels);
    expect(good(await room.getLabels(open))).toEqual(labels);
    expect(good(await diffVersion(room, version.id)).labels).toBeNull();
    // One seq, one event.
    const { events } = good(await readChanges(room, 4, 100));
    expect(events.map(({ type, seq }) => [type, seq])).toEqual([
      ["version.created", 5],
      ["version.reverted", 6],
    ]);
    expect(events.at(-1)).toMatchObject({ labels });

    // And back again: I6.
    const [automatic] = good(await room.listVersions(open, { page: 1, size: 1 })).items;
    const back = good(await room.revertVersion(open, automatic?.id ?? "", {}));
    expect(back.labels).toMatchObject({ labels: [door, gate], version: 5 });
    expect(good(await readVersion(room, version.id)).state.labels).toEqual(before);
  });

  it("stays as it is where a revert finds the same labels", async () => {
    const { id, room } = await newDocument();
    const set = good(await room.setLabels(open, { labels: [wall] }, {}));
    const version = good(await room.createVersion(open, {}, {}));
    good(await room.updateDocument(open, { title: "Renamed" }, {}));
    const socket = await connect(id);
    await socket.next("state");
    expect(good(await room.revertVersion(open, version.id, {})).labels).toEqual(set);
    expect(await socket.next("version.reverted")).toMatchObject({ labels: null });
    expect((await socket.next("state")).labels).toEqual(set);
  });

  it("R1 R46 comes with a new document as its second change, and the same creation finds it made", async () => {
    const id = crypto.randomUUID();
    const room = roomOf(id);
    const input = { id, title: "With labels", metadata: {}, labels: [wall, door] };
    const made = good(await room.createDocument(open, input, { opId: "make" }));
    expect(made).toMatchObject({ created: true, value: { version: 1, seq: 2 } });
    const { created_at } = made.value;
    const set = { ...emptyLabelSet(id, created_at), labels: [wall, door], version: 2, seq: 2 };
    expect(good(await room.getLabels(open))).toEqual(set);
    const { events } = good(await readChanges(room, 0, 10));
    expect(events).toMatchObject([
      { type: "document.updated", seq: 1 },
      { type: "labels.updated", seq: 2, labels: set },
    ]);
    expect(good(await room.createDocument(open, input, { opId: "make" }))).toMatchObject({
      created: false,
      value: { seq: 2 },
    });
    const other = { ...input, labels: [wall] };
    expect(await room.createDocument(open, other, {})).toMatchObject({ error: { code: "id_taken" } });
    // An empty list is none.
    const named = { id: crypto.randomUUID(), title: "Without", metadata: {}, labels: [] };
    expect(good(await roomOf(named.id).createDocument(open, named, {})).value.seq).toBe(1);
  });

  it("R16 counts among what was missed", async () => {
    const { id, room } = await newDocument();
    const many = (start: number) =>
      Array.from({ length: 200 }, (_, n) => ({
        name: `${start} ${n} `.padEnd(60, "x") + n,
        color: "#0a0b0c",
        key: null,
      }));
    for (let n = 0; n < 8; n++) good(await room.setLabels(open, { labels: many(n) }, {}));
    // 8 sets of 20 KiB each: the state is far smaller.
    const socket = await connect(id, { since: 1 });
    expect(await socket.next("state")).toMatchObject({ resumed: false, version: 9 });
  });
});
