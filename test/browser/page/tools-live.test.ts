import { describe, expect, it } from "vitest";
import { openPicture, Picture } from "./use-picture.ts";
import { usePages } from "./use-pages.ts";

const pages = usePages();

describe("a text on the picture", () => {
  it("is typed in place, in the fonts of the export, and ends with a click elsewhere", async () => {
    const picture = await openPicture(pages, "Text");
    await picture.press("t");
    await picture.click(300, 300);
    const field = picture.page.locator("textarea.text-field");
    await field.fill("Mind the step");
    const family = await field.evaluate((element) => getComputedStyle(element).fontFamily);
    expect(family).toContain("Acetate Text");
    const loaded = (): Promise<number> =>
      picture.page.evaluate(
        () => Array.from(document.fonts).filter(({ status }) => status === "loaded").length,
      );
    await expect.poll(loaded).toBeGreaterThan(0);
    await picture.click(700, 500);
    const [text] = await picture.expectMarks(1);
    expect(text?.text).toBe("Mind the step");
    expect(await field.count()).toBe(0);
    // The click that ended it made no other text.
    await picture.press("Escape");
    await picture.page.mouse.move(0, 0);

    // The field is as wide as what is drawn.
    await picture.press("Tab", "F2");
    await field.waitFor();
    const width = await field.evaluate((element) => element.getBoundingClientRect().width);
    const scale = (await picture.at(1, 0)).x - (await picture.at(0, 0)).x;
    expect(width / scale).toBeGreaterThan(100);
    await pages.screenshot(picture.page, "tools-text");
    await field.fill("Mind the step, please");
    await picture.press("Escape");
    await picture.expectMark(text?.id ?? "", (mark) => mark.text === "Mind the step, please");
    await picture.press("F2");
    await field.fill(" ");
    await picture.press("Escape");
    await picture.expectMarks(0);
    expect(pages.problems).toEqual([]);
  });

  it("takes no key for a tool while it is typed", async () => {
    const picture = await openPicture(pages, "Keys in text");
    await picture.press("t");
    await picture.click(300, 300);
    await picture.page.keyboard.type("b1?/");
    await picture.press("Control+Enter");
    const [text] = await picture.expectMarks(1);
    expect(text?.text).toBe("b1?/");
  });

  it("has lines as wide as a drag says, and they break there while it is typed", async () => {
    const picture = await openPicture(pages, "Wide text");
    await picture.press("t");
    await picture.drag([500, 300], [300, 320]);
    const field = picture.page.locator("textarea.text-field");
    const height = (): Promise<number> => field.evaluate((element) => element.getBoundingClientRect().height);
    await field.fill("Mind");
    const oneLine = await height();
    await field.fill("Mind the step at the door to the garden");
    await expect.poll(height).toBeGreaterThan(oneLine * 1.5);
    await picture.press("Escape");
    const [text] = await picture.expectMarks(1);
    if (text?.type !== "text") throw new Error("it is a text");
    expect(text.geometry.x).toBeCloseTo(300, -1);
    expect(text.geometry.width).toBeCloseTo(200, -1);
  });
});

describe("labels and styles", () => {
  it("give the next mark what was chosen, and the selection what is pressed", async () => {
    const picture = await openPicture(pages, "Labels");
    await pages.createMark(picture.documentId, { labels: ["door"] });
    await pages.createMark(picture.documentId, {
      labels: ["wall"],
      geometry: { x: 10, y: 10, width: 20, height: 20 },
    });
    await picture.page.locator(".picture[aria-label*='2 marks']").waitFor();
    await picture.press("b", "2");
    await picture.drag([400, 400], [500, 500]);
    const [, , box] = await picture.expectMarks(3);
    expect(box?.labels).toEqual(["wall"]);
    // The tool and its label stay, also after an undo.
    await picture.press("Control+z");
    await picture.expectMarks(2);
    await picture.drag([400, 400], [500, 500]);
    const again = (await picture.expectMarks(3)).at(-1);
    expect(again?.labels).toEqual(["wall"]);
    await picture.press("Escape");
    await picture.click(450, 450);
    await picture.press("1");
    const labelled = await picture.expectMark(again?.id ?? "", ({ labels }) => labels[0] === "door");
    expect(labelled.style.stroke).not.toBe(again?.style.stroke);
  });
});

describe("snapping", () => {
  it("snaps to a corner when it is on, and not with Ctrl", async () => {
    const picture = await openPicture(pages, "Snap");
    await pages.createMark(picture.documentId, { geometry: { x: 200, y: 200, width: 100, height: 100 } });
    await picture.page.locator(".picture[aria-label*='1 mark.']").waitFor();
    await picture.press("s", "b");
    await picture.drag([303, 297], [400, 400]);
    const [, box] = await picture.expectMarks(2);
    expect(box?.geometry).toMatchObject({ x: 300, y: 300 });
    await picture.page.keyboard.down("Control");
    await picture.drag([303, 197], [350, 250]);
    await picture.page.keyboard.up("Control");
    const [, , free] = await picture.expectMarks(3);
    expect(free?.geometry).not.toMatchObject({ x: 300 });
  });
});

describe("with others", () => {
  it("shows them what is drawn before it is done", async () => {
    const picture = await openPicture(pages, "Two");
    const page = await pages.open(`/d/${picture.documentId}`);
    const other = await new Picture(page, picture.documentId, pages.service).wait();
    const from = await picture.at(300, 300);
    const to = await picture.at(600, 500);
    await picture.press("b");
    await picture.page.mouse.move(from.x, from.y);
    await picture.page.mouse.down();
    await picture.page.mouse.move(to.x, to.y, { steps: 4 });
    const readState = (): Promise<unknown> =>
      other.page.evaluate(() => {
        const annotator = document.querySelector("acetate-annotator") as unknown as {
          room: { others: { value: { state: Record<string, unknown> }[] } };
        };
        return annotator.room.others.value[0]?.state["draft"];
      });
    await expect.poll(readState).toMatchObject({ type: "box" });
    await picture.page.mouse.up();
    await expect.poll(readState).toBeUndefined();
    await other.page.locator(".picture[aria-label*='1 mark.']").waitFor();
    expect(pages.problems).toEqual([]);
  });

  it("keeps a stroke over a lost network, and what is begun when the page goes", async () => {
    const picture = await openPicture(pages, "Lost");
    await picture.press("f");
    const from = await picture.at(300, 300);
    await picture.page.mouse.move(from.x, from.y);
    await picture.page.mouse.down();
    await picture.page.mouse.move(from.x + 100, from.y + 40, { steps: 3 });
    await picture.page.context().setOffline(true);
    await picture.page.mouse.move(from.x + 200, from.y, { steps: 3 });
    await picture.page.mouse.up();
    await picture.page.locator(".picture[aria-label*='1 mark.']").waitFor();
    await picture.page.context().setOffline(false);
    await picture.expectMarks(1);

    await picture.press("p");
    await picture.click(600, 300);
    await picture.click(700, 300);
    await picture.click(700, 400);
    await picture.page.goto("about:blank");
    // It was kept in the store of the browser: the next page sends it.
    await picture.page.goto(new URL(`/d/${picture.documentId}`, pages.service.url).href);
    const marks = await picture.expectMarks(2);
    expect(marks.at(-1)?.geometry).toHaveProperty("points.length", 3);
  });
});
