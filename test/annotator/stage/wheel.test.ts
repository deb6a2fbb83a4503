import { expect, it } from "vitest";
import {
  readWheel,
  type WheelInput,
  type WheelMeaning,
  WheelReader,
} from "../../../src/annotator/stage/wheel.ts";

const still: WheelInput = {
  deltaX: 0,
  deltaY: 0,
  deltaMode: 0,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  timeStamp: 10_000,
};

function read(event: Partial<WheelInput>, reader = new WheelReader()): WheelMeaning {
  return reader.read({ ...still, ...event });
}

it.each<[string, Partial<WheelInput>]>([
  ["a notch in Chromium", { deltaY: 100, wheelDeltaY: -120 }],
  ["a notch on a screen of 150 %", { deltaY: 66.66666412353516, wheelDeltaY: -120 }],
  ["a notch in Firefox, in lines", { deltaY: 3, deltaMode: 1 }],
  ["a notch back", { deltaY: -100, wheelDeltaY: 120 }],
])("%s zooms", (_name, event) => {
  const meaning = read(event);
  expect(meaning.kind).toBe("zoom");
  if (meaning.kind === "zoom") expect(meaning.factor > 1).toBe((event.deltaY ?? 0) < 0);
});

it.each<[string, Partial<WheelInput>, { dx: number; dy: number }]>([
  ["two fingers down", { deltaY: 4, wheelDeltaY: -12 }, { dx: 0, dy: -4 }],
  ["two fingers to the side", { deltaX: 60, deltaY: 80 }, { dx: -60, dy: -80 }],
  ["fractions of a pixel", { deltaY: 51.5, wheelDeltaY: -154 }, { dx: 0, dy: -51.5 }],
  ["a wheel with Shift", { deltaY: 100, wheelDeltaY: -120, shiftKey: true }, { dx: -100, dy: 0 }],
])("%s pans", (_name, event, by) => {
  expect(read(event)).toEqual({ kind: "pan", ...by });
});

it("a fast swipe on a trackpad goes on panning, and a wheel later zooms", () => {
  const reader = new WheelReader();
  read({ deltaY: 3 }, reader);
  expect(read({ deltaY: 120, wheelDeltaY: -120, timeStamp: 10_100 }, reader).kind).toBe("pan");
  expect(read({ deltaY: 120, wheelDeltaY: -120, timeStamp: 10_600 }, reader).kind).toBe("zoom");
});

it("a pinch zooms finely, Ctrl with a wheel by steps, and neither by more than twice at once", () => {
  const pinch = read({ deltaY: -5, ctrlKey: true });
  const wheel = read({ deltaY: -100, wheelDeltaY: 120, ctrlKey: true });
  const spin = read({ deltaY: -10_000, wheelDeltaY: 12_000 });
  expect(pinch).toEqual({ kind: "zoom", factor: Math.exp(0.05) });
  expect(wheel).toEqual({ kind: "zoom", factor: expect.closeTo(1.2, 5) as number });
  expect(spin).toEqual({ kind: "zoom", factor: expect.closeTo(2, 5) as number });
});

it("a notch in Firefox, in lines, zooms as far as one in Chromium", () => {
  expect(read({ deltaY: 3, deltaMode: 1 })).toEqual(read({ deltaY: 100, wheelDeltaY: -120 }));
});

it("asks for the mode first: Firefox has lines only for those who do", () => {
  let hasAsked = false;
  const event = {
    ...still,
    get deltaMode() {
      hasAsked = true;
      return 1;
    },
    get deltaY() {
      return hasAsked ? 3 : 48;
    },
  };
  expect(readWheel(event)).toEqual({ ...still, deltaMode: 1, deltaY: 3 });
});
