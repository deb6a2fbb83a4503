import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { ServerMessage } from "../../src/protocol/wire/down.ts";
import { box, connect, good, newDocument, open, readChanges } from "../support/room.ts";

describe("resume", () => {
  it("I4 R15 a client gets exactly what it missed, as it was broadcast", async () => {
    const { id, room, stub } = await newDocument();
    const witness = await connect(id);
    const { version: since } = await witness.next("state");
    witness.update("u1", "one");
    await witness.next("ack");
    const { value: annotation } = good(await room.createAnnotation(open, box, {}));
    good(await room.updateAnnotation(open, annotation.id, 1, { text: "moved" }, {}));
    good(
      await room.applyBatch(
        open,
        [
          { ...box, op: "create" },
          { op: "update", id: annotation.id, version: 2, z_index: 3 },
        ],
        {},
      ),
    );
    good(await room.deleteAnnotation(open, annotation.id, undefined, {}));
    const version = good(await room.createVersion(open, { label: "v" }, {}));
    good(await room.updateDocument(open, { title: "New" }, {}));
    good(await room.revertVersion(open, version.id, {}));
    await witness.next("reset");
    await evictDurableObject(stub);

    const back = await connect(id, { since });
    const state = await back.next("state");
    expect(state).toMatchObject({
      resumed: true,
      more: false,
      snapshotB64: null,
      annotations: [],
      version: 10,
    });
    expect(state.updates.map(({ seq }) => seq)).toEqual([2]);
    const live = witness.messages.filter(isEvent);
    expect(state.events).toEqual(live);
    expect(state.events.map(({ type }) => type)).toEqual([
      "annotation.created",
      "annotation.updated",
      "annotation.batch",
      "annotation.deleted",
      "version.created",
      "document.updated",
      "version.created",
      "version.reverted",
    ]);
    expect(state.events.map(({ seq }) => seq)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("R15 at the head nothing is missed", async () => {
    const { id } = await newDocument();
    const socket = await connect(id, { since: 1 });
    expect(await socket.next("state")).toMatchObject({ resumed: true, updates: [], events: [], version: 1 });
  });

  it("R16 beyond the head is a start over", async () => {
    const { id, room } = await newDocument();
    good(await room.createAnnotation(open, box, {}));
    const state = await (await connect(id, { since: 3 })).next("state");
    expect(state).toMatchObject({ resumed: false, version: 2 });
    expect(state.annotations).toHaveLength(1);
  });

  it("R16 from before a revert of the content is a start over, after it is not", async () => {
    const { id, room } = await newDocument();
    const socket = await connect(id);
    const version = good(await room.createVersion(open, {}, {}));
    socket.update("late", "to be undone", 2);
    await socket.next("ack");
    good(await room.revertVersion(open, version.id, {}));
    expect(await socket.next("reset")).toEqual({ type: "reset", seq: 5, crdtChanged: true });
    // At the revert itself a client may have the event, but not the state after it.
    for (const since of [1, 4, 5]) {
      const state = await (await connect(id, { since })).next("state");
      expect(state, `since ${since}`).toMatchObject({ resumed: false, updates: [], version: 5 });
    }
    good(await room.createAnnotation(open, box, {}));
    const resumed = await (await connect(id, { since: 6 })).next("state");
    expect(resumed.resumed).toBe(true);
  });

  it("R18 an answer of the feed ends at 4 MiB, and says where to go on", async () => {
    const { id, room } = await newDocument();
    const writer = await connect(id);
    // In base64 a quarter of 4 MiB each.
    for (let i = 0; i < 5; i++) writer.update(`u${i}`, new Uint8Array(768 * 1024));
    await writer.until(() => writer.ordered().length === 5, "the acks");
    const portion = good(await readChanges(room, 1, 100));
    expect(portion.updates.map(({ seq }) => seq)).toEqual([2, 3, 4, 5]);
    expect(portion).toMatchObject({ more: true, next_since: 5 });
    expect(good(await readChanges(room, 5, 100))).toMatchObject({ more: false, updates: [{ seq: 6 }] });
  });

  it("R18 the feed over HTTP has the same changes, in portions", async () => {
    const { id, room } = await newDocument();
    const socket = await connect(id);
    for (let i = 0; i < 5; i++) {
      socket.update(`u${i}`, `${i}`);
      await socket.next("ack");
      good(await room.createAnnotation(open, box, {}));
    }
    const seen: number[] = [];
    let since = 0;
    for (;;) {
      const portion = good(await readChanges(room, since, 3));
      expect(portion.resumed).toBe(true);
      const seqs = [...portion.updates, ...portion.events].map(({ seq }) => seq).sort((a, b) => a - b);
      expect(seqs.length).toBeLessThanOrEqual(3);
      expect(portion.next_since).toBe(seqs.at(-1) ?? since);
      seen.push(...seqs);
      since = portion.next_since;
      if (!portion.more) break;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const state = await (await connect(id, { since: 0 })).next("state");
    const whole = good(await readChanges(room, 0, 100));
    expect(whole.events).toEqual(state.events);
    expect(whole.updates.map(({ delta_b64 }) => delta_b64)).toEqual(
      state.updates.map(({ deltaB64 }) => deltaB64),
    );
  });
});

describe("large states", () => {
  it("R17 come in pages before anything live, and add up to the same", async () => {
    const { id, room } = await newDocument();
    const writer = await connect(id);
    const delta = (index: number) => new Uint8Array(200_000).fill(index);
    for (let i = 0; i < 8; i++) {
      writer.update(`u${i}`, delta(i));
      await writer.next("ack");
    }
    const text = "x".repeat(9_000);
    for (let i = 0; i < 3; i++) {
      const operations = Array.from({ length: 100 }, () => ({ ...box, op: "create" as const, text }));
      good(await room.applyBatch(open, operations, {}));
    }
    const reader = await connect(id);
    writer.update("live", "after the state");
    const state = await reader.next("state");
    expect(state).toMatchObject({ more: true, updates: [], annotations: [], snapshotB64: null, version: 12 });
    await reader.next("remote_update");
    const pages = reader.messages.filter((message) => message.type === "state_page");
    const positions = reader.messages.map(({ type }) => type);
    expect(positions.lastIndexOf("state_page")).toBeLessThan(positions.indexOf("remote_update"));
    expect(pages.map(({ last }) => last)).toEqual([...pages.slice(1).map(() => false), true]);
    const updates = pages.flatMap((page) => (page.part === "updates" ? page.items : []));
    expect(updates.map(({ deltaB64 }) => deltaB64)).toEqual(
      Array.from({ length: 8 }, (_, index) => delta(index).toBase64()),
    );
    const annotations = pages.flatMap((page) => (page.part === "annotations" ? page.items : []));
    expect(new Set(annotations.map((annotation) => annotation.id)).size).toBe(300);
    for (const frame of reader.frames) expect(frame.length).toBeLessThan(2 * 1024 * 1024);

    const resumed = await connect(id, { since: 1 });
    expect(await resumed.next("state")).toMatchObject({ resumed: true, more: true, events: [], updates: [] });
    await resumed.until(() =>
      resumed.messages.some((message) => message.type === "state_page" && message.last),
    );
    const events = resumed.messages.flatMap((message) =>
      message.type === "state_page" && message.part === "events" ? message.items : [],
    );
    expect(events.map(({ seq, type }) => [seq, type])).toEqual([
      [10, "annotation.batch"],
      [11, "annotation.batch"],
      [12, "annotation.batch"],
    ]);
  });
});

function isEvent(message: ServerMessage): boolean {
  return /^(?:annotation|document|version)\./.test(message.type);
}
