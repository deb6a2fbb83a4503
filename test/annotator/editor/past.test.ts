import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareMarks, shareDifferences } from "../../../src/annotator/editor/past/differences.ts";
import { gatherStretches, type Share } from "../../../src/annotator/editor/past/stretches.ts";
import { Timeline } from "../../../src/annotator/editor/past/timeline.ts";
import type { Annotation } from "../../../src/protocol/model/annotation.ts";
import type { Document } from "../../../src/protocol/model/document.ts";
import type { Version } from "../../../src/protocol/model/version.ts";
import type { Event } from "../../../src/protocol/wire/events.ts";
import { makeMark } from "./marks.ts";

const START = Date.parse("2026-11-20T10:00:00Z");
const timeOf = (seq: number): string => new Date(START + seq * 1_000).toISOString();

const document: Document = {
  id: "4a3c1f9e-6f0b-4d55-9d52-0f3b6f0c9a11",
  title: "Ground floor",
  status: "active",
  version: 1,
  seq: 1,
  width: 1_200,
  height: 800,
  image: null,
  metadata: {},
  updated_by: "Ann",
  updated_by_name: null,
  created_at: timeOf(0),
  updated_at: timeOf(0),
  deleted_at: null,
};

/** A mark at a moment. Its place tells which change made it what it is. */
function markAt(
  id: number,
  seq: number,
  status: Annotation["status"] = "active",
  by: string | null = "Ann",
): Annotation {
  return {
    ...makeMark({ type: "point", geometry: { x: seq, y: 0 } }),
    document_id: document.id,
    created_at: timeOf(0),
    id: `00000000-0000-4000-8000-${String(id).padStart(12, "0")}`,
    status,
    author: "Ann",
    updated_by: by,
    seq,
    version: seq,
    ordinal: id,
    updated_at: timeOf(seq),
  };
}

function versionAt(seq: number, label: string | null, automatic = false): Version {
  return {
    id: `00000000-0000-4000-9000-${String(seq).padStart(12, "0")}`,
    document_id: document.id,
    number: seq,
    label,
    author: "Bo",
    author_name: "Bo Example",
    automatic,
    seq,
    document_version: 1,
    annotation_count: 0,
    created_at: timeOf(seq),
  };
}

describe("the timeline", () => {
  it("has the state after each step, as one who was there has seen it", () => {
    // Each step puts one of ten marks somewhere, or takes it away; enough of them for several keyframes.
    const step = fc.record({ id: fc.integer({ min: 0, max: 9 }), gone: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 700 }), fc.integer(), (steps, at) => {
        const timeline = new Timeline(document);
        const present = new Map<string, Annotation>();
        const seen: Annotation[][] = [];
        for (const [index, { id, gone }] of steps.entries()) {
          const annotation = markAt(id, index + 2, gone ? "deleted" : "active");
          const type = gone ? "annotation.deleted" : "annotation.updated";
          timeline.append({ type, seq: index + 2, annotation });
          if (gone) present.delete(annotation.id);
          else present.set(annotation.id, annotation);
          seen.push([...present.values()]);
        }
        const index = Math.abs(at) % steps.length;
        expect(new Set(timeline.marksAt(index).values())).toEqual(new Set(seen[index]));
        expect([...timeline.marksAt(-1)]).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("tells who did what, and leaves out what is no change of the picture", () => {
    const timeline = new Timeline(document);
    const events: Event[] = [
      { type: "annotation.created", seq: 2, annotation: markAt(1, 2) },
      {
        type: "annotation.batch",
        seq: 3,
        annotations: [markAt(1, 3, "active", "Cid"), markAt(2, 3, "active", "Cid")],
      },
      { type: "version.created", seq: 4, version: versionAt(4, "First") },
      { type: "annotation.deleted", seq: 5, annotation: markAt(2, 5, "deleted", "Bo") },
      // A revert keeps what was before it, and says so by itself.
      { type: "version.created", seq: 6, version: versionAt(6, null, true) },
      {
        type: "version.reverted",
        seq: 7,
        version: versionAt(4, "First"),
        document: { ...document, title: "Attic", updated_by: "Dee", updated_at: timeOf(7) },
        labels: null,
        annotations: [markAt(2, 7, "active", "Dee")],
      },
      // An older service did not tell.
      { type: "annotation.updated", seq: 8, annotation: markAt(1, 8, "active", null) },
      {
        type: "document.updated",
        seq: 9,
        document: {
          ...document,
          title: "Attic",
          updated_by: "eve",
          updated_by_name: "Eve",
          updated_at: timeOf(9),
        },
      },
    ];
    for (const event of events) timeline.append(event);
    expect(timeline.steps.map(({ seq, kind, who }) => [seq, kind, who?.id, who?.name])).toEqual([
      [2, "added", "Ann", null],
      [3, "several", "Cid", null],
      [4, "kept", "Bo", "Bo Example"],
      [5, "removed", "Bo", null],
      [7, "reverted", "Dee", null],
      [8, "changed", undefined, undefined],
      [9, "document", "eve", "Eve"],
    ]);
    const changers = timeline.changersBetween(-1, 4);
    expect([...changers.values()].map((who) => who?.id)).toEqual(["Ann", "Dee"]);
    expect(timeline.documentAt(3).title).toBe("Ground floor");
    expect(timeline.documentAt(4).title).toBe("Attic");
    expect([...timeline.marksAt(4).values()].map(({ seq }) => seq)).toEqual([3, 7]);
    // Either way round, it is the same stretch of time.
    expect(timeline.changersBetween(4, -1)).toEqual(changers);
  });
});

describe("differences", () => {
  it("turn one moment into the other", () => {
    const moment = fc
      .uniqueArray(fc.record({ id: fc.integer({ min: 0, max: 20 }), seq: fc.integer({ min: 2, max: 5 }) }), {
        selector: ({ id }) => id,
      })
      .map((marks) => new Map(marks.map(({ id, seq }) => [markAt(id, seq).id, markAt(id, seq)])));
    fc.assert(
      fc.property(moment, moment, (before, after) => {
        const { added, removed, changed } = compareMarks(before, after);
        const made = new Map(before);
        for (const { id } of removed) made.delete(id);
        for (const mark of [...added, ...changed.map((change) => change.after)]) made.set(mark.id, mark);
        expect(new Map([...made].toSorted())).toEqual(new Map([...after].toSorted()));
        expect(changed.every(({ before: was, after: is }) => was.seq !== is.seq)).toBe(true);
      }),
    );
  });

  it("are none between versions of a mark that look the same", () => {
    const mark = markAt(1, 2);
    const later = { ...mark, version: 9, seq: 9, updated_at: timeOf(9) };
    expect(compareMarks(new Map([[mark.id, mark]]), new Map([[mark.id, later]])).changed).toEqual([]);
  });
});

describe("stretches", () => {
  const created = (id: number, seq: number, by: string): Event => ({
    type: "annotation.created",
    seq,
    annotation: markAt(id, seq, "active", by),
  });
  const tell = (people: readonly Share[]) =>
    people.map(({ who, added, changed, removed }) => [who?.id ?? null, added, changed, removed]);

  it("gather what belongs together, the newest first: a version, a way back or a pause ends one", () => {
    const timeline = new Timeline(document);
    const events: Event[] = [
      created(1, 2, "Ann"),
      created(2, 3, "Bo"),
      { type: "version.created", seq: 4, version: versionAt(4, "First") },
      created(3, 5, "Ann"),
      created(4, 5 + 601, "Ann"),
    ];
    for (const event of events) timeline.append(event);
    const told = gatherStretches(timeline.steps).map(({ from, to, people, named }) => [
      from,
      to,
      tell(people),
      named?.kind,
    ]);
    expect(told).toEqual([
      [4, 4, [["Ann", 1, 0, 0]], undefined],
      [3, 3, [["Ann", 1, 0, 0]], undefined],
      [2, 2, [["Bo", 0, 0, 0]], "kept"],
      [
        0,
        1,
        [
          ["Ann", 1, 0, 0],
          ["Bo", 1, 0, 0],
        ],
        undefined,
      ],
    ]);
  });

  it("tell what each person did, those who are not known last", () => {
    const timeline = new Timeline(document);
    const renamed = { ...document, updated_by: null, updated_at: timeOf(2) };
    timeline.append({ type: "document.updated", seq: 2, document: renamed });
    timeline.append(created(1, 3, "Ann"));
    timeline.append(created(2, 4, "Bo"));
    timeline.append({ type: "annotation.updated", seq: 5, annotation: markAt(2, 5, "active", "Ann") });
    timeline.append({ type: "annotation.deleted", seq: 6, annotation: markAt(1, 6, "deleted", "Bo") });
    expect(gatherStretches(timeline.steps).map(({ people }) => tell(people))).toEqual([
      [
        ["Ann", 1, 1, 0],
        ["Bo", 1, 0, 1],
        [null, 0, 0, 0],
      ],
    ]);
  });

  it("end at a pause of more than ten minutes, and name each person once", () => {
    const timeline = new Timeline(document);
    for (const event of [
      created(1, 2, "Ann"),
      created(2, 3, "Ann"),
      // Ten minutes to the second belong together.
      created(3, 3 + 600, "Bo"),
    ])
      timeline.append(event);
    const [stretch, ...others] = gatherStretches(timeline.steps);
    expect(others).toEqual([]);
    expect(tell(stretch?.people ?? [])).toEqual([
      ["Ann", 2, 0, 0],
      ["Bo", 1, 0, 0],
    ]);
  });
});

describe("differences by person", () => {
  it("name who made each last, who took a mark away included", () => {
    const timeline = new Timeline(document);
    for (const [seq, id, by] of [
      [2, 1, "Ann"],
      [3, 2, "Ann"],
    ] as const) {
      timeline.append({ type: "annotation.created", seq, annotation: markAt(id, seq, "active", by) });
    }
    timeline.append({ type: "annotation.updated", seq: 4, annotation: markAt(1, 4, "active", "Bo") });
    timeline.append({ type: "annotation.deleted", seq: 5, annotation: markAt(2, 5, "deleted", "Cid") });
    timeline.append({ type: "annotation.created", seq: 6, annotation: markAt(3, 6, "active", "Bo") });
    // A new mark stays its drawer's.
    timeline.append({ type: "annotation.updated", seq: 7, annotation: markAt(3, 7, "active", "Cid") });
    const differences = compareMarks(timeline.marksAt(1), timeline.marksAt(5));
    const shares = shareDifferences(differences, timeline.changersBetween(1, 5));
    expect(shares.map(({ who, ...counts }) => [who?.id, counts])).toEqual([
      ["Bo", { added: 1, removed: 0, changed: 1 }],
      ["Cid", { added: 0, removed: 1, changed: 0 }],
    ]);
  });
});
