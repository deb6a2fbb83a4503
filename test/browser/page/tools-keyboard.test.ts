import { describe, expect, it } from "vitest";
import type { Annotation } from "../../../src/protocol/model/annotation.ts";
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

describe("the grid", () => {
  it("takes the crosshair anywhere in a few keys, and starts again after each place", async () => {
    const picture = await openPicture(pages, "Grid");
    const cross = picture.page.locator(".grid-key");
    await picture.page.locator(".picture").focus();
    // Without a tool that draws, it is no key.
    await picture.press("g");
    expect(await cross.count()).toBe(0);
    await picture.press("b", "g");
    await expect.poll(() => cross.allTextContents()).toEqual(["Q", "W", "E", "A", "S", "D", "Z", "X", "C"]);
    // Keys count by their place: a German keyboard has Z where this one has Y.
    await picture.press("KeyQ", "KeyS", "Enter", "Numpad9", "Numpad1", "Enter");
    const [box] = await picture.expectMarks(1);
    // The middle of the middle of the first ninth, then the lower left of the third.
    expect(box?.geometry).toEqual({ x: 200, y: 133, width: 667, height: 89 });
    await expect.poll(() => cross.count()).toBe(9);

    await picture.press("KeyC", "KeyC", "KeyQ", "Backspace", "Enter", "KeyA", "Enter");
    const [, second] = await picture.expectMarks(2);
    // The last key was taken back: the middle of the ninth's ninth.
    expect(second?.geometry).toMatchObject({ x: 200, y: 400, width: 933, height: 356 });

    // Escape drops what is drawn, then leaves the grid, then the tool.
    const tool = (name: string) => picture.page.getByRole("button", { name, exact: true, pressed: true });
    await picture.press("KeyW", "Enter", "Escape");
    await expect.poll(() => cross.count()).toBe(9);
    await picture.press("Escape");
    await expect.poll(() => cross.count()).toBe(0);
    await tool("Box").waitFor();
    // Its keys choose tools again.
    await picture.press("a");
    await tool("Arrow").waitFor();
    await picture.press("Escape");
    await tool("Select").waitFor();
    await picture.expectMarks(2);
    expect(pages.problems).toEqual([]);
  });

  it("divides what is seen, and goes when the mouse takes over", async () => {
    const picture = await openPicture(pages, "Grid, zoomed");
    await picture.page.locator(".picture").focus();
    await picture.press("Shift+0", "m", "g", "KeyS", "Enter");
    const [point] = await picture.expectMarks(1);
    await picture.press("+", "+", "+", "+", "KeyQ", "KeyQ", "Enter");
    const [, other] = await picture.expectMarks(2);
    const at = (mark: typeof point): number =>
      mark && "x" in mark.geometry ? Math.round(mark.geometry.x) : Number.NaN;
    // Zoomed in 2.4 times about the middle, a key reaches less far.
    expect(at(point) - at(other)).toBeGreaterThan(60);
    expect(at(point) - at(other)).toBeLessThan(300);
    const place = await picture.at(600, 400);
    await picture.page.mouse.move(place.x, place.y);
    await picture.page.mouse.move(place.x + 20, place.y + 20);
    await expect.poll(() => picture.page.locator(".grid-key").count()).toBe(0);
    expect(pages.problems).toEqual([]);
  });
});

describe("the keys of labels", () => {
  it("give what they say however often, also to what is being drawn, and 0 takes it off", async () => {
    const picture = await openPicture(pages, "Digits");
    await pages.createMark(picture.documentId, { labels: ["door"] });
    await pages.createMark(picture.documentId, { labels: ["wall"] });
    await picture.page.locator(".picture[aria-label*='2 marks']").waitFor();
    await picture.page.locator(".picture").focus();
    // Twice the same digit is still that label: nobody has to remember what is on.
    await picture.press("b", "1", "1", "Enter", "Enter");
    // With the first corner placed, a digit is for this box.
    await picture.press("Shift+ArrowRight", "Enter", "2", "Enter");
    await picture.press("Shift+ArrowRight", "0", "Enter", "Enter");
    const labels = (await picture.expectMarks(5)).slice(2).map((mark) => mark.labels);
    expect(labels).toEqual([["door"], ["wall"], []]);

    // The pointer draws, and Enter ends it: the label is the one that was pressed last.
    const [from, to] = [await picture.at(700, 500), await picture.at(800, 600)];
    await picture.page.mouse.click(from.x, from.y);
    await picture.page.mouse.move(to.x, to.y, { steps: 3 });
    await picture.press("1", "Enter");
    expect((await picture.expectMarks(6)).at(-1)?.labels).toEqual(["door"]);

    await picture.press("v", "Control+a", "0");
    await expect.poll(async () => (await picture.marks()).flatMap((mark) => mark.labels)).toEqual([]);
    expect(pages.problems).toEqual([]);
  });
});

describe("keys that show and stack", () => {
  it("hides all marks while X is held", async () => {
    const picture = await openPicture(pages, "Peek");
    await pages.createMark(picture.documentId, {});
    await picture.page.locator(".picture[aria-label*='1 mark.']").waitFor();
    await picture.page.locator(".picture").focus();
    const seen = (): Promise<string> =>
      picture.page.locator(".overlay").evaluate((overlay) => getComputedStyle(overlay).visibility);
    await picture.page.keyboard.down("x");
    await expect.poll(seen).toBe("hidden");
    // With another key pressed meanwhile, it is still the one that is lifted.
    await picture.page.keyboard.down("Shift");
    await picture.page.keyboard.up("x");
    await expect.poll(seen).toBe("visible");
    await picture.page.keyboard.up("Shift");
    await picture.page.keyboard.down("x");
    await expect.poll(seen).toBe("hidden");
    await picture.page.evaluate(() => window.dispatchEvent(new Event("blur")));
    await expect.poll(seen).toBe("visible");
  });

  it("moves a mark in the stack by [ and ], and to its ends by { and }", async () => {
    const picture = await openPicture(pages, "Stack");
    const geometry = (at: number) => ({ x: 100 + 10 * at, y: 100, width: 100, height: 80 });
    const made: Annotation[] = [];
    for (const at of [0, 1, 2])
      made.push(await pages.createMark(picture.documentId, { geometry: geometry(at) }));
    await picture.page.locator(".picture[aria-label*='3 marks']").waitFor();
    await picture.page.locator(".picture").focus();
    const order = async (): Promise<string> =>
      (await picture.marks())
        .toSorted((a, b) => a.z_index - b.z_index || a.ordinal - b.ordinal)
        .map(({ id }) => made.findIndex((mark) => mark.id === id))
        .join("");
    await picture.press("Tab", "]");
    await expect.poll(order).toBe("102");
    await picture.press("}");
    await expect.poll(order).toBe("120");
    await picture.press("[");
    await expect.poll(order).toBe("102");
    await picture.press("{");
    await expect.poll(order).toBe("012");
    await picture.press("Control+z");
    await expect.poll(order).toBe("102");
    expect(pages.problems).toEqual([]);
  });

  it("shows the focus of the picture to the keyboard, and not to the mouse", async () => {
    const picture = await openPicture(pages, "Focus");
    const hasRing = (): Promise<boolean> =>
      picture.page
        .locator(".film")
        .evaluate((film) => getComputedStyle(film, "::after").outlineStyle === "solid");
    await picture.page.getByRole("button", { name: "Box", exact: true }).focus();
    await picture.press("Shift+Tab");
    await picture.page.locator(".picture").focus();
    await expect.poll(hasRing).toBe(true);
    await picture.press("b");
    await picture.drag([100, 100], [200, 200]);
    await picture.press("n");
    expect(await hasRing()).toBe(false);
    // The keyboard takes over.
    await picture.press("ArrowRight");
    expect(await hasRing()).toBe(true);
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
