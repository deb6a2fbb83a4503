import fc from "fast-check";
import { expect, it } from "vitest";
import { cellOf, ninthOf } from "../../../src/annotator/editor/geometry/grid.ts";
import { boundsCenter, intersectBounds } from "../../../src/scene/bounds.ts";

const area = { left: 90, top: -30, right: 390, bottom: 60 };

it("has nine keys at the left, and the number pad, in the order of the parts", () => {
  expect(["KeyQ", "KeyW", "KeyE", "KeyA", "KeyS", "KeyD", "KeyZ", "KeyX", "KeyC"].map(cellOf)).toEqual(
    Array.from({ length: 9 }, (_, at) => at),
  );
  expect(["Numpad7", "Numpad5", "Numpad3"].map(cellOf)).toEqual([0, 4, 8]);
  expect(["Digit1", "KeyR", "Numpad0", "Enter"].map(cellOf)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

it("divides an area in nine that are all of it", () => {
  expect(ninthOf(area, 0)).toEqual({ left: 90, top: -30, right: 190, bottom: 0 });
  expect(ninthOf(area, 5)).toEqual({ left: 290, top: 0, right: 390, bottom: 30 });
  expect(boundsCenter(ninthOf(area, 4))).toEqual(boundsCenter(area));
});

it("finds any place of a screen to two pixels in five or six keys", () => {
  const place = fc.tuple(fc.integer({ min: 0, max: 1_500 }), fc.integer({ min: 0, max: 900 }));
  fc.assert(
    fc.property(place, ([x, y]) => {
      let left = { left: 0, top: 0, right: 1_500, bottom: 900 };
      for (let key = 0; key < 6; key++) {
        const cells = Array.from({ length: 9 }, (_, cell) => ninthOf(left, cell));
        const has = cells.find(
          (cell) => cell.left <= x && x <= cell.right && cell.top <= y && y <= cell.bottom,
        );
        if (!has) throw new Error("the parts leave a gap");
        left = has;
      }
      const [atX, atY] = boundsCenter(left);
      expect(Math.max(Math.abs(atX - x), Math.abs(atY - y))).toBeLessThanOrEqual(2);
    }),
  );
});

it("begins with what is seen of the picture", () => {
  const picture = { left: 0, top: 0, right: 200, bottom: 100 };
  expect(intersectBounds(picture, area)).toEqual({ left: 90, top: 0, right: 200, bottom: 60 });
  expect(intersectBounds(picture, { left: 200, top: 0, right: 300, bottom: 100 })).toBeNull();
});
