import { describe, expect, it } from "vitest";
import type { AnnotationInput } from "../../src/protocol/model/annotation.ts";
import { POINTS_MAX } from "../../src/protocol/limits.ts";
import { box, good, newDocument, open } from "../support/room.ts";

const KIB = 1024;

/** The ids of all annotations and the bytes of each page, as a reader gets them. */
async function readPages(room: Awaited<ReturnType<typeof newDocument>>["room"], seq: number) {
  const ids: string[] = [];
  const pages: number[] = [];
  let after: number | null = null;
  do {
    const page: { annotations: { id: string }[]; next: number | null } = good(
      await room.readAnnotationsAt(seq, after),
    );
    ids.push(...page.annotations.map(({ id }) => id));
    pages.push(JSON.stringify(page.annotations).length);
    after = page.next;
  } while (after !== null);
  return { ids, pages };
}

describe("the annotations at a seq are read in pages", () => {
  it("of 256 KiB and one annotation at most, however large they are", async () => {
    const { room } = await newDocument();
    const points = Array.from({ length: POINTS_MAX }, (_, n): [number, number] => [n + 0.125, n * 1.5]);
    const stroke: AnnotationInput = { ...box, type: "freehand", geometry: { points } };
    const made: string[] = [];
    for (let batch = 0; batch < 3; batch++) {
      const operations = Array.from({ length: 12 }, () => ({ ...stroke, op: "create" as const }));
      const { annotations } = good(await room.applyBatch(open, operations, {}));
      made.push(...annotations.map(({ id }) => id));
    }
    const { seq } = good(await room.createVersion(open, {}, {}));
    const { ids, pages } = await readPages(room, seq);
    expect(ids).toEqual(made);
    expect(Math.max(...pages)).toBeLessThan(512 * KIB);
    expect(Math.min(...pages.slice(0, -1))).toBeGreaterThan(256 * KIB);
  });

  it("of hundreds where they are small", async () => {
    const { room } = await newDocument();
    for (let batch = 0; batch < 4; batch++) {
      const operations = Array.from({ length: 500 }, () => ({ ...box, op: "create" as const }));
      good(await room.applyBatch(open, operations, {}));
    }
    const { seq } = good(await room.createVersion(open, {}, {}));
    const { ids, pages } = await readPages(room, seq);
    expect(ids).toHaveLength(2_000);
    expect(pages.length).toBeLessThanOrEqual(8);
  });
});
