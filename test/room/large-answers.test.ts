import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { BATCH_RESULT_MAX_BYTES, REVERT_ANSWER_BYTES } from "../../src/protocol/limits.ts";
import type { VersionDiff, VersionWithState } from "../../src/protocol/model/version.ts";
import type { RoomApi } from "../../src/room/room-api.ts";
import type { PieceCursor } from "../../src/room/json-pieces.ts";
import type { Annotation } from "../../src/protocol/model/annotation.ts";
import {
  box,
  connect,
  diffVersion,
  good,
  newDocument,
  open,
  readChanges,
  readVersion,
} from "../support/room.ts";

const MIB = 1024 * 1024;
/** What an RPC answer may hold. */
const RPC_MAX = 32 * MIB;
const PIECE_MAX = 2 * MIB;

/**
 * A document of `count` annotations of about `bytes` each, made at the seqs from 2 on without going through the front
 * door.
 */
async function newLargeDocument(count: number, bytes: number) {
  const { id, room, stub } = await newDocument();
  const body = { geometry: box.geometry, style: {}, text: "x".repeat(bytes), properties: {} };
  await runInDurableObject(stub, (_room, { storage: { sql } }) => {
    sql.exec(
      `WITH RECURSIVE step(seq) AS (SELECT 2 UNION ALL SELECT seq + 1 FROM step WHERE seq <= ?1)
       INSERT INTO annotation_rows (id, seq, until, version, type, status, author, z_index, labels, body, position, created_at, updated_at, ordinal)
       SELECT printf('%08x-0000-4000-8000-000000000000', seq), seq, NULL, 1, 'box', 'active', NULL, 0, '["a"]', ?2, NULL, 1, 1, seq * 512 FROM step`,
      count,
      JSON.stringify(body),
    );
  });
  await evictDurableObject(stub);
  return { id, room, stub };
}

/** The pieces of a text, as they come; `between` runs after each. */
async function readPieces(
  read: (place: PieceCursor | null) => ReturnType<RoomApi["readVersion"]>,
  between = async () => {},
) {
  const texts: string[] = [];
  for (let place: PieceCursor | null = null; ;) {
    const { text, next }: { text: string; next: PieceCursor | null } = good(await read(place));
    texts.push(text);
    if (next === null) return texts;
    place = next;
    await between();
  }
}

const idsOf = (annotations: readonly Annotation[]) => annotations.map(({ id }) => id);

describe("R53 what takes more than an answer holds", () => {
  it("a revert commits and answers with the first annotations and their number, a repeat too", async () => {
    const { room } = await newLargeDocument(160, 220_000);
    const full = good(await room.createVersion(open, {}, {}));
    const state = good(await readVersion(room, full.id));
    await runDeleteAll(room, idsOf(state.state.annotations));
    const { seq } = good(await room.getDocument(open, false));

    const reverted = good(await room.revertVersion(open, full.id, { opId: "back" }));
    expect(reverted).toMatchObject({
      annotation_count: 160,
      annotations_more: true,
      document: { seq: seq + 2 },
    });
    expect(idsOf(reverted.annotations)).toEqual(
      idsOf(state.state.annotations).slice(0, reverted.annotations.length),
    );
    const length = JSON.stringify(reverted.annotations).length;
    expect(length).toBeGreaterThan(REVERT_ANSWER_BYTES / 2);
    expect(length).toBeLessThan(REVERT_ANSWER_BYTES + 300_000);
    expect(good(await room.revertVersion(open, full.id, { opId: "back" }))).toEqual(reverted);
    expect(good(await room.getDocument(open, false)).seq).toBe(seq + 2);

    const back = good(await readVersion(room, good(await room.createVersion(open, {}, {})).id));
    expect(back.state.annotations).toEqual(
      state.state.annotations.map((annotation) => ({
        ...annotation,
        version: 3,
        seq: seq + 2,
        updated_at: reverted.document.updated_at,
      })),
    );
  });

  it("a small revert answers with all of them", async () => {
    const { room } = await newDocument();
    good(await room.createAnnotation(open, box, {}));
    const version = good(await room.createVersion(open, {}, {}));
    const reverted = good(await room.revertVersion(open, version.id, {}));
    expect(reverted).toMatchObject({ annotation_count: 1, annotations_more: false });
    expect(reverted.annotations).toHaveLength(1);
  });

  it("a version and a difference come in pieces, and tell one moment whatever happens between them", async () => {
    const { room } = await newLargeDocument(160, 220_000);
    const full = good(await room.createVersion(open, {}, {}));
    const before = good(await room.createVersion(open, {}, {}));
    const texts = await readPieces((place) => room.readVersion(open, full.id, place));
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThan(PIECE_MAX);
    expect(texts.join("").length).toBeGreaterThan(RPC_MAX);

    const ids = idsOf((JSON.parse(texts.join("")) as VersionWithState).state.annotations);
    await runDeleteAll(room, ids.slice(80));
    const [gone, changed] = [ids[0] ?? "", ids[1] ?? ""];
    good(await room.deleteAnnotation(open, gone, 1, {}));
    good(await room.updateAnnotation(open, changed, 1, { text: "then" }, {}));
    const { value: added } = good(await room.createAnnotation(open, box, {}));
    let late = 0;
    const diff = await readPieces(
      (place) => room.diffVersion(open, before.id, undefined, place),
      async () => {
        late++;
        good(await room.createAnnotation(open, box, {}));
        good(await room.updateAnnotation(open, changed, 1 + late, { text: `${late}` }, {}));
      },
    );
    expect(diff.length).toBeGreaterThan(10);
    const told = JSON.parse(diff.join("")) as VersionDiff;
    expect(idsOf(told.added)).toEqual([added.id]);
    expect(idsOf(told.removed)).toEqual([gone, ...ids.slice(80)]);
    expect(told.changed).toMatchObject([{ id: changed, before: { version: 1 }, after: { text: "then" } }]);
    expect(told.document).toBeNull();
  });

  it("a difference over a long history is the one over a short one", async () => {
    const { id, room } = await newDocument();
    const made = good(
      await room.applyBatch(
        open,
        Array.from({ length: 5 }, () => ({ op: "create" as const, ...box })),
        {},
      ),
    ).annotations;
    const [kept, moved, gone, restless, labelled] = idsOf(made) as [string, string, string, string, string];
    const from = good(await room.createVersion(open, {}, {}));
    good(await room.updateAnnotation(open, moved, 1, { z_index: 2 }, {}));
    good(await room.deleteAnnotation(open, gone, 1, {}));
    good(await room.updateAnnotation(open, labelled, 1, { labels: ["a"] }, {}));
    const short = good(await diffVersion(room, from.id));
    // There and back again, until the changes in between are too many to be looked at one by one.
    const socket = await connect(id);
    const change = (version: number) => ({
      type: "annotation.update" as const,
      opId: `${version}`,
      id: restless,
      version,
      patch: { text: version % 2 === 1 ? "away" : "" },
    });
    for (const start of [1, 551])
      socket.send(Array.from({ length: 550 }, (_, index) => change(start + index)));
    await socket.until(() => socket.messages.filter(({ type }) => type === "ack").length === 1_100);
    expect(good(await diffVersion(room, from.id))).toEqual(short);
    expect(idsOf(short.removed)).toEqual([gone]);
    expect(short.changed.map(({ id }) => id)).toEqual([moved, labelled]);
    const to = good(await room.createVersion(open, {}, {}));
    expect(idsOf(good(await diffVersion(room, to.id, from.id)).added)).toEqual([gone]);
    const reverted = good(await room.revertVersion(open, from.id, {}));
    expect(reverted.annotations.map(({ id, version }) => [id, version])).toEqual([
      [kept, 1],
      [moved, 3],
      [gone, 3],
      [restless, 1_101],
      [labelled, 3],
    ]);
  });

  it("30 MiB of updates come in pieces, of a version and of a start over", async () => {
    const { id, room } = await newDocument();
    const deltas = Array.from({ length: 30 }, (_, index) => new Uint8Array(MIB).fill(index).toBase64());
    for (const [index, deltaB64] of deltas.entries()) {
      good(await room.appendUpdates(open, [{ opId: `u${index}`, baseVersion: 0, deltaB64 }]));
    }
    const version = good(await room.createVersion(open, {}, {}));
    const texts = await readPieces((place) => room.readVersion(open, version.id, place));
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThan(PIECE_MAX);
    const { crdt } = (JSON.parse(texts.join("")) as VersionWithState).state;
    expect(crdt.updates.map((update) => update.delta_b64)).toEqual(deltas);

    const startOver = await readPieces((place) => room.readChanges(open, { since: 999, limit: 10 }, place));
    expect(Math.max(...startOver.map(({ length }) => length))).toBeLessThan(PIECE_MAX);
    expect(JSON.parse(startOver.join(""))).toEqual({
      document_id: id,
      since: 999,
      version: version.seq,
      content_epoch: 0,
      resumed: false,
      // It asked for what came after a seq that was never there.
      diverged: true,
      lineage: expect.any(String),
      next_since: version.seq,
      more: false,
      events: [],
      ...crdt,
    });
  });

  it("a start over ends where its content is no more", async () => {
    const { id, room } = await newDocument();
    const empty = good(await room.createVersion(open, {}, {}));
    const delta = new Uint8Array(MIB).toBase64();
    for (let i = 0; i < 3; i++) {
      good(await room.appendUpdates(open, [{ opId: `u${i}`, baseVersion: 0, deltaB64: delta }]));
    }
    const { next } = good(await room.readChanges(open, { since: 999, limit: 10 }, null));
    expect(next).not.toBeNull();
    const writer = await connect(id);
    writer.send({ type: "snapshot", version: 4, snapshotB64: "AQID" });
    await writer.next("snapshot_ack");
    // The content before the last snapshot is kept.
    good(await room.readChanges(open, { since: 999, limit: 10 }, next));
    good(await room.revertVersion(open, empty.id, {}));
    expect(await room.readChanges(open, { since: 999, limit: 10 }, next)).toMatchObject({
      error: { code: "unavailable" },
    });
  });

  it("a snapshot comes in pieces that join to its base64", async () => {
    const { id, room } = await newDocument();
    const writer = await connect(id);
    writer.update("u1", "one");
    await writer.next("ack");
    const snapshot = crypto.getRandomValues(new Uint8Array(60_000));
    const bytes = new Uint8Array(3 * MIB + 1);
    for (let at = 0; at < bytes.length; at += snapshot.length)
      bytes.set(snapshot.subarray(0, bytes.length - at), at);
    writer.send({ type: "snapshot", version: 2, snapshotB64: bytes.toBase64() });
    await writer.next("snapshot_ack");
    writer.update("u2", "two", 2);
    await writer.next("ack");
    const version = good(await room.createVersion(open, {}, {}));
    const texts = await readPieces((place) => room.readVersion(open, version.id, place));
    expect(texts.length).toBeGreaterThan(3);
    expect((JSON.parse(texts.join("")) as VersionWithState).state.crdt).toMatchObject({
      snapshot_version: 2,
      snapshot_b64: bytes.toBase64(),
      updates: [{ seq: 3 }],
    });
  });

  it("what is told as text is what is told as objects", async () => {
    const { room } = await newDocument();
    const odd = {
      ...box,
      text: `"\\ü\u2028`,
      labels: ["a", '"'],
      properties: { deep: [{ "": null }] },
      author: 'O"',
    };
    good(await room.createAnnotation(open, odd, {}));
    const version = good(await room.createVersion(open, {}, {}));
    const { annotations } = good(await readVersion(room, version.id)).state;
    expect(annotations).toEqual(good(await room.readAnnotationsAt(version.seq, null)).annotations);
    good(await room.revertVersion(open, version.id, {}));
    expect(good(await readChanges(room, 2, 1)).events).toHaveLength(1);
  });

  it(`a batch that changes more than ${BATCH_RESULT_MAX_BYTES} bytes is refused, and says where`, async () => {
    const { room } = await newLargeDocument(40, 220_000);
    const { seq } = good(await room.getDocument(open, false));
    const ids = Array.from(
      { length: 40 },
      (_, index) => `${(index + 2).toString(16).padStart(8, "0")}-0000-4000-8000-000000000000`,
    );
    const update = (id: string) => ({ op: "update" as const, id, version: 1, z_index: 1 });
    const refused = await room.applyBatch(open, ids.map(update), { opId: "batch" });
    expect(refused).toMatchObject({ error: { code: "too_large", index: expect.any(Number) } });
    expect(good(await room.getDocument(open, false)).seq).toBe(seq);
    const at = refused.ok ? 0 : (refused.error.index ?? 0);
    const taken = good(await room.applyBatch(open, ids.slice(0, at).map(update), { opId: "batch" }));
    expect(JSON.stringify(taken.annotations).length).toBeGreaterThan(BATCH_RESULT_MAX_BYTES - 300_000);
    expect(JSON.stringify(taken.annotations).length).toBeLessThanOrEqual(BATCH_RESULT_MAX_BYTES + at);
  });
});

/** Deletes many large annotations, in batches that are not too large themselves. */
async function runDeleteAll(room: RoomApi, ids: readonly string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += 20) {
    const operations = ids.slice(from, from + 20).map((id) => ({ op: "delete" as const, id, version: 1 }));
    good(await room.applyBatch(open, operations, {}));
  }
}
