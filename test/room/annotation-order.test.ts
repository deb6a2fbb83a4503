import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { listAnnotations } from "../../src/catalog/list-annotations.ts";
import type { Annotation } from "../../src/protocol/model/annotation.ts";
import { BATCH_OPERATIONS_MAX } from "../../src/protocol/limits.ts";
import { ORDINALS_PER_SEQ } from "../../src/room/ordinals.ts";
import type { RoomApi } from "../../src/room/room-api.ts";
import {
  box,
  connect,
  diffVersion,
  good,
  newDocument,
  open,
  readChanges,
  type TestSocket,
} from "../support/room.ts";

/** Ids against the order in which they are used: what goes by id shows it backwards. */
function fallingIds(count: number): string[] {
  return Array.from({ length: count }, () => crypto.randomUUID())
    .sort()
    .reverse();
}

const createAs = (id: string) => ({ ...box, op: "create" as const, id });
const idsOf = (annotations: readonly Annotation[]) => annotations.map(({ id }) => id);

/** The document's list, read in pages that part what was made together. */
async function listInPages(room: RoomApi, size = 2): Promise<string[]> {
  const ids: string[] = [];
  for (let page = 1; ; page++) {
    const { items } = good(await room.listAnnotations(open, { status: "active" }, { page, size }));
    if (items.length === 0) return ids;
    ids.push(...idsOf(items));
  }
}

/** All annotations at `seq`, as versions and exports read them. */
async function readInPages(room: RoomApi, seq: number): Promise<Annotation[]> {
  const all: Annotation[] = [];
  let after: number | null = null;
  do {
    const page: { annotations: Annotation[]; next: number | null } = good(
      await room.readAnnotationsAt(seq, after),
    );
    all.push(...page.annotations);
    after = page.next;
  } while (after !== null);
  return all;
}

async function stateIds(documentId: string): Promise<string[]> {
  return idsOf((await (await connect(documentId)).next("state")).annotations);
}

async function acks(socket: TestSocket, count: number): Promise<Annotation[]> {
  const made: Annotation[] = [];
  for (let i = 0; i < count; i++) made.push(...[(await socket.next("ack")).annotation ?? []].flat());
  return made;
}

describe("the order of creation", () => {
  it("R49 has room for a batch in every seq", () => {
    expect(ORDINALS_PER_SEQ).toBeGreaterThanOrEqual(BATCH_OPERATIONS_MAX);
  });

  it("R49 is that of the messages in a frame, which share their millisecond", async () => {
    const { id, room } = await newDocument();
    const socket = await connect(id);
    const ids = fallingIds(8);
    socket.send(
      ids.map((each, index) => ({
        type: "annotation.create" as const,
        opId: `create ${index}`,
        annotation: { ...box, id: each },
      })),
    );
    const made = await acks(socket, ids.length);
    // The first is committed alone, the others together.
    expect(new Set(made.slice(1).map(({ created_at }) => created_at)).size).toBe(1);
    expect(made.map(({ ordinal }) => ordinal)).toEqual(made.map(({ seq }) => seq * ORDINALS_PER_SEQ));
    expect(await stateIds(id)).toEqual(ids);
    expect(await listInPages(room)).toEqual(ids);
    expect(idsOf(await readInPages(room, 9))).toEqual(ids);
  });

  it("R49 is that of several clients' bursts", async () => {
    const { id, room } = await newDocument();
    const [a, b] = [await connect(id), await connect(id)];
    for (const [who, socket] of [a, b].entries()) {
      socket.send(
        fallingIds(20).map((each, index) => ({
          type: "annotation.create" as const,
          opId: `${who} ${index}`,
          annotation: { ...box, id: each },
        })),
      );
    }
    const made = [...(await acks(a, 20)), ...(await acks(b, 20))];
    const ids = idsOf(made.sort((one, other) => one.seq - other.seq));
    expect(await stateIds(id)).toEqual(ids);
    expect(await listInPages(room, 7)).toEqual(ids);
  });

  it("R49 is that of the operations in a batch, whatever their ids, and what else it holds", async () => {
    const { id, room } = await newDocument();
    const [first = "", second = "", ...others] = fallingIds(7);
    const { seq } = good(await room.applyBatch(open, [createAs(first), createAs(second)], {}));
    const [third = "", ...rest] = others;
    const { annotations } = good(
      await room.applyBatch(
        open,
        [
          createAs(third),
          { op: "update", id: first, version: 1, text: "changed" },
          { op: "delete", id: second },
          ...rest.map(createAs),
          // The service's own id.
          { ...box, op: "create" },
        ],
        {},
      ),
    );
    const own = annotations.at(-1)?.id ?? "";
    const ids = [first, third, ...rest, own];
    expect(await stateIds(id)).toEqual(ids);
    expect(await listInPages(room)).toEqual(ids);
    expect(idsOf(await readInPages(room, seq))).toEqual([first, second]);
    expect(idsOf(await readInPages(room, seq + 1))).toEqual(ids);
    // A batch's answer and its event stay in the order of its operations.
    const { events } = good(await readChanges(room, seq, 10));
    expect(events).toMatchObject([{ type: "annotation.batch", annotations }]);
  });

  it("R49 the lists over all documents have it, page by page", async () => {
    const { id, room } = await newDocument();
    const ids = fallingIds(60);
    good(await room.applyBatch(open, ids.map(createAs), {}));
    const listed: Annotation[] = [];
    for (let page = 1; ; page++) {
      const { items } = await listAnnotations(env.DB, { status: "active" }, { page, size: 7 });
      if (items.length === 0) break;
      listed.push(...items.filter(({ document_id }) => document_id === id));
    }
    expect(idsOf(listed)).toEqual(ids);
    const { items } = good(await room.listAnnotations(open, { status: "active" }, { page: 1, size: 100 }));
    expect(listed).toEqual(items);
  });

  it("R17 R49 the pages of a large state have it", async () => {
    const { id, room } = await newDocument();
    const ids = fallingIds(300);
    for (let from = 0; from < ids.length; from += 100) {
      const operations = ids
        .slice(from, from + 100)
        .map((each) => ({ ...createAs(each), text: "x".repeat(9_000) }));
      good(await room.applyBatch(open, operations, {}));
    }
    const socket = await connect(id);
    const seen: string[] = [];
    let pages = 0;
    for (let last = false; !last; pages++) {
      const page = await socket.next("state_page");
      if (page.part === "annotations") seen.push(...idsOf(page.items));
      ({ last } = page);
    }
    expect(pages).toBeGreaterThan(1);
    expect(seen).toEqual(ids);
  });

  it("R49 pages at a seq go on within a batch, past what was deleted, changed and made later", async () => {
    const { room } = await newDocument();
    const ids = fallingIds(500);
    // Half a page of those that are read at once is over 4 MiB: pages end within the batch.
    const big = { label: "x".repeat(15_000) };
    for (let from = 0; from < 500; from += 100) {
      const operations = ids.slice(from, from + 100).map((each) => ({ ...createAs(each), properties: big }));
      good(await room.applyBatch(open, operations, {}));
    }
    const version = good(await room.createVersion(open, {}, {}));
    const late = fallingIds(400);
    good(
      await room.applyBatch(
        open,
        ids.slice(0, 400).map((each) => ({ op: "delete", id: each })),
        {},
      ),
    );
    good(
      await room.applyBatch(
        open,
        [
          ...ids.slice(400).map((each) => ({ op: "update" as const, id: each, version: 1, text: "changed" })),
          ...late.map(createAs),
        ],
        {},
      ),
    );
    const { next } = good(await room.readAnnotationsAt(version.seq, null));
    expect(next).not.toBeNull();
    const then = await readInPages(room, version.seq);
    expect(idsOf(then)).toEqual(ids);
    expect(then.every(({ version: number, text }) => number === 1 && text === "")).toBe(true);
    expect(idsOf(await readInPages(room, version.seq + 1))).toEqual(ids.slice(400));
    expect(idsOf(await readInPages(room, version.seq + 2))).toEqual([...ids.slice(400), ...late]);
  });
});

describe("the order of creation after a revert", () => {
  it("R23 R49 what comes back has its old place, and tells it to who resumes", async () => {
    const { id, room } = await newDocument();
    const ids = fallingIds(4);
    good(await room.applyBatch(open, ids.map(createAs), {}));
    const before = good(await room.listAnnotations(open, { status: "all" }, { page: 1, size: 10 })).items;
    const version = good(await room.createVersion(open, {}, {}));
    const [, , third = "", fourth = ""] = ids;
    good(await room.deleteAnnotation(open, fourth, 1, {}));
    good(await room.deleteAnnotation(open, third, 1, {}));
    // Someone who never saw them.
    const gone = await connect(id);
    const known = await gone.next("state");
    await gone.close();
    good(await room.createAnnotation(open, box, {}));
    const result = good(await room.revertVersion(open, version.id, {}));
    expect(idsOf(result.annotations)).toEqual(ids);
    expect(await stateIds(id)).toEqual(ids);
    expect(await listInPages(room)).toEqual(ids);
    const after = good(await room.listAnnotations(open, { status: "active" }, { page: 1, size: 10 })).items;
    expect(after.map(({ ordinal }) => ordinal)).toEqual(before.map(({ ordinal }) => ordinal));

    const resumed = await (await connect(id, { since: known.version })).next("state");
    expect(resumed.resumed).toBe(true);
    const has = new Map(known.annotations.map((annotation) => [annotation.id, annotation]));
    for (const event of resumed.events) {
      const told =
        "annotation" in event ? [event.annotation] : "annotations" in event ? event.annotations : [];
      for (const annotation of told ?? []) {
        if (annotation.status === "deleted") has.delete(annotation.id);
        else has.set(annotation.id, annotation);
      }
    }
    expect(idsOf([...has.values()].sort((a, b) => a.ordinal - b.ordinal))).toEqual(ids);
  });

  it("R49 differences, and what a revert changes, are told in it", async () => {
    const { room } = await newDocument();
    const version = good(await room.createVersion(open, {}, {}));
    const ids = fallingIds(5);
    for (const each of ids) good(await room.createAnnotation(open, { ...box, id: each }, {}));
    const diff = good(await diffVersion(room, version.id));
    expect(idsOf(diff.added)).toEqual(ids);
    good(await room.revertVersion(open, version.id, {}));
    const { events } = good(await readChanges(room, 0, 100));
    const reverted = events.find(({ type }) => type === "version.reverted");
    expect(reverted?.type === "version.reverted" && idsOf(reverted.annotations ?? [])).toEqual(ids);
  });
});
