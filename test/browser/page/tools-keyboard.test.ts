import { describe, expect, it } from "vitest";
import { openPicture } from "./use-picture.ts";
import { usePages } from "./use-pages.ts";

const pages = usePages();

describe("drawing by keyboard alone", () => {
  it("draws each kind at a crosshair", async () => {
    const picture = await openPicture(pages, "By keys");
    await picture.page.locator(".picture").focus();
    await picture.press("b", "ArrowLeft", "Enter", "Shift+ArrowRight", "Shift+ArrowDown", "Enter");
    await picture.press("o", "Enter", "Shift+ArrowRight", "Shift+ArrowDown", "Enter");
    await picture.press("l", "Enter", "Shift+ArrowRight", "Enter");
    await picture.press("a", "Enter", "Shift+ArrowUp", "Enter");
    await picture.press("y", "Enter", "Shift+ArrowRight", "Enter", "Shift+ArrowDown", "Enter", "Enter");
    await picture.press("p", "Enter", "Shift+ArrowLeft", "Enter", "Shift+ArrowUp", "Enter", "Enter");
    await picture.press("f", "Enter", "Shift+ArrowRight", "Shift+ArrowDown", "Shift+ArrowLeft", "Enter");
    await picture.press("m", "ArrowDown", "Enter");
    await picture.press("t", "Shift+ArrowDown", "Enter");
    await picture.page.keyboard.type("Exit");
    await picture.press("Escape");
    const marks = await picture.expectMarks(9);
    const kinds = ["box", "ellipse", "line", "arrow", "polyline", "polygon", "freehand", "point", "text"];
    expect(marks.map(({ type }) => type)).toEqual(kinds);
    expect(marks[4]?.geometry).toHaveProperty("points.length", 3);
    expect(pages.problems).toEqual([]);
  });

  it("makes 200 labelled boxes with few keys", async () => {
    const picture = await openPicture(pages, "Two hundred");
    await picture.page.locator(".picture").focus();
    // The labels are in use already: the document's set would give them keys, too.
    await pages.createMark(picture.documentId, {
      labels: ["door"],
      geometry: { x: 5, y: 5, width: 9, height: 9 },
    });
    await pages.createMark(picture.documentId, {
      labels: ["wall"],
      geometry: { x: 5, y: 25, width: 9, height: 9 },
    });
    await picture.page.locator(".picture[aria-label*='2 marks']").waitFor();
    let keys = await picture.press("b", "1", "Enter", "ArrowRight", "ArrowDown", "Enter");
    for (let box = 1; box < 200; box++) {
      // Every tenth has another label; each one is a step further, and as large as the one before.
      if (box % 10 === 0) keys += await picture.press(box % 20 === 0 ? "1" : "2");
      keys += await picture.press(box % 2 === 0 ? "ArrowLeft" : "ArrowRight", "Enter", "Enter");
    }
    await picture.page.locator(".picture[aria-label*='202 marks']").waitFor();
    process.stdout.write(`200 labelled boxes by keyboard: ${keys} keystrokes\n`);
    expect(keys / 200).toBeLessThan(4);
  });
});

describe("the picture as one place to stop at", () => {
  it("walks the marks with Tab, and leaves after Escape", async () => {
    const picture = await openPicture(pages, "Tab");
    await pages.createMark(picture.documentId, { labels: ["door"] });
    await pages.createMark(picture.documentId, {
      labels: ["wall"],
      geometry: { x: 300, y: 300, width: 50, height: 50 },
    });
    const stage = picture.page.locator(".picture");
    await picture.page.locator(".picture[aria-label*='2 marks']").waitFor();
    await stage.focus();
    await picture.press("Tab");
    const option = picture.page.locator("#selected-mark");
    expect(await option.textContent()).toContain("door");
    await picture.press("Tab");
    await expect.poll(() => option.textContent()).toContain("wall");
    expect(await stage.getAttribute("aria-activedescendant")).toBe("selected-mark");
    await picture.press("Shift+Tab");
    await expect.poll(() => option.textContent()).toContain("door");
    await picture.press("Escape");
    expect(await stage.getAttribute("aria-activedescendant")).toBeNull();
    await picture.press("Tab");
    expect(await stage.evaluate((element) => element.matches(":focus"))).toBe(false);
  });

  it("moves, resizes, turns, hides and locks the selected mark by keys", async () => {
    const picture = await openPicture(pages, "Nudge");
    const { id } = await pages.createMark(picture.documentId, {});
    await picture.page.locator(".picture[aria-label*='1 mark.']").waitFor();
    await picture.page.locator(".picture").focus();
    await picture.press("Tab", "ArrowRight", "Shift+ArrowDown", "Control+ArrowRight");
    await picture.expectMark(id, ({ geometry }) => "width" in geometry && geometry.width === 101);
    const moved = await picture.expectMark(id, ({ geometry }) => "x" in geometry && geometry.x === 101);
    expect(moved.geometry).toMatchObject({ x: 101, y: 110, width: 101, height: 80 });
    await picture.press("Alt+Shift+.");
    await picture.expectMark(id, ({ geometry }) => "rotation" in geometry && geometry.rotation === 15);
    await picture.press("Alt+l");
    await picture.expectMark(id, ({ properties }) => properties["locked"] === true);
    // What is locked is skipped.
    await picture.press("Tab");
    expect(await picture.page.locator(".picture").getAttribute("aria-activedescendant")).toBeNull();
    await picture.page.locator(".picture").focus();
    await picture.press("Alt+Shift+l", "Tab", "Delete");
    await picture.expectMarks(0);
    await picture.press("Control+z");
    await picture.expectMarks(1);
    expect(pages.problems).toEqual([]);
  });
});
