import { expect, it } from "vitest";
import { PIN_SIZE, placeThread } from "../../../src/annotator/ui/comments/place-thread.ts";

const room = { left: 0, top: 0, right: 1_000, bottom: 800 };
const size = { width: 300, height: 200 };

function covers(at: { x: number; y: number }, pin: { x: number; y: number }): boolean {
  const isAcross = at.x < pin.x + PIN_SIZE && pin.x < at.x + size.width;
  return isAcross && at.y < pin.y && pin.y - PIN_SIZE < at.y + size.height;
}

it("puts a thread at the right of its pin, and where it does not fit, at the left", () => {
  expect(placeThread({ x: 100, y: 100 }, size, room)).toEqual({ x: 134, y: 74 });
  expect(placeThread({ x: 900, y: 100 }, size, room)).toEqual({ x: 592, y: 74 });
});

it("goes elsewhere where it would hide another pin", () => {
  const own = { x: 400, y: 400 };
  const [right, left, below] = [
    { x: 500, y: 400 },
    { x: 300, y: 400 },
    { x: 450, y: 500 },
  ];
  expect(placeThread(own, size, room, [own, right])).toEqual({ x: 92, y: 374 });
  expect(placeThread(own, size, room, [own, right, left])).toEqual({ x: 400, y: 408 });
  expect(placeThread(own, size, room, [own, right, left, below])).toEqual({ x: 400, y: 166 });
});

it("hides as few as it can, and stays in the room", () => {
  const pins = [200, 400, 600].flatMap((x) => [150, 350, 550].map((y) => ({ x, y })));
  for (const own of pins) {
    const at = placeThread(own, size, room, pins);
    expect(covers(at, own)).toBe(false);
    expect(at.x).toBeGreaterThanOrEqual(0);
    expect(at.x + size.width).toBeLessThanOrEqual(room.right);
    expect(at.y + size.height).toBeLessThanOrEqual(room.bottom);
  }
});
