import fc from "fast-check";
import { expect, it } from "vitest";
import {
  type Area,
  fitMark,
  fitPicture,
  freeBox,
  limitView,
  revealBox,
  toStageBox,
  zoomView,
} from "../../../src/annotator/stage/view-geometry.ts";

const size = fc.record({
  width: fc.integer({ min: 1, max: 20_000 }),
  height: fc.integer({ min: 1, max: 20_000 }),
});
const area: fc.Arbitrary<Area> = fc.record({
  width: fc.integer({ min: 300, max: 4_000 }),
  height: fc.integer({ min: 300, max: 4_000 }),
  covered: fc.record({
    left: fc.integer({ min: 0, max: 400 }),
    top: fc.integer({ min: 0, max: 400 }),
    right: fc.integer({ min: 0, max: 400 }),
    bottom: fc.integer({ min: 0, max: 400 }),
  }),
});
const view = fc.record({
  scale: fc.double({ min: 0.001, max: 100, noNaN: true }),
  x: fc.double({ min: -1e5, max: 1e5, noNaN: true }),
  y: fc.double({ min: -1e5, max: 1e5, noNaN: true }),
});

it("fits a picture into what sheets leave free, touching two of its sides", () => {
  fc.assert(
    fc.property(size, area, (picture, stage) => {
      const free = freeBox(stage);
      const fitted = fitPicture(picture, free);
      const box = toStageBox(fitted, { left: 0, top: 0, right: picture.width, bottom: picture.height });
      expect(box.left).toBeGreaterThanOrEqual(free.left - 0.01);
      expect(box.top).toBeGreaterThanOrEqual(free.top - 0.01);
      expect(box.right).toBeLessThanOrEqual(free.right + 0.01);
      expect(box.bottom).toBeLessThanOrEqual(free.bottom + 0.01);
      const gap = Math.min(
        free.right - free.left - (box.right - box.left),
        free.bottom - free.top - (box.bottom - box.top),
      );
      if (fitted.scale < 16) expect(gap).toBeCloseTo(0, 3);
    }),
  );
});

it("a stage that sheets cover whole is free all the same", () => {
  const covered = { left: 200, top: 0, right: 200, bottom: 0 };
  expect(freeBox({ width: 400, height: 300, covered })).toEqual({ left: 0, top: 0, right: 400, bottom: 300 });
});

it("keeps the place under the pointer where it is while it zooms", () => {
  fc.assert(
    fc.property(view, fc.double({ min: 0.01, max: 64, noNaN: true }), (before, scale) => {
      const at = { x: 300, y: 200 };
      const after = zoomView(before, scale, at);
      const place = { x: (at.x - before.x) / before.scale, y: (at.y - before.y) / before.scale };
      expect(place.x * after.scale + after.x).toBeCloseTo(at.x, 3);
      expect(place.y * after.scale + after.y).toBeCloseTo(at.y, 3);
    }),
  );
});

it("keeps some of the picture in sight, and the scale within its limits, whatever view is asked for", () => {
  fc.assert(
    fc.property(view, size, area, (asked, picture, stage) => {
      const free = freeBox(stage);
      const { scale, x, y } = limitView(asked, picture, stage);
      const kept = (length: number): number => Math.min(64, length * scale) - 0.01;
      const inSight = (at: number, length: number, low: number, high: number): number =>
        Math.min(high, at + length * scale) - Math.max(low, at);
      expect(inSight(x, picture.width, free.left, free.right)).toBeGreaterThanOrEqual(kept(picture.width));
      expect(inSight(y, picture.height, free.top, free.bottom)).toBeGreaterThanOrEqual(kept(picture.height));
      expect(scale).toBeLessThanOrEqual(64);
      expect(scale).toBeGreaterThanOrEqual(Math.min(1, fitPicture(picture, free).scale) / 4 - 1e-9);
    }),
  );
});

it("reveals a mark by moving no more than it must", () => {
  const free = { left: 0, top: 0, right: 1_000, bottom: 500 };
  const before = { scale: 1, x: 0, y: 0 };
  expect(revealBox(before, { left: 100, top: 100, right: 200, bottom: 200 }, free)).toEqual(before);
  expect(revealBox(before, { left: 1_200, top: 100, right: 1_300, bottom: 200 }, free)).toEqual({
    scale: 1,
    x: -350,
    y: 0,
  });
  expect(revealBox(before, { left: 0, top: 0, right: 1_800, bottom: 100 }, free).scale).toBe(0.5);
});

it("leaves room around a mark that it reveals or shows large: by the shorter side of what is free", () => {
  const free = { left: 0, top: 0, right: 1_000, bottom: 200 };
  // A tenth of 200.
  const edge = { left: -100, top: 50, right: 0, bottom: 100 };
  expect(revealBox({ scale: 1, x: 0, y: 0 }, edge, free)).toEqual({ scale: 1, x: 120, y: 0 });
  expect(fitMark({ left: 0, top: 0, right: 80, bottom: 80 }, free).scale).toBe(2);
});

it("leaves the view alone while a mark is in sight, up to each edge", () => {
  const free = { left: 50, top: 20, right: 1_000, bottom: 200 };
  const before = { scale: 1, x: 0, y: 0 };
  expect(revealBox(before, free, free)).toBe(before);
  for (const side of ["left", "top"] as const)
    expect(revealBox(before, { ...free, [side]: free[side] - 1 }, free)).not.toEqual(before);
  for (const side of ["right", "bottom"] as const)
    expect(revealBox(before, { ...free, [side]: free[side] + 1 }, free)).not.toEqual(before);
});

it("takes a stage that sheets cover whole as free", () => {
  const covered = { left: 400, top: 0, right: 0, bottom: 0 };
  expect(freeBox({ width: 465, height: 300, covered }).left).toBe(400);
  expect(freeBox({ width: 464, height: 300, covered }).left).toBe(0);
});
