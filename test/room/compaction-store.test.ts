import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Document } from "../../src/protocol/model/document.ts";
import { closeContent, emptyContent, snapshotContent } from "../../src/room/crdt-content.ts";
import { ROW_LENGTH } from "../../src/room/store/commit-log.ts";
import { CommitPacker, PACKED_BYTES, PACK_ROWS } from "../../src/room/store/commit-packer.ts";
import { MetaStore } from "../../src/room/store/meta.ts";
import { DUE_OP_IDS } from "../../src/room/store/dedupe.ts";
import { RoomStore } from "../../src/room/store/room-store.ts";
import { migrateSchema } from "../../src/room/store/schema.ts";
import { countReads } from "../support/count-reads.ts";
import { stubOf } from "../support/room.ts";

const at = "2026-01-01T00:00:00.000Z";

/** A packer over an object that has nothing but its tables, and commits written by hand. */
function withPacker(work: (tools: PackerTools) => void): Promise<void> {
  return runInDurableObject(stubOf(crypto.randomUUID()), (_room, { storage: { sql } }) => {
    migrateSchema(sql);
    let head = 0;
    work({
      sql,
      packer: new CommitPacker(sql, new MetaStore(sql)),
      add(texts) {
        for (const text of texts) {
          head++;
          const update = text === null ? null : head;
          sql.exec(
            "INSERT INTO commits VALUES (?, ?, ?, ?, ?, '[]')",
            head,
            update,
            update,
            text === null ? 0 : 1,
            text ?? "",
          );
        }
      },
      rows: () => sql.exec<Row>("SELECT * FROM commits ORDER BY seq").toArray(),
    });
  });
}

interface PackerTools {
  sql: SqlStorage;
  packer: CommitPacker;
  /** A commit for each text, with one update that lies in its row as this text; null: with none. */
  add: (texts: readonly (string | null)[]) => void;
  rows: () => Row[];
}

type Row = { seq: number; first_update: number; last_update: number; update_count: number; updates: string };

const texts = (count: number, text: (index: number) => string = String) =>
  Array.from({ length: count }, (_, index) => text(index));
const counts = (rows: readonly Row[]) => rows.map(({ update_count: count }) => count);

describe("packing commits", () => {
  it("starts at PACK_ROWS, goes as far as it is told, and looks at nothing twice", () =>
    withPacker(({ packer, add, rows }) => {
      add(texts(PACK_ROWS + 1));
      packer.pack(PACK_ROWS - 1);
      expect(packer.isDue).toBe(false);
      expect(rows()).toHaveLength(PACK_ROWS + 1);
      packer.pack(PACK_ROWS);
      expect(packer.isDue).toBe(true);
      expect(rows()).toMatchObject([
        {
          seq: PACK_ROWS,
          first_update: 1,
          last_update: PACK_ROWS,
          update_count: PACK_ROWS,
          updates: texts(PACK_ROWS).join(","),
        },
        { seq: PACK_ROWS + 1, update_count: 1 },
      ]);
      // The packed row is not one of the next PACK_ROWS.
      add(texts(PACK_ROWS - 2));
      packer.pack(2 * PACK_ROWS);
      expect(packer.isDue).toBe(false);
      expect(rows()).toHaveLength(PACK_ROWS);
    }));

  it("is done with rows that are too long to be packed", () =>
    withPacker(({ packer, add, rows }) => {
      add(texts(PACK_ROWS, () => "x".repeat(PACKED_BYTES + 1)));
      packer.pack(PACK_ROWS);
      expect(packer.isDue).toBe(true);
      packer.pack(PACK_ROWS);
      expect(packer.isDue).toBe(false);
      expect(rows()).toHaveLength(PACK_ROWS);
    }));

  it("fills rows up to ROW_LENGTH with texts up to PACKED_BYTES", () =>
    withPacker(({ packer, add, rows }) => {
      const full = ROW_LENGTH / PACKED_BYTES;
      add(texts(PACK_ROWS, () => "x".repeat(PACKED_BYTES)));
      packer.pack(PACK_ROWS);
      expect(counts(rows())).toEqual([
        ...Array.from({ length: Math.floor(PACK_ROWS / full) }, () => full),
        PACK_ROWS % full,
      ]);
    }));

  it("writes as many packed rows as it is told, and goes on behind them once there are PACK_ROWS again", () =>
    withPacker(({ packer, add, rows }) => {
      const full = ROW_LENGTH / PACKED_BYTES;
      add(texts(PACK_ROWS + full, () => "x".repeat(PACKED_BYTES)));
      packer.pack(PACK_ROWS + full, 1);
      expect(packer.isDue).toBe(true);
      expect(rows()).toHaveLength(PACK_ROWS + 1);
      packer.pack(PACK_ROWS + full, 1);
      expect(packer.isDue).toBe(true);
      expect(counts(rows()).slice(0, 3)).toEqual([full, full, 1]);
      packer.pack(PACK_ROWS + full, 1);
      expect(packer.isDue).toBe(false);
      expect(rows()).toHaveLength(PACK_ROWS - full + 2);
    }));

  it("leaves long rows in their places, and writes no row that stays as it is", () =>
    withPacker(({ sql, packer, add, rows }) => {
      const long = "x".repeat(PACKED_BYTES + 1);
      const isLong = (index: number) => index === 500 || index === 502;
      add(texts(PACK_ROWS, (index) => (isLong(index) ? long : "")));
      const changes = () => sql.exec<{ changes: number }>("SELECT total_changes() AS changes").one().changes;
      const before = changes();
      packer.pack(PACK_ROWS);
      expect(counts(rows())).toEqual([500, 1, 1, 1, PACK_ROWS - 503]);
      // Two packed rows in place of PACK_ROWS - 3 others, and how far it has come.
      const [written, dropped, meta] = [2, PACK_ROWS - 3 - 2, 1];
      expect(changes() - before).toBe(written + dropped + meta);
    }));

  it("drops what holds no updates as far as it is told, however few there are", () =>
    withPacker(({ packer, add, rows }) => {
      add([null, "a", null, null]);
      packer.pack(3);
      expect(rows().map(({ seq }) => seq)).toEqual([2, 4]);
    }));
});

/** The store of a new document. */
function withStore(work: (store: RoomStore, sql: SqlStorage) => void): Promise<void> {
  return runInDurableObject(stubOf(crypto.randomUUID()), (_room, { storage: { sql } }) => {
    const document: Document = {
      id: crypto.randomUUID(),
      title: "A sheet",
      status: "active",
      version: 1,
      seq: 1,
      width: null,
      height: null,
      image: null,
      metadata: {},
      updated_by: null,
      updated_by_name: null,
      created_at: at,
      updated_at: at,
      deleted_at: null,
    };
    const store = new RoomStore(sql);
    store.create(document, "", emptyContent);
    store.record({ kind: "document", seq: 1, document });
    store.seal();
    work(store, sql);
  });
}

/** One commit of so many updates, each with an opId. */
function commit(store: RoomStore, count: number): void {
  for (let index = 0; index < count; index++) {
    const seq = store.head + 1;
    const deltaB64 = btoa(`${seq}`);
    store.record({ kind: "update", seq, actorId: "a", deltaB64 });
    store.dedupe.write(`op ${seq}`, seq, deltaB64);
  }
  store.seal();
}

/** opIds of other changes: enough that everything before moves into the index at the next snapshot. */
function fillIndex(store: RoomStore): void {
  for (let index = 0; index < DUE_OP_IDS; index++) {
    store.dedupe.write(crypto.randomUUID(), store.head, `#${btoa("0123456789abcdef")}`);
  }
}

function snapshot(store: RoomStore, version: number): void {
  store.recordSnapshot(version, new Uint8Array(1), "a", 0, snapshotContent(version));
}

const firstOf = (sql: SqlStorage) =>
  sql.exec<{ first: number }>("SELECT IFNULL(MIN(first_update), 0) AS first FROM commits").one().first;
const snapshotsOf = (sql: SqlStorage) =>
  sql
    .exec<{ version: number }>("SELECT version FROM snapshots ORDER BY version")
    .toArray()
    .map(({ version }) => version);

describe("compaction", () => {
  it("R21 drops a commit that a snapshot cut as soon as nobody needs any of it", () =>
    withStore((store, sql) => {
      const firsts: number[] = [];
      // Commits of updates 2–1001, 1002–2001 …; each snapshot is of the middle of one.
      for (let round = 0; round < 6; round++) {
        commit(store, DUE_OP_IDS);
        snapshot(store, round * DUE_OP_IDS + 501);
        firsts.push(firstOf(sql));
      }
      expect(firsts).toEqual([2, 2, 1_002, 2_002, 3_002, 4_002]);
      expect(snapshotsOf(sql)).toEqual([4_501, 5_501]);
    }));

  it("R7 R21 leaves commits whose opIds are not in the index, and drops them when they are", () =>
    withStore((store, sql) => {
      const versions: number[] = [];
      for (let round = 0; round < 15; round++) {
        for (let times = 0; times < 100; times++) commit(store, 1);
        snapshot(store, store.head);
        versions.push(store.head);
        if (round === 8) expect(firstOf(sql)).toBe(2);
        if (round > 8)
          expect(firstOf(sql)).toBe(1 + Math.min(versions.at(-2) ?? 0, store.dedupe.indexedThrough));
      }
      expect(snapshotsOf(sql)).toEqual(versions.slice(-2));
    }));

  it("R17 R21 leaves what is being sent, and drops it after that", () =>
    withStore((store, sql) => {
      const next = () => {
        commit(store, DUE_OP_IDS);
        snapshot(store, store.head);
        return store.head;
      };
      const sent = next();
      store.pinned = snapshotContent(sent);
      for (let round = 0; round < 4; round++) next();
      expect(firstOf(sql)).toBe(sent + 1);
      expect(snapshotsOf(sql)).toContain(sent);
      store.pinned = null;
      const previous = store.head;
      const last = next();
      expect(firstOf(sql)).toBe(previous + 1);
      expect(snapshotsOf(sql)).toEqual([previous, last]);
    }));

  it("R15 R21 is known after waking up, and so is what a join has to replay", () =>
    withStore((store, sql) => {
      for (let round = 0; round < 3; round++) {
        commit(store, DUE_OP_IDS);
        snapshot(store, store.head);
      }
      expect(store.compactedThrough).toBe(1 + 2 * DUE_OP_IDS);
      commit(store, 7);
      const woken = new RoomStore(sql);
      woken.load();
      const { head, tail, compactedThrough, content } = store;
      expect(tail).toBe(7);
      expect(woken).toMatchObject({ head, tail, compactedThrough, content });
    }));

  it("R21 does not look again at what versions have kept for long", () =>
    withStore((store, sql) => {
      const reads: { commits: number; snapshots: number }[] = [];
      for (let round = 1; round <= 40; round++) {
        fillIndex(store);
        for (let times = 0; times < 10; times++) commit(store, 1);
        const seq = store.head + 1;
        store.record({
          kind: "version",
          seq,
          version: {
            id: crypto.randomUUID(),
            document_id: store.documentId,
            number: round,
            label: null,
            author: null,
            author_name: null,
            automatic: false,
            seq,
            document_version: 1,
            annotation_count: 0,
            created_at: at,
          },
          content: closeContent(store.content, seq),
        });
        for (let times = 0; times < 10; times++) commit(store, 1);
        let snapshots = 0;
        const commits = countReads(sql, /MAX\(last_update\)/, () => {
          snapshots = countReads(sql, /FROM snapshots WHERE version >=/, () => snapshot(store, store.head));
        });
        reads.push({ commits, snapshots });
      }
      expect(snapshotsOf(sql)).toHaveLength(40);
      expect(reads.at(-1)?.commits).toBeLessThanOrEqual(reads[5]?.commits ?? 0);
      expect(reads.at(-1)?.snapshots).toBeLessThanOrEqual(reads[5]?.snapshots ?? 0);
    }));
});
