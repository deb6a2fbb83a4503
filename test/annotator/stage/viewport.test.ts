import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Viewport } from "../../../src/annotator/stage/viewport.ts";

const COVERED = { left: 0, top: 0, right: 0, bottom: 0 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("moves until nothing has moved it for 120 ms", () => {
  const viewport = new Viewport();
  expect(viewport.isMoving.value).toBe(false);
  viewport.panBy(5, 0);
  expect(viewport.isMoving.value).toBe(true);
  // It goes on before it rests, and rests from the last step on.
  vi.advanceTimersByTime(100);
  viewport.panBy(5, 0);
  vi.advanceTimersByTime(119);
  expect(viewport.isMoving.value).toBe(true);
  vi.advanceTimersByTime(1);
  expect(viewport.isMoving.value).toBe(false);

  viewport.zoomTo(2);
  expect(viewport.isMoving.value).toBe(true);
  vi.advanceTimersByTime(120);
  expect(viewport.isMoving.value).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

it("tells that it moves before it tells where to", () => {
  const viewport = new Viewport();
  viewport.setArea({ width: 800, height: 600, covered: COVERED });
  vi.advanceTimersByTime(120);
  const told: boolean[] = [];
  const stop = viewport.view.subscribe(() => told.push(viewport.isMoving.peek()));
  told.length = 0;
  viewport.zoomTo(3);
  expect(told).toEqual([true]);
  stop();
  viewport.close();
  expect(vi.getTimerCount()).toBe(0);
});

it("keeps a fitted picture fitted while what is to be seen is in sight", () => {
  const viewport = new Viewport();
  viewport.setArea({ width: 800, height: 600, covered: COVERED });
  viewport.setSize({ width: 400, height: 300 });
  viewport.reveal({ left: 10, top: 10, right: 50, bottom: 50 });
  viewport.setArea({ width: 1_600, height: 1_200, covered: COVERED });
  expect(viewport.view.value.scale).toBe(4);
  viewport.zoomTo(8);
  viewport.reveal({ left: 0, top: 0, right: 20, bottom: 20 });
  viewport.setArea({ width: 800, height: 600, covered: COVERED });
  expect(viewport.view.value.scale).toBe(8);
});
