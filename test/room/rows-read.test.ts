import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import type { Version } from "../../src/protocol/model/version.ts";
import { box, connect, good, newDocument, open } from "../support/room.ts";

const BODY = JSON.stringify({
  geometry: { x: 1, y: 2, width: 3, height: 4 },
  style: { stroke: "#e11d48", fill: null, stroke_width: 2, font_size: 16, opacity: 1 },
  text: "",
  properties: {},
});

/** How many changes of each kind the document has behind it. */
const HISTORIES = [10, 1_000, 100_000];
/** An operation may read this much more over the longest history than over the shortest: a tree is a level deeper. */
const GROWTH = 12;
/** What one try to send marks reads: a page of 500 marks, and the rows they name. */
const SENT_ROWS = 1_000;

type Sheet = Awaited<ReturnType<typeof newDocument>> & {
  annotation: string;
  comment: string;
  version: Version;
};

/**
 * A document with two annotations whose first one was changed `changes` times, as was the title; as many annotations
 * were made and deleted. One of its two comments was changed as often, and as many were made and deleted, each on a
 * thread of its own. With `marks` all of these wait for the catalog.
 */
async function makeHistory(changes: number, { marks = false } = {}): Promise<Sheet> {
  const sheet = await newDocument();
  const { id, room, stub } = sheet;
  const annotation = good(await room.createAnnotation(open, box, {})).value.id;
  good(await room.createAnnotation(open, box, {}));
  const said = { annotation_id: annotation, reply_to: null, text: "Hm" };
  const comment = good(await room.createComment(open, said, {})).value.id;
  good(await room.createComment(open, { ...said, reply_to: comment }, {}));
  await runInDurableObject(stub, (_room, { storage }) => {
    const { sql } = storage;
    storage.transactionSync(() => {
      const numbers = "WITH RECURSIVE step(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM step WHERE n < ?1)";
      const columns =
        "id, seq, until, version, type, status, author, z_index, labels, body, position, created_at, updated_at, ordinal";
      // seqs 6, 11, 16 …: the annotation; 7, 12, 17 …: the document; 8, 13, 18 …: one made and deleted;
      // 9, 14, 19 …: the comment; 10, 15, 20 …: one made and deleted.
      sql.exec("UPDATE annotation_rows SET until = 6 WHERE id = ?", annotation);
      sql.exec(
        `${numbers} INSERT INTO annotation_rows (${columns})
         SELECT ?2, 5 * n + 1, IIF(n < ?1, 5 * n + 6, NULL), n + 1, 'box', 'active', NULL, 0, '[]', ?3, NULL, 1, 1, 1024 FROM step`,
        changes,
        annotation,
        BODY,
      );
      sql.exec("UPDATE document_rows SET until = 7");
      sql.exec(
        `${numbers} INSERT INTO document_rows (seq, until, version, title, status, metadata, created_at, updated_at)
         SELECT 5 * n + 2, IIF(n < ?1, 5 * n + 7, NULL), n + 1, 'A sheet', 'active', '{}', 1, 1 FROM step`,
        changes,
      );
      sql.exec(
        `${numbers} INSERT INTO annotation_rows (${columns})
         SELECT printf('%08x-0000-4000-8000-000000000000', n), 5 * n + 3, NULL, 1, 'box', 'deleted', NULL, 0, '[]', ?2, NULL, 1, 1,
           (5 * n + 3) * 512 FROM step`,
        changes,
        BODY,
      );
      const said =
        "seq, until, id, ordinal, annotation_id, reply_to, version, status, text, created_at, updated_at";
      sql.exec("UPDATE comment_rows SET until = 9 WHERE id = ?", comment);
      sql.exec(
        `${numbers} INSERT INTO comment_rows (${said})
         SELECT 5 * n + 4, IIF(n < ?1, 5 * n + 9, NULL), ?2, 4 * 512, ?3, NULL, n + 1, 'active', 'Hm', 1, 1 FROM step`,
        changes,
        comment,
        annotation,
      );
      sql.exec(
        `${numbers} INSERT INTO comment_rows (${said})
         SELECT 5 * n + 5, NULL, printf('%08x-0000-4000-8000-000000000001', n), (5 * n + 5) * 512,
           printf('%08x-0000-4000-8000-000000000000', n), ?2, 1, 'deleted', '', 1, 1 FROM step`,
        changes,
        comment,
      );
      if (!marks) return;
      sql.exec(
        "INSERT OR REPLACE INTO outbox SELECT 'annotation', id, seq FROM annotation_rows WHERE until IS NULL",
      );
    });
  });
  await evictDurableObject(stub);
  const version = good(await room.createVersion(open, {}, {}));
  expect(version.seq).toBe(5 * changes + 6);
  expect(id).toBe(version.document_id);
  return { ...sheet, annotation, comment, version };
}

/** Rows that the object reads in `work`, catalog aside. */
async function countRead({ stub }: Sheet, work: () => Promise<unknown>): Promise<number> {
  const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
  await runInDurableObject(stub, (_room, { storage }) => {
    const { sql } = storage;
    const exec = sql.exec.bind(sql);
    Object.defineProperty(sql, "exec", {
      configurable: true,
      value: (...parameters: Parameters<typeof exec>) => {
        const cursor = exec(...parameters);
        cursors.push(cursor);
        return cursor;
      },
    });
  });
  await work();
  return runInDurableObject(stub, (_room, { storage }) => {
    Reflect.deleteProperty(storage.sql, "exec");
    return cursors.reduce((rows, { rowsRead }) => rows + rowsRead, 0);
  });
}

/** What people and clients do all the time, by what it is called in the failure. */
const operations: Record<string, (sheet: Sheet) => Promise<unknown>> = {
  "read the document": ({ room }) => room.getDocument(open, false),
  "read an annotation": ({ room, annotation }) => room.getAnnotation(open, annotation),
  "change an annotation": async ({ room, annotation }) => {
    const { version } = good(await room.getAnnotation(open, annotation));
    good(await room.updateAnnotation(open, annotation, version, { text: "changed" }, {}));
  },
  "make and delete an annotation": async ({ room }) => {
    const made = good(await room.createAnnotation(open, box, {})).value;
    good(await room.deleteAnnotation(open, made.id, 1, {}));
  },
  "read a comment": ({ room, comment }) => room.getComment(open, comment),
  "settle and reopen a thread": async ({ room, comment }) => {
    good(await room.updateComment(open, comment, undefined, { resolved: true }, {}));
    good(await room.updateComment(open, comment, undefined, { resolved: false }, {}));
  },
  "make and delete a comment": async ({ room, annotation, comment }) => {
    const input = { annotation_id: annotation, reply_to: comment, text: "Hm" };
    const made = good(await room.createComment(open, input, {})).value;
    good(await room.deleteComment(open, made.id, 1, {}));
  },
  "list the comments of an annotation": async ({ room, annotation }) =>
    good(
      await room.listComments(
        open,
        { annotation_id: annotation, resolved: false, status: "active" },
        { page: 1, size: 20 },
      ),
    ),
  "list the comments": async ({ room }) =>
    good(await room.listComments(open, { status: "active" }, { page: 1, size: 20 })),
  "read the comments for an export": async ({ room }) =>
    good(await room.readCommentsAt(Number.MAX_SAFE_INTEGER, null)),
  "change the document": async ({ room }) => good(await room.updateDocument(open, { title: "Another" }, {})),
  "list the annotations": async ({ room }) =>
    good(await room.listAnnotations(open, { status: "active" }, { page: 1, size: 20 })),
  "make a version": async ({ room }) => good(await room.createVersion(open, {}, {})),
  "list the versions": async ({ room }) => good(await room.listVersions(open, { page: 1, size: 20 })),
  "compare with a version": async ({ room, version }) =>
    good(await room.diffVersion(open, version.id, undefined)),
  "revert to a version": async ({ room, version }) => good(await room.revertVersion(open, version.id, {})),
  "read the present for an export": async ({ room }) =>
    good(await room.readAnnotationsAt(Number.MAX_SAFE_INTEGER, null)),
  "update over a socket": async ({ id }) => {
    const socket = await connect(id, {});
    await socket.next("state");
    socket.update(crypto.randomUUID(), "delta");
    await socket.next("ack");
    await socket.close();
  },
  "resume over the last change": async ({ id, room }) => {
    const { seq } = good(await room.getDocument(open, false));
    const socket = await connect(id, { since: seq - 1 });
    expect(await socket.next("state")).toMatchObject({ resumed: true });
    await socket.close();
  },
  "read the feed's end": async ({ room }) => {
    const { seq } = good(await room.getDocument(open, false));
    good(await room.readChanges(open, { since: seq - 1, limit: 100 }));
  },
};

/** What each operation reads, by the length of the history. */
async function readByHistory(options: { marks: boolean }): Promise<[name: string, rows: number[]][]> {
  const read = new Map<string, number[]>();
  for (const changes of HISTORIES) {
    const sheet = await makeHistory(changes, options);
    for (const [name, operation] of Object.entries(operations)) {
      const rows = await countRead(sheet, () => operation(sheet));
      read.set(name, [...(read.get(name) ?? []), rows]);
    }
  }
  return [...read];
}

describe("what an operation reads", () => {
  afterEach(async () => {
    await env.DB.prepare("ALTER TABLE annotations_away RENAME TO annotations")
      .run()
      .catch(() => {});
  });

  it("does not grow with the changes behind the document", async () => {
    for (const [name, [short = 0, ...longer]] of await readByHistory({ marks: false })) {
      for (const rows of longer) expect(rows, name).toBeLessThanOrEqual(short + GROWTH);
    }
  });

  it("does not grow with what waits for the catalog", async () => {
    await env.DB.prepare("ALTER TABLE annotations RENAME TO annotations_away").run();
    for (const [name, [short = 0, ...longer]] of await readByHistory({ marks: true })) {
      for (const rows of longer) expect(rows, name).toBeLessThanOrEqual(short + GROWTH + SENT_ROWS);
    }
  });

  it("drains many marks in pages, and is done soon", async () => {
    const marks = 20_000;
    await env.DB.prepare("ALTER TABLE annotations RENAME TO annotations_away").run();
    const sheet = await makeHistory(marks, { marks: true });
    await env.DB.prepare("ALTER TABLE annotations_away RENAME TO annotations").run();
    await runInDurableObject(sheet.stub, async (_room, { storage }) => {
      storage.sql.exec("UPDATE due SET at = 0");
      await storage.setAlarm(Date.now() + 600_000);
    });
    await evictDurableObject(sheet.stub);
    const rows = await countRead(sheet, () => runDurableObjectAlarm(sheet.stub));
    expect(
      await runInDurableObject(sheet.stub, (_room, { storage }) =>
        storage.sql.exec("SELECT COUNT(*) AS left FROM outbox").one(),
      ),
    ).toEqual({ left: 0 });
    // Each mark once, its row, and both again where a settled mark is dropped.
    expect(rows).toBeGreaterThan(2 * marks);
    expect(rows).toBeLessThan(6 * marks);
  });
});
