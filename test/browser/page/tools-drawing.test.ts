import { describe, expect, it } from "vitest";
import { createClient } from "../../../src/client/index.ts";
import { meanDifference } from "./pixels.ts";
import { openPicture, Picture } from "./use-picture.ts";
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

describe("a text that is being typed", () => {
  it.each([
    // Browsers join the lines of the halo in another way.
    { look: "in its halo", limit: 5, style: { stroke: "#ffffff", font_size: 60 } },
    { look: "on its ground", limit: 2.5, style: { stroke: "#ffffff", fill: "#1f58fb", font_size: 60 } },
  ])("looks as it will be drawn: $look", async ({ style, limit }) => {
    const id = await pages.createDocument("Text");
    const { annotations } = createClient({ url: pages.service.url });
    const text = "Mind the step, مسار";
    await annotations.create({ document_id: id, type: "text", text, geometry: { x: 300, y: 300 }, style });
    const { page, at } = await openText(id);
    const [start, end] = [await at(292, 292), await at(880, 392)];
    const clip = {
      x: Math.round(start.x),
      y: Math.round(start.y),
      width: Math.round(end.x - start.x),
      height: Math.round(end.y - start.y),
    };
    const drawn = await page.screenshot({ clip });

    const middle = await at(450, 340);
    await page.mouse.dblclick(middle.x, middle.y);
    const field = page.locator("textarea.text-field");
    await field.press("End");
    // What shows that it is being typed lies around it.
    await field.evaluate((area) => {
      area.style.outline = "none";
      area.style.boxShadow = "none";
    });
    await page.mouse.move(5, 5);
    // Waiting: the fonts come, and the mark below goes.
    await expect.poll(() => meanDifference(page, clip, drawn)).toBeLessThan(limit);
    expect(pages.problems).toEqual([]);
  });

  async function openText(
    id: string,
  ): Promise<{ page: Picture["page"]; at: (x: number, y: number) => ReturnType<Picture["at"]> }> {
    const picture = await new Picture(await pages.open(`/d/${id}`), id, pages.service).wait();
    await picture.page.locator(".stage[data-drawn]").waitFor();
    return { page: picture.page, at: (x, y) => picture.at(x, y) };
  }
});
