import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareMarks } from "../../../src/annotator/editor/past/differences.ts";
import { gatherStretches } from "../../../src/annotator/editor/past/stretches.ts";
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
  created_at: timeOf(0),
  updated_at: timeOf(0),
  deleted_at: null,
};

/** A mark at a moment. Its place tells which change made it what it is. */
function markAt(
  id: number,
  seq: number,
  status: Annotation["status"] = "active",
  author = "Ann",
): Annotation {
  return {
    ...makeMark({ type: "point", geometry: { x: seq, y: 0 } }),
    document_id: document.id,
    created_at: timeOf(0),
    id: `00000000-0000-4000-8000-${String(id).padStart(12, "0")}`,
    status,
    author,
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
      { type: "annotation.batch", seq: 3, annotations: [markAt(1, 3), markAt(2, 3)] },
      { type: "version.created", seq: 4, version: versionAt(4, "First") },
      { type: "annotation.deleted", seq: 5, annotation: markAt(2, 5, "deleted") },
      // A revert keeps what was before it, and says so by itself.
      { type: "version.created", seq: 6, version: versionAt(6, null, true) },
      {
        type: "version.reverted",
        seq: 7,
        version: versionAt(4, "First"),
        document: { ...document, title: "Attic", updated_at: timeOf(7) },
        labels: null,
        annotations: [markAt(2, 7)],
      },
    ];
    for (const event of events) timeline.append(event);
    expect(timeline.steps.map(({ seq, kind, who }) => [seq, kind, who])).toEqual([
      [2, "added", "Ann"],
      [3, "several", "Ann"],
      [4, "kept", "Bo"],
      [5, "removed", "Ann"],
      [7, "reverted", null],
    ]);
    expect(timeline.documentAt(3).title).toBe("Ground floor");
    expect(timeline.documentAt(4).title).toBe("Attic");
    expect([...timeline.marksAt(4).values()].map(({ seq }) => seq)).toEqual([3, 7]);
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
  const created = (id: number, seq: number, author: string): Event => ({
    type: "annotation.created",
    seq,
    annotation: markAt(id, seq, "active", author),
  });

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
    const told = gatherStretches(timeline.steps).map(({ from, to, who, added, named }) => [
      from,
      to,
      who.join(),
      added,
      named?.kind,
    ]);
    expect(told).toEqual([
      [4, 4, "Ann", 1, undefined],
      [3, 3, "Ann", 1, undefined],
      [2, 2, "Bo", 0, "kept"],
      [0, 1, "Ann,Bo", 2, undefined],
    ]);
  });

  it("name somebody only where nobody is known", () => {
    const timeline = new Timeline(document);
    timeline.append({ type: "document.updated", seq: 2, document: { ...document, updated_at: timeOf(2) } });
    timeline.append(created(1, 3, "Ann"));
    expect(gatherStretches(timeline.steps)[0]?.who).toEqual(["Ann"]);
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
    expect(stretch?.who).toEqual(["Ann", "Bo"]);
  });
});
