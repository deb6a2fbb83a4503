import { runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CommitLog, parseOpIds, parseUpdates } from "../../src/room/store/commit-log.ts";
import { MetaStore } from "../../src/room/store/meta.ts";
import { CACHE_BYTES, OpIdIndex, toEntry } from "../../src/room/store/op-id-index.ts";
import {
  canonicalJson,
  DUE_OP_IDS,
  fingerprintOf,
  DedupeStore,
  PREPARED_AT_ONCE,
  RECENT_MAX,
  UNPREPARED_MAX,
  UNPREPARED_MAX_LENGTH,
} from "../../src/room/store/dedupe.ts";
import { migrateSchema } from "../../src/room/store/schema.ts";
import { UpdateStore } from "../../src/room/store/updates.ts";
import { countReads } from "../support/count-reads.ts";
import { stubOf } from "../support/room.ts";

const b64 = (text: string) => new TextEncoder().encode(text).toBase64();

/** The stores of an object that has nothing but its tables. */
function withStores<T>(work: (open: () => Stores, sql: SqlStorage) => T): Promise<T> {
  return runInDurableObject(stubOf(crypto.randomUUID()), (_room, { storage }) => {
    migrateSchema(storage.sql);
    const openStores = () => {
      const log = new CommitLog(storage.sql);
      const operations = new DedupeStore(storage.sql, log, new MetaStore(storage.sql));
      operations.load();
      return { log, operations, updates: new UpdateStore(storage.sql, log) };
    };
    return work(openStores, storage.sql);
  });
}

interface Stores {
  log: CommitLog;
  operations: DedupeStore;
  updates: UpdateStore;
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("write" as const), count: fc.integer({ min: 1, max: 900 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("seal" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("move" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("prepare" as const), times: fc.integer({ min: 1, max: 20 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wake" as const) }) },
);

describe("what opIds stand for", () => {
  it("R7 R8 is known for ever: against a model, through pages, splits and waking up", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25, size: "max" }), (steps) =>
        withStores((open) => {
          let stores = open();
          const model = new Map<string, { seq: number; content: string }>();
          let seq = 0;
          for (const one of steps) {
            if (one.do === "write") {
              for (let index = 0; index < one.count; index++) {
                seq++;
                const opId = `op ${seq}`;
                const isUpdate = seq % 3 > 0;
                const content = isUpdate
                  ? b64(`delta ${seq} ${"long ".repeat((seq % 4) * 20)}`)
                  : fingerprintOf("annotation.create", canonicalJson({ seq }));
                if (isUpdate) stores.updates.write({ seq, deltaB64: content, actorId: "a" });
                stores.operations.write(opId, seq, content);
                model.set(opId, { seq, content });
              }
            } else if (one.do === "seal") stores.log.seal();
            else if (one.do === "move") stores.operations.moveIfDue();
            else if (one.do === "prepare") {
              for (let time = 0; time < one.times; time++) stores.operations.prepare();
            } else {
              stores.log.seal();
              stores = open();
            }
          }
          for (const [opId, { seq: at, content }] of model) {
            expect(stores.operations.find(opId, content)).toEqual({ seq: at, same: true });
            expect(stores.operations.find(opId, b64("another"))).toEqual({ seq: at, same: false });
            expect(stores.operations.find(opId, fingerprintOf("document.delete", canonicalJson({})))).toEqual(
              {
                seq: at,
                same: false,
              },
            );
            expect(stores.operations.find(`${opId}?`, content)).toBeNull();
          }
        }),
      ),
      { numRuns: 15, seed: 20_261_122 },
    );
  });

  it("R7 R8 holds for long deltas that are kept by their hash", async () => {
    await withStores((open) => {
      const { operations } = open();
      const long = (text: string) => b64(text.repeat(100));
      for (let seq = 1; seq <= 40; seq++) operations.write(`op ${seq}`, seq, long(`${seq}`));
      // 32 of them at once, then the rest.
      for (let time = 0; time < 2; time++) {
        operations.prepare();
        for (let seq = 1; seq <= 40; seq++) {
          expect(operations.find(`op ${seq}`, long(`${seq}`))).toEqual({ seq, same: true });
          expect(operations.find(`op ${seq}`, long(`${seq}?`))).toEqual({ seq, same: false });
        }
      }
    });
  });

  it("R7 takes far fewer rows than there are opIds", async () => {
    await withStores((open, sql) => {
      const { operations, log } = open();
      for (let seq = 1; seq <= 20 * DUE_OP_IDS; seq++) {
        operations.write(
          crypto.randomUUID(),
          seq,
          fingerprintOf("annotation.create", canonicalJson({ seq })),
        );
        if (seq % DUE_OP_IDS === 0) operations.moveIfDue();
      }
      log.seal();
      const { pages, longest } = sql
        .exec<{ pages: number; longest: number }>(
          "SELECT COUNT(*) AS pages, MAX(LENGTH(entries)) AS longest FROM operation_pages",
        )
        .one();
      expect(pages).toBeLessThan(100);
      // A row may have 2 MB.
      expect(longest).toBeLessThan(100_000);
      // A page that was read stays in memory, however often pages were written.
      const find = () => operations.find("never used", "");
      find();
      expect(countReads(sql, /./, find)).toBe(0);
    });
  });

  it("R7 moves into the index at DUE_OP_IDS, not before", async () => {
    await withStores((open, sql) => {
      const { operations } = open();
      for (let seq = 1; seq < DUE_OP_IDS; seq++)
        operations.write(`op ${seq}`, seq, fingerprintOf("x", canonicalJson({ seq })));
      operations.moveIfDue();
      expect(operations.indexedThrough).toBe(0);
      operations.write(`op ${DUE_OP_IDS}`, DUE_OP_IDS, fingerprintOf("x", canonicalJson({})));
      operations.moveIfDue();
      expect(operations.indexedThrough).toBe(DUE_OP_IDS);
      // Nothing of it comes into a row after it.
      expect(sql.exec("SELECT MAX(seq) AS last FROM commits").one()).toEqual({ last: DUE_OP_IDS });
      // It is known also after waking up.
      expect(open().operations.indexedThrough).toBe(DUE_OP_IDS);
    });
  });
});

describe("what is in memory of opIds", () => {
  /** Writes opIds with contents of `length` characters each. */
  const write = ({ operations }: Stores, from: number, count: number, length = 0) => {
    for (let seq = from; seq < from + count; seq++) operations.write(`op ${seq}`, seq, "A".repeat(length));
  };

  it("has RECENT_MAX at most, and what has moved counts no more", () =>
    withStores((open) => {
      const stores = open();
      write(stores, 1, RECENT_MAX - 1);
      expect(stores.operations.indexedThrough).toBe(0);
      write(stores, RECENT_MAX, 2);
      expect(stores.operations.indexedThrough).toBe(RECENT_MAX);
    }));

  it.each([
    { length: 0, more: true },
    { length: 4, more: false },
  ])(
    "has UNPREPARED_MAX_LENGTH at most without an entry, beside what moved: $length over it",
    ({ length, more }) =>
      withStores((open) => {
        const stores = open();
        write(stores, 1, DUE_OP_IDS, UNPREPARED_MAX_LENGTH / DUE_OP_IDS);
        stores.operations.moveIfDue();
        write(stores, 2 * DUE_OP_IDS, PREPARED_AT_ONCE, UNPREPARED_MAX_LENGTH / PREPARED_AT_ONCE);
        write(stores, 3 * DUE_OP_IDS, 1, length);
        // Over the limit the oldest gets its entry, and no more are left than are made at once.
        expect(stores.operations.prepare()).toBe(more);
      }),
  );

  it("gets its entries PREPARED_AT_ONCE at a time, and none where it has moved", () =>
    withStores((open) => {
      const stores = open();
      write(stores, 1, PREPARED_AT_ONCE + 1);
      expect(stores.operations.prepare()).toBe(true);
      expect(stores.operations.prepare()).toBe(false);
      write(stores, 100, DUE_OP_IDS);
      stores.operations.moveIfDue();
      expect(stores.operations.prepare()).toBe(false);
    }));

  it("gets its entries also where the document never rests: at most UNPREPARED_MAX are without", () =>
    withStores((open) => {
      const stores = open();
      write(stores, 1, UNPREPARED_MAX + PREPARED_AT_ONCE);
      let rests = 1;
      while (stores.operations.prepare()) rests++;
      expect(rests).toBe(Math.ceil(UNPREPARED_MAX / PREPARED_AT_ONCE));
    }));

  it("has pages of CACHE_BYTES at most, those used last", () =>
    withStores((_open, sql) => {
      const index = new OpIdIndex(sql);
      // A few more than fit: they were written by number, so the first have gone.
      const entries = Array.from({ length: Math.ceil(CACHE_BYTES / 38 / 0.9) }, (_, n) =>
        toEntry(`op ${n}`, n, new Uint8Array(16)),
      );
      const pages = index.add(entries, { pages: 1, count: 0 });
      /** An opId in each page. */
      const opIds = new Map<number, string>();
      for (let n = 0; opIds.size < pages; n++) {
        const [a = 0, b = 0, c = 0, d = 0] = toEntry(`op ${n}`, n, new Uint8Array(16));
        opIds.set(((a << 24) | (b << 16) | (c << 8) | d) & (pages - 1), `op ${n}`);
      }
      const reads = (page: number) =>
        countReads(sql, /./, () => expect(index.find(opIds.get(page) ?? "", pages)).not.toBeNull());
      const half = pages / 2;
      expect([reads(pages - 1), reads(half), reads(0)]).toEqual([0, 0, 1]);
      // Half of the pages are more than there were to go before the one in the middle, but it was used.
      for (let page = 0; page < half; page++) reads(page);
      expect([reads(half), reads(half + 1), reads(0)]).toEqual([0, 1, 0]);
    }));
});

describe("commits", () => {
  it("R15 are read also before they are sealed", () =>
    withStores((open) => {
      const readers: ((updates: UpdateStore) => unknown)[] = [
        (updates) => updates.count(0, 100),
        (updates) => [...updates.iterate(0, 100)].length,
        (updates) => updates.readText(0, 100, 1_000).items.length,
        (updates) => [...updates.iterateSizes(0, 100)].length,
        // The last: they are gone then.
        (updates) => updates.drop(0, 100, 100),
      ];
      for (const [index, read] of readers.entries()) {
        const { updates } = open();
        updates.write({ seq: index + 1, deltaB64: "", actorId: "a" });
        expect(read(updates)).toBe(index + 1);
      }
    }));

  it("R15 lie in rows under the limit of a row, whatever comes in one transaction", async () => {
    await withStores((open, sql) => {
      const { updates, operations, log } = open();
      const large = new Uint8Array(1024 * 1024).toBase64();
      const small = new Uint8Array(1_000).toBase64();
      for (let seq = 1; seq <= 600; seq++) {
        const deltaB64 = seq % 200 === 0 ? large : small;
        updates.write({ seq, deltaB64, actorId: "a" });
        operations.write(`${seq}`.repeat(30), seq, deltaB64);
      }
      log.seal();
      const rows = sql
        .exec<{ updates: string; operations: string }>("SELECT updates, operations FROM commits")
        .toArray();
      expect(rows.flatMap((row) => parseUpdates(row.updates).map(({ seq }) => seq))).toEqual(
        Array.from({ length: 600 }, (_, index) => index + 1),
      );
      expect(rows.flatMap((row) => parseOpIds(row.operations))).toHaveLength(600);
      for (const row of rows) expect(row.updates.length + row.operations.length).toBeLessThan(1_700_000);
      expect(rows.length).toBeLessThan(12);
    });
  });

  it("R15 are read and counted by the seqs in them, wherever a range cuts", async () => {
    await withStores((open) => {
      const { updates, log } = open();
      // Every third seq is no update.
      const all: number[] = [];
      for (let seq = 1; seq <= 60; seq++) {
        if (seq % 3 !== 0) {
          updates.write({ seq, deltaB64: b64(`${seq}`), actorId: "a" });
          all.push(seq);
        }
        if (seq % 7 === 0) log.seal();
      }
      fc.assert(
        fc.property(fc.nat({ max: 61 }), fc.nat({ max: 61 }), (from, to) => {
          const expected = all.filter((seq) => seq > from && seq <= to);
          expect([...updates.iterate(from, to)].map(({ seq }) => seq)).toEqual(expected);
          expect(updates.count(from, to)).toBe(expected.length);
          const sizes = [...updates.iterateSizes(from, to)];
          if (expected.length > 0) expect(sizes.reduce((sum, size) => sum + size)).toBeGreaterThan(0);
          const texts: string[] = [];
          for (let after: number | null = from; after !== null;) {
            const page = updates.readText(after, to, 100);
            texts.push(...page.items);
            after = page.next;
          }
          expect(JSON.parse(`[${texts.join(",")}]`)).toEqual([...updates.iterate(from, to)]);
        }),
        // Of a row the first update only.
        { examples: [[7, 8]] },
      );
    });
  });

  it("R21 are dropped whole, and only where their opIds are in the index", async () => {
    await withStores((open) => {
      const { updates, log } = open();
      for (let seq = 1; seq <= 40; seq++) {
        updates.write({ seq, deltaB64: b64(`${seq}`), actorId: "a" });
        if (seq % 10 === 0) log.seal();
      }
      const stored = () => [...updates.iterate(0, 100)].map(({ seq }) => seq);
      expect(updates.drop(0, 40, 0)).toBe(0);
      expect(stored()).toHaveLength(40);
      expect(updates.drop(5, 25, 40)).toBe(20);
      expect(stored()).toEqual(
        [...Array(10).keys(), ...[...Array(20).keys()].map((n) => n + 20)].map((n) => n + 1),
      );
      expect(updates.drop(0, 40, 30)).toBe(30);
      expect(stored()).toEqual([...Array(10).keys()].map((n) => n + 31));
    });
  });
});
