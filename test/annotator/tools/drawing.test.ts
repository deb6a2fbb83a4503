/*! @vitest-environment jsdom */
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Point } from "../../../src/protocol/model/geometry.ts";
import { makeDocument } from "../../support/resources.ts";
import { useTools } from "./use-tools.ts";

/** The points of the only mark. */
function pointsOf(tools: ReturnType<typeof useTools>): readonly Point[] | undefined {
  const [mark, ...others] = tools.marks();
  expect(others).toEqual([]);
  return mark && "points" in mark.geometry ? mark.geometry.points : undefined;
}

describe("a polygon", () => {
  it("is drawn by clicks, and ends where it began", () => {
    const tools = useTools();
    tools.press("p");
    tools.click([100, 100]);
    tools.click([200, 100]);
    tools.click([200, 200]);
    expect(tools.marks()).toHaveLength(0);
    tools.click([103, 102]);
    expect(pointsOf(tools)).toEqual([
      [100, 100],
      [200, 100],
      [200, 200],
    ]);
    expect(tools.editor.drawing.value).toBeNull();
  });

  it("takes points back one by one, and is dropped with the last one", () => {
    const tools = useTools();
    tools.press("p");
    for (const place of [
      [100, 100],
      [200, 100],
      [200, 200],
      [300, 300],
    ] as const)
      tools.click([...place]);
    tools.press("Backspace");
    expect(tools.said()).toBe("Last point taken back");
    expect(tools.editor.drawing.value?.points).toBe(3);
    tools.press("Ctrl+z");
    expect(tools.editor.drawing.value?.points).toBe(2);
    tools.press("Backspace", "Backspace");
    expect(tools.editor.drawing.value).toBeNull();
    expect(tools.press("Backspace")).toEqual([false]);
    expect(tools.marks()).toHaveLength(0);
  });

  it("needs three points: Enter says so, and goes on", () => {
    const tools = useTools();
    tools.press("p");
    tools.click([100, 100]);
    tools.click([200, 100]);
    tools.press("Enter");
    expect(tools.said()).toBe("It needs 3 points");
    expect(tools.marks()).toHaveLength(0);
    tools.click([200, 200]);
    tools.press("Enter");
    expect(pointsOf(tools)).toHaveLength(3);
  });

  it("is drawn by a drag, too, in few points, and the drag that comes back closes it", () => {
    const tools = useTools();
    tools.press("p");
    const steps = Array.from({ length: 20 }, (_, step) => step * 5);
    const way: [number, number][] = [
      ...steps.map((by): [number, number] => [100 + by, 100]),
      ...steps.map((by): [number, number] => [200, 100 + by]),
      ...steps.map((by): [number, number] => [200 - by, 200 - by]),
      [100, 100],
    ];
    tools.drag(way);
    expect(pointsOf(tools)).toEqual([
      [100, 100],
      [200, 100],
      [200, 200],
    ]);
  });

  it("goes on by clicks after a drag that ends elsewhere", () => {
    const tools = useTools();
    tools.press("p");
    tools.drag([
      [100, 100],
      [150, 100],
      [200, 100],
    ]);
    expect(tools.marks()).toHaveLength(0);
    tools.click([200, 200]);
    tools.press("Enter");
    expect(pointsOf(tools)).toEqual([
      [100, 100],
      [200, 100],
      [200, 200],
    ]);
  });

  it("keeps what was placed when a press becomes something else, as with a second finger", () => {
    const tools = useTools();
    tools.press("p");
    tools.click([100, 100]);
    tools.point("down", [200, 100]);
    tools.point("move", [260, 100]);
    tools.point("cancel", [260, 100]);
    expect(tools.editor.drawing.value?.points).toBe(1);
    tools.press("Escape");
    tools.point("down", [200, 100]);
    tools.point("cancel", [200, 100]);
    expect(tools.editor.drawing.value).toBeNull();
  });

  it("is dropped by Escape", () => {
    const tools = useTools();
    tools.press("p");
    for (const place of [
      [100, 100],
      [200, 100],
      [200, 200],
    ] as const)
      tools.click([...place]);
    tools.press("Escape");
    expect(tools.said()).toBe("Dropped");
    expect([tools.editor.drawing.value, tools.marks()]).toEqual([null, []]);
    expect(tools.editor.tool.value).toBe("polygon");
    tools.press("Escape");
    expect(tools.editor.tool.value).toBe("select");
  });
});

describe("a polyline", () => {
  it("ends with a second click on its last point", () => {
    const tools = useTools();
    tools.press("y");
    tools.click([100, 100]);
    tools.click([200, 100]);
    tools.click([202, 101]);
    expect(pointsOf(tools)).toEqual([
      [100, 100],
      [200, 100],
    ]);
  });

  it("is straight with Shift: in steps of 45°", () => {
    const tools = useTools();
    tools.press("y");
    tools.click([100, 100]);
    tools.click([200, 104], { shiftKey: true });
    tools.click([290, 190], { shiftKey: true });
    tools.press("Enter");
    const [, flat, slope] = pointsOf(tools) ?? [];
    expect(flat?.[1]).toBe(100);
    expect((slope?.[0] ?? 0) - (flat?.[0] ?? 0)).toBeCloseTo((slope?.[1] ?? 0) - (flat?.[1] ?? 0), 0);
  });

  it("shows where the next point would be", () => {
    const tools = useTools();
    tools.press("y");
    tools.click([100, 100]);
    tools.point("move", [150, 180]);
    const [shown] = tools.editor.preview.value.values();
    expect(shown && "points" in shown.geometry ? shown.geometry.points : null).toEqual([
      [100, 100],
      [150, 180],
    ]);
  });
});

describe("what two places make", () => {
  it("is made by a drag or by two clicks, and not when it is too small", () => {
    const tools = useTools();
    tools.press("b");
    tools.drag([
      [100, 100],
      [180, 150],
    ]);
    tools.click([300, 100]);
    expect(tools.marks()).toHaveLength(1);
    tools.click([380, 160]);
    expect(tools.marks().map(({ geometry }) => geometry)).toMatchObject([
      { x: 100, y: 100, width: 80, height: 50 },
      { x: 300, y: 100, width: 80, height: 60 },
    ]);
    tools.drag([
      [400, 400],
      [500, 401],
    ]);
    expect(tools.said()).toBe("Too small: nothing was made");
    expect(tools.marks()).toHaveLength(2);
  });

  it.each([
    ["square", "b", { shiftKey: true }, { x: 100, y: 100, width: 80, height: 80 }],
    ["from its middle", "b", { altKey: true }, { x: 20, y: 50, width: 160, height: 100 }],
    ["to the left and up", "b", {}, { x: 100, y: 100, width: 80, height: 50 }],
    ["a circle", "o", { shiftKey: true }, { cx: 140, cy: 140, rx: 40, ry: 40 }],
  ])("is %s", (name, key, modifiers, geometry) => {
    const tools = useTools();
    tools.press(key);
    const isBack = name === "to the left and up";
    tools.drag(
      isBack
        ? [
            [180, 150],
            [100, 100],
          ]
        : [
            [100, 100],
            [180, 150],
          ],
      modifiers,
    );
    expect(tools.marks()[0]?.geometry).toMatchObject(geometry);
  });

  it("keeps its first place when a second press becomes something else", () => {
    const tools = useTools();
    tools.press("b");
    tools.point("down", [100, 100]);
    tools.point("cancel", [100, 100]);
    expect(tools.editor.drawing.value).toBeNull();
    tools.click([100, 100]);
    tools.point("down", [200, 200]);
    tools.point("cancel", [200, 200]);
    expect(tools.editor.drawing.value?.type).toBe("box");
    tools.click([150, 150]);
    expect(tools.marks()).toHaveLength(1);
  });
});

describe("a stroke and a point", () => {
  it("are dropped when the press becomes something else", () => {
    const tools = useTools();
    for (const key of ["f", "m", "t"]) {
      tools.press(key);
      tools.point("down", [100, 100]);
      tools.point("move", [150, 120]);
      tools.point("cancel", [150, 120]);
      expect(tools.editor.drawing.value).toBeNull();
    }
    expect(tools.marks()).toEqual([]);
    expect(tools.stage.element.querySelector("textarea")).toBeNull();
  });

  it("are taken back by Ctrl+Z while they are drawn, and what was made before stays", () => {
    const tools = useTools();
    tools.press("m");
    tools.click([100, 100]);
    for (const key of ["f", "m", "b"]) {
      tools.press(key);
      tools.point("down", [200, 100]);
      tools.point("move", [250, 120]);
      tools.press("Ctrl+z");
      expect(tools.editor.drawing.value).toBeNull();
      tools.point("up", [250, 120]);
    }
    expect(tools.marks()).toHaveLength(1);
  });

  it("have few points, however long the stroke is", () => {
    const tools = useTools();
    tools.press("f");
    tools.drag(Array.from({ length: 5_000 }, (_, step) => [step / 5, 100 + (step % 2) / 10]));
    expect(pointsOf(tools)?.length).toBeLessThan(10);
  });
});

describe("the tool", () => {
  it("stays after a mark is made, unless this person wants to go on with it", () => {
    const tools = useTools();
    tools.press("m");
    tools.click([100, 100]);
    expect([tools.editor.tool.value, tools.editor.selection.value]).toEqual(["point", []]);
    tools.editor.keepsTool.value = false;
    tools.click([200, 100]);
    expect(tools.editor.tool.value).toBe("select");
    expect(tools.editor.selection.value).toEqual([tools.marks()[1]?.id]);
  });

  it("drops what is drawn when this person may not draw any more", () => {
    const tools = useTools();
    tools.press("y");
    tools.click([100, 100]);
    tools.access.value = { canEdit: false, canComment: false, canShare: false };
    tools.point("move", [150, 120]);
    expect(tools.editor.drawing.value).toBeNull();
    expect(tools.marks()).toEqual([]);
  });
});

it("waits for the size of the picture: before, nobody knows where a place is", () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const tools = useTools({ isKnown: false });
  tools.press("b");
  tools.drag([
    [100, 100],
    [200, 200],
  ]);
  // By keyboard, the second Enter at one place makes a box of the usual size.
  tools.press("Enter", "Enter");
  expect(tools.marks()).toEqual([]);
  expect(tools.editor.drawing.value).toBeNull();
  // What is shared is shared now and then.
  vi.advanceTimersByTime(1_000);
  expect(tools.room.presence.value["cursor"]).toBeUndefined();

  tools.room.document.set(makeDocument());
  tools.drag([
    [100, 100],
    [200, 200],
  ]);
  expect(tools.marks()).toHaveLength(1);
});
