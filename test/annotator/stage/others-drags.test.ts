import fc from "fast-check";
import { expect, it } from "vitest";
import { frameOf } from "../../../src/annotator/editor/geometry/frame.ts";
import { type Transform, transformMark } from "../../../src/annotator/editor/geometry/transform-mark.ts";
import type { SharedDrag } from "../../../src/annotator/editor/shared-state.ts";
import { DRAG_POINTS_MAX, OthersDrags } from "../../../src/annotator/stage/others-drags.ts";
import { patchAnnotation } from "../../../src/client/annotations/patch.ts";
import type { Annotation } from "../../../src/protocol/model/annotation.ts";
import type { Point } from "../../../src/protocol/model/geometry.ts";
import { anyMark, markOf } from "./marks.ts";

const move = (dx: number, dy: number): Transform => ({ kind: "move", dx, dy });
const box = (x: number, y: number): Annotation =>
  markOf({ type: "box", geometry: { x, y, width: 10, height: 10 } });
const byId = (...marks: Annotation[]) => new Map(marks.map((mark) => [mark.id, mark]));
const person = (drag?: SharedDrag) => ({ connectionId: "one", shown: drag ? { drag } : {} });
const textBounds = { left: 0, top: 0, right: 40, bottom: 20 };
const makeDrags = (): OthersDrags => new OthersDrags(() => textBounds);

it("moves, resizes and turns each mark as the one who drags them sees it", () => {
  const transforms = fc.constantFrom<Transform>(
    move(5, -7),
    { kind: "scale", anchor: [10, 20], angle: 0, sx: 2, sy: -0.5 },
    { kind: "turn", center: [50, 50], degrees: 30 },
  );
  fc.assert(
    fc.property(fc.array(anyMark, { minLength: 2, maxLength: 5 }), transforms, (marks, transform) => {
      const shown = makeDrags().follow(
        [person({ gesture: 1, ids: marks.map(({ id }) => id), transform })],
        byId(...marks),
      );
      const wanted = marks.map((mark) =>
        patchAnnotation(
          mark,
          transformMark(mark, frameOf(mark, mark.type === "text" ? textBounds : undefined), transform),
        ),
      );
      expect(shown).toEqual(wanted);
    }),
  );
});

it("does not move what has arrived a second time, and begins the next drag where it is then", () => {
  const drags = makeDrags();
  const mark = box(0, 0);
  const drag = { gesture: 1, ids: [mark.id], transform: move(10, 0) };
  expect(drags.follow([person(drag)], byId(mark))).toMatchObject([{ geometry: { x: 10 } }]);
  const moved = { ...mark, ...box(10, 0), id: mark.id, version: 2 };
  expect(drags.follow([person(drag)], byId(moved))).toMatchObject([{ geometry: { x: 10 }, version: 2 }]);
  const next = { gesture: 2, ids: [mark.id], transform: move(1, 0) };
  expect(drags.follow([person(next)], byId(moved))).toMatchObject([{ geometry: { x: 11 } }]);
  expect(drags.follow([person()], byId(moved))).toEqual([]);
  // Who comes again with an old number has begun anew all the same.
  expect(drags.follow([person(drag)], byId(moved))).toMatchObject([{ geometry: { x: 20 } }]);
});

it("keeps what others change meanwhile, and leaves out what is gone", () => {
  const drags = makeDrags();
  const [mark, gone] = [box(0, 0), box(5, 5)];
  const drag = { gesture: 1, ids: [mark.id, gone.id], transform: move(10, 0) };
  expect(drags.follow([person(drag)], byId(mark, gone))).toHaveLength(2);
  const labelled = { ...mark, labels: ["door"] };
  expect(drags.follow([person(drag)], byId(labelled))).toMatchObject([
    { id: mark.id, labels: ["door"], geometry: { x: 10 } },
  ]);
});

it("makes nothing anew that has not changed", () => {
  const drags = makeDrags();
  const mark = box(0, 0);
  const drag = { gesture: 1, ids: [mark.id], transform: move(10, 0) };
  const [first] = drags.follow([person(drag)], byId(mark));
  expect(drags.follow([person(drag)], byId(mark))[0]).toBe(first);
});

it("moves so many points of one person's, and no more", () => {
  const half = Array.from({ length: DRAG_POINTS_MAX / 2 }, (_, at): Point => [at, 0]);
  const marks = [half, half, [[0, 0] satisfies Point]].map((points) =>
    markOf({ type: "freehand", geometry: { points } }),
  );
  const ids = marks.map(({ id }) => id);
  const drag = { gesture: 1, ids, transform: move(1, 1) };
  expect(
    makeDrags()
      .follow([person(drag)], byId(...marks))
      .map(({ id }) => id),
  ).toEqual(ids.slice(0, 2));
});
