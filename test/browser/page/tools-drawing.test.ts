import { describe, expect, it } from "vitest";
import { openPicture } from "./use-picture.ts";
import { usePages } from "./use-pages.ts";

const pages = usePages();

describe("drawing with the mouse", () => {
  it("draws each kind", async () => {
    const picture = await openPicture(pages, "Kinds");
    await picture.press("b");
    await picture.drag([100, 100], [200, 180]);
    await picture.press("o");
    await picture.drag([300, 100], [400, 160]);
    await picture.press("l");
    await picture.drag([500, 100], [600, 150]);
    await picture.press("a");
    await picture.drag([700, 100], [800, 150]);
    await picture.press("y");
    await picture.click(100, 300);
    await picture.click(200, 350);
    await picture.click(250, 300);
    await picture.press("Enter");
    await picture.press("p");
    await picture.click(300, 300);
    await picture.click(400, 300);
    await picture.click(400, 400);
    await picture.click(300, 300);
    await picture.press("f");
    await picture.drag([500, 300], [550, 350], [600, 300], [650, 380]);
    await picture.press("m");
    await picture.click(800, 300);
    await picture.press("t");
    await picture.click(100, 600);
    await picture.page.keyboard.type("Mind the step");
    await picture.press("Escape");

    const marks = await picture.expectMarks(9);
    expect(marks.map(({ type }) => type)).toEqual([
      "box",
      "ellipse",
      "line",
      "arrow",
      "polyline",
      "polygon",
      "freehand",
      "point",
      "text",
    ]);
    const [box, ellipse, , arrow, polyline, polygon, freehand, , text] = marks;
    if (box?.type !== "box" || ellipse?.type !== "ellipse") throw new Error("what was drawn first");
    expect(box.geometry.x).toBeCloseTo(100, 0);
    expect(box.geometry.width).toBeCloseTo(100, 0);
    expect(box.geometry.height).toBeCloseTo(80, 0);
    expect(ellipse.geometry.cx).toBeCloseTo(350, 0);
    expect(ellipse.geometry.ry).toBeCloseTo(30, 0);
    expect(arrow?.geometry).toHaveProperty("points.length", 2);
    expect(polyline?.geometry).toHaveProperty("points.length", 3);
    expect(polygon?.geometry).toHaveProperty("points.length", 3);
    expect(freehand?.geometry).toHaveProperty("points.length", 4);
    expect(text?.text).toBe("Mind the step");
    await pages.screenshot(picture.page, "tools-drawing");
    expect(pages.problems).toEqual([]);
  });
});
