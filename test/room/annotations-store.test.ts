import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Annotation, AnnotationFields } from "../../src/protocol/model/annotation.ts";
import { defaultStyle } from "../../src/protocol/model/default-style.ts";
import { type Person, signAnew } from "../../src/protocol/model/person.ts";
import { ORDINALS_PER_SEQ } from "../../src/room/ordinals.ts";
import { AnnotationStore } from "../../src/room/store/annotations.ts";
import { CHANGES_MAX, type Difference, ROW_BYTES } from "../../src/room/store/differences.ts";
import { migrateSchema } from "../../src/room/store/schema.ts";
import { countReads } from "../support/count-reads.ts";
import { stubOf } from "../support/room.ts";

const DOCUMENT = "9d5ad0f2-9a4c-4d7c-8f57-2f5a3c1f6f10";
const minute = (seq: number) => new Date(Date.UTC(2026, 0, 1, 0, seq)).toISOString();

/** Who makes the change at a seq: the author, another one, another one without a name, or nobody knows. */
function changerAt(seq: number): Person {
  const people: Person[] = [
    { id: "Ann", name: "Ann Example" },
    { id: "Bob", name: "Bob Example" },
    { id: "Cid", name: null },
    { id: null, name: null },
  ];
  return people[seq % people.length] ?? { id: null, name: null };
}

/** Annotations and all that they ever were, beside the store that is to say the same. */
class History {
  readonly sql: SqlStorage;
  readonly store: AnnotationStore;
  /** The state after each seq. */
  readonly states: Map<string, Annotation>[] = [new Map()];

  constructor(sql: SqlStorage) {
    this.sql = sql;
    this.store = new AnnotationStore(sql, () => DOCUMENT);
  }

  get seq(): number {
    return this.states.length;
  }
  get present(): Map<string, Annotation> {
    return this.states.at(-1) ?? new Map();
  }

  create(id: string = crypto.randomUUID(), fields: Partial<AnnotationFields> = {}): string {
    const { seq } = this;
    this.#write({
      id,
      document_id: DOCUMENT,
      type: "box",
      geometry: { x: 1, y: 2, width: 3, height: 4 },
      style: defaultStyle,
      text: "",
      labels: [],
      properties: {},
      author: "Ann",
      author_name: "Ann Example",
      updated_by: "Ann",
      review: "none",
      z_index: 0,
      status: "active",
      version: 1,
      seq,
      ordinal: seq * ORDINALS_PER_SEQ,
      created_at: minute(seq),
      updated_at: minute(seq),
      ...fields,
    });
    return id;
  }

  change(id: string, fields: Partial<AnnotationFields>): void {
    const { seq } = this;
    const before = this.#get(id);
    const signed = signAnew(before, changerAt(seq));
    this.#write({ ...signed, ...fields, version: before.version + 1, seq, updated_at: minute(seq) });
  }

  /** Makes everything as it was at `then`, as a revert does. */
  restore(then: number): void {
    const { seq } = this;
    const next = new Map(this.present);
    for (const [place, { id, kind, before, after }] of [
      ...this.store.iterateDifferences(seq - 1, then),
    ].entries()) {
      if (before === null) throw new Error("At present each has a row");
      const status = kind === "removed" ? "deleted" : "active";
      const by = changerAt(seq);
      this.store.restore({ id, present: before, source: after ?? before, status }, seq, place, {
        at: Date.parse(minute(seq)),
        by,
      });
      const { version } = this.#get(id);
      const source = this.states[then]?.get(id) ?? this.#get(id);
      const signed = signAnew(source, by);
      next.set(id, { ...signed, status, version: version + 1, seq, updated_at: minute(seq) });
    }
    this.states.push(next);
  }

  /** What `iterateDifferences` must say, but for rows and bytes. */
  differences(before: number, after: number, from: number): Pick<Difference, "id" | "ordinal" | "kind">[] {
    const [was, now] = [this.states[before], this.states[after]];
    const all = [...this.present.values()].sort((a, b) => a.ordinal - b.ordinal);
    return all.flatMap(({ id, ordinal }) => {
      const [one, other] = [shown(was?.get(id)), shown(now?.get(id))];
      if (ordinal <= from || one === other) return [];
      return [{ id, ordinal, kind: one === null ? "added" : other === null ? "removed" : "changed" }];
    });
  }

  #get(id: string): Annotation {
    const annotation = this.present.get(id);
    if (!annotation) throw new Error(`There is no ${id}`);
    return annotation;
  }

  #write(annotation: Annotation): void {
    this.store.write(annotation, null);
    this.states.push(new Map(this.present).set(annotation.id, annotation));
  }
}

/** What people see of an annotation. */
function shown(annotation: Annotation | undefined): string | null {
  if (annotation?.status !== "active") return null;
  const { geometry, style, text, properties, labels, z_index } = annotation;
  return JSON.stringify({ geometry, style, text, properties, labels, z_index });
}

function withHistory(work: (history: History) => void): Promise<void> {
  return runInDurableObject(stubOf(crypto.randomUUID()), (_room, { storage: { sql } }) => {
    migrateSchema(sql);
    work(new History(sql));
  });
}

describe("the annotations' store", () => {
  it("R22 counts what is active once, and knows it from then on", () =>
    withHistory((history) => {
      const { sql, store } = history;
      const expectCount = (active: number) => {
        expect(store.countActive()).toBe(active);
        expect(new AnnotationStore(sql, () => DOCUMENT).countActive()).toBe(active);
      };
      expectCount(0);
      const one = history.create();
      const other = history.create();
      expectCount(2);
      history.change(one, { text: "changed" });
      expectCount(2);
      history.change(other, { status: "deleted" });
      expectCount(1);
      const third = history.create();
      expectCount(2);
      // `other` comes back, `third` goes, `one` stays.
      history.restore(2);
      expect(store.read(third)?.status).toBe("deleted");
      expectCount(2);
      history.restore(0);
      expectCount(0);
      expect(countReads(sql, /./, () => store.countActive())).toBe(0);
    }));

  it("R23 restores all that a row says, as the annotation's next version", () =>
    withHistory((history) => {
      const { store } = history;
      const ids = ["c", "b", "a"];
      for (const id of ids) history.create(id, { labels: [id], text: id, z_index: 7, properties: { id } });
      const then = history.seq - 1;
      for (const id of ids) history.change(id, { labels: [], text: "", z_index: 1, properties: {} });
      history.change("b", { status: "deleted" });
      history.create("d");
      history.restore(then);
      for (const annotation of history.present.values())
        expect(store.read(annotation.id)).toEqual(annotation);
      expect(store.readChangedAt(history.seq - 1)).toEqual({
        annotations: [...ids, "d"].map((id) => history.present.get(id)),
        batch: true,
      });
      // Each has one present row.
      expect(store.list({ status: "all" }, { page: 1, size: 10 })).toMatchObject({ total: 4 });
    }));

  it("R22 tells what differs between any two seqs, over few changes as over many", () =>
    withHistory((history) => {
      const { store } = history;
      const ids = Array.from({ length: 6 }, () => history.create());
      const fields = [
        { text: "a" },
        { text: "" },
        { labels: ["a"] },
        { labels: [] },
        { z_index: 1 },
        { z_index: 0 },
        { status: "deleted" as const },
        { status: "active" as const },
      ];
      const changeSome = (count: number, step: number) => {
        for (let index = 1; index <= count; index++)
          history.change(ids[(index * step) % 5] ?? "", fields[(index * index + step) % fields.length] ?? {});
      };
      changeSome(40, 3);
      ids.push(history.create());
      // There and back, until the changes in between are too many to be looked at one by one.
      for (let index = 0; index < 1_100; index++)
        history.change(ids[5] ?? "", { text: index % 2 === 0 ? "away" : "" });
      history.restore(20);
      changeSome(40, 2);
      const last = history.seq - 1;
      for (let index = 0; index < 400; index++) {
        const before = (index * 7) % 50;
        const after = index % 2 === 0 ? (index * 11) % 50 : last - ((index * 13) % 45);
        for (const [one, other] of [
          [before, after],
          [after, before],
        ] as const) {
          const from = index % 3 === 0 ? 3 * ORDINALS_PER_SEQ : 0;
          const found = [...store.iterateDifferences(one, other, from)];
          expect(found.map(({ id, ordinal, kind }) => ({ id, ordinal, kind }))).toEqual(
            history.differences(one, other, from),
          );
          for (const { id, kind, before: was, after: now, bytes } of found) {
            expect(was === null ? undefined : store.readRow(was)).toEqual(history.states[one]?.get(id));
            expect(now === null ? undefined : store.readRow(now)).toEqual(history.states[other]?.get(id));
            const { geometry, style, text, properties, labels } = store.readRow(
              (kind === "removed" ? was : now) ?? 0,
            );
            const body = JSON.stringify({ geometry, style, text, properties });
            expect(bytes).toBe(body.length + JSON.stringify(labels).length + ROW_BYTES);
          }
        }
      }
    }));

  it("R22 looks at the changes in between, or at the annotations, whichever are fewer", () =>
    withHistory((history) => {
      const { sql, store } = history;
      for (let index = 0; index < 200; index++) history.create();
      const [id = ""] = history.present.keys();
      const start = history.seq - 1;
      const readsBetween = (before: number, after: number) =>
        countReads(sql, /./, () => expect([...store.iterateDifferences(before, after)]).toHaveLength(1));
      history.change(id, { text: "1" });
      // Its row, and those of both seqs.
      expect(readsBetween(start, start + 1)).toBeLessThan(20);
      expect(readsBetween(start + 1, start)).toBeLessThan(20);
      const changes = 5_000;
      for (let index = 1; index < changes; index++) history.change(id, { text: `${index}` });
      // As many changes as it takes to know that they are too many, each annotation once, and the rows of one.
      const most = CHANGES_MAX + 200 + 50;
      expect(readsBetween(start, start + changes)).toBeLessThan(most);
      expect(readsBetween(start + changes, start)).toBeLessThan(most);
    }));
});
