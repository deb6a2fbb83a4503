import { describe, expect, it } from "vitest";
import { openPicture, type Picture } from "./use-picture.ts";
import { usePages } from "./use-pages.ts";

const pages = usePages();

/** Selects a mark in the list, where locked ones can be selected, too; then the picture has the keys. */
async function selectRow(picture: Picture, name: string): Promise<void> {
  await picture.page.getByRole("option", { name }).and(picture.page.locator(".row")).click();
  await picture.page.locator(".picture").focus();
}

/** A change that comes after all that was pressed: when the service has it, it would have the others, too. */
async function addLast(picture: Picture): Promise<void> {
  const before = (await picture.marks()).length;
  await picture.press("Escape", "Escape", "m", "Enter", "Escape");
  await picture.expectMarks(before + 1);
}

describe("a locked mark", () => {
  it("stays as it is, whatever is pressed while it is selected", async () => {
    const picture = await openPicture(pages, "Locked");
    const locked = { properties: { locked: true } };
    const box = await pages.createMark(picture.documentId, { ...locked, labels: ["wall"] });
    const cover = { x: 110, y: 110, width: 60, height: 40 };
    await pages.createMark(picture.documentId, { labels: ["door"], geometry: cover });
    const text = await pages.createMark(picture.documentId, {
      ...locked,
      type: "text",
      geometry: { x: 500, y: 500 },
      style: {},
      text: "Exit",
    });
    await picture.page.locator(".picture[aria-label*='3 marks']").waitFor();
    await selectRow(picture, "wall");
    await picture.press(
      "ArrowRight",
      "Control+ArrowDown",
      "Alt+.",
      "]",
      "}",
      "2",
      "0",
      "Delete",
      "Control+x",
    );
    await picture.page.getByRole("radio", { name: "Green" }).click();
    await selectRow(picture, "Exit");
    await picture.press("F2");
    expect(await picture.page.locator("textarea.text-field").count()).toBe(0);
    // By the mouse it can be neither found nor dragged.
    await picture.press("Escape");
    await picture.drag([102, 150], [302, 350]);
    const place = await picture.at(505, 510);
    await picture.page.mouse.dblclick(place.x, place.y);
    expect(await picture.page.locator("textarea.text-field").count()).toBe(0);
    await addLast(picture);
    const marks = await picture.marks();
    for (const before of [box, text])
      expect(marks.find(({ id }) => id === before.id)).toMatchObject({
        version: before.version,
        geometry: before.geometry,
        labels: before.labels,
        z_index: before.z_index,
      });
    // A copy of it is not locked.
    await selectRow(picture, "wall");
    await picture.press("Control+d");
    const copy = (await picture.expectMarks(5)).at(-1);
    expect([copy?.labels, copy?.properties]).toEqual([["wall"], {}]);
    expect(pages.problems).toEqual([]);
  });
});

describe("who may only look", () => {
  it("changes nothing by any key or drag, and what was begun before is dropped", async () => {
    const picture = await openPicture(pages, "Viewer");
    const box = await pages.createMark(picture.documentId, { labels: ["wall"] });
    const text = { type: "text", geometry: { x: 500, y: 500 }, style: {}, text: "Exit" } as const;
    await pages.createMark(picture.documentId, text);
    await picture.page.locator(".picture[aria-label*='2 marks']").waitFor();
    const setReadonly = (isSet: boolean): Promise<void> =>
      picture.page
        .locator("acetate-annotator")
        .evaluate((annotator, set) => void annotator.toggleAttribute("readonly", set), isSet);
    await picture.page.locator(".picture").focus();
    await picture.press("Tab", "Control+c", "Escape");
    // A drag, a drawing and a text that are under way when the right goes.
    const [from, to] = [await picture.at(150, 140), await picture.at(450, 340)];
    await picture.page.mouse.move(from.x, from.y);
    await picture.page.mouse.down();
    await picture.page.mouse.move(to.x, to.y, { steps: 3 });
    await setReadonly(true);
    await picture.page.getByText("View only").waitFor();
    await picture.page.mouse.up();
    await setReadonly(false);
    await picture.page.getByRole("button", { name: "Box", exact: true }).waitFor();
    await picture.press("b", "Enter", "ArrowRight");
    await setReadonly(true);
    await picture.page.getByText("View only").waitFor();
    await picture.press("Enter", "Escape", "Escape");

    for (const tool of ["b", "o", "t", "m", "f"]) {
      await picture.press(tool, "Enter", "Shift+ArrowRight", "Shift+ArrowDown", "Enter", "Escape");
      await picture.drag([700, 100], [800, 200]);
    }
    await picture.press("g", "Tab", "ArrowRight", "Control+ArrowRight", "Alt+.", "]", "1", "0", "Alt+l");
    await picture.press("Control+d", "Control+v", "Control+x", "Delete", "Tab", "F2", "Control+z", "e", "i");
    const place = await picture.at(510, 510);
    await picture.page.mouse.dblclick(place.x, place.y);
    expect(await picture.page.locator("textarea.text-field").count()).toBe(0);
    await setReadonly(false);
    await picture.page.getByRole("button", { name: "Box", exact: true }).waitFor();
    await addLast(picture);
    const marks = await picture.marks();
    expect(marks.map(({ type, version }) => [type, version])).toEqual([
      ["box", 1],
      ["text", 1],
      ["point", 1],
    ]);
    expect(marks[0]?.geometry).toEqual(box.geometry);
    expect(pages.problems).toEqual([]);
  });

  it("changes nothing in the past", async () => {
    const picture = await openPicture(pages, "Past");
    await pages.createMark(picture.documentId, { labels: ["wall"] });
    await picture.page.getByRole("tab", { name: "History" }).click();
    await picture.page
      .getByRole("button", { name: /1 added/ })
      .first()
      .click();
    await picture.page.getByText("You are looking at the past").waitFor();
    await picture.page.locator(".picture").focus();
    await picture.press("Tab", "ArrowRight", "1", "Delete", "b", "Enter", "Enter");
    await picture.drag([700, 100], [800, 200]);
    await picture.page.getByRole("button", { name: "Back to now" }).click();
    await addLast(picture);
    expect((await picture.marks()).map(({ type, version }) => [type, version])).toEqual([
      ["box", 1],
      ["point", 1],
    ]);
  });
});

describe("a text that is typed", () => {
  const text = { type: "text", geometry: { x: 300, y: 300 }, style: {}, text: "Exit" } as const;

  async function openText(title: string): Promise<{ picture: Picture; id: string }> {
    const picture = await openPicture(pages, title);
    const { id } = await pages.createMark(picture.documentId, text);
    await picture.page.locator(".picture[aria-label*='1 mark.']").waitFor();
    await picture.page.locator(".picture").focus();
    await picture.press("Tab", "F2");
    await picture.page.locator("textarea.text-field").waitFor();
    return { picture, id };
  }

  it("keeps what somebody else wrote meanwhile where nothing was typed", async () => {
    const { picture, id } = await openText("Untouched");
    await pages.updateMark(picture.documentId, id, { text: "Way out" });
    await picture.page
      .getByRole("option", { name: /Way out/ })
      .first()
      .waitFor();
    await picture.press("Escape");
    await addLast(picture);
    expect((await picture.marks())[0]?.text).toBe("Way out");
  });

  it("is not lost when somebody deletes the mark meanwhile, and says so", async () => {
    const { picture, id } = await openText("Deleted");
    await picture.page.keyboard.type("Mind the step");
    await pages.deleteMark(picture.documentId, id);
    await picture.page.locator(".picture[aria-label*='0 marks']").waitFor();
    await picture.press("Escape");
    const [saved] = await picture.expectMarks(1);
    expect([saved?.text, saved?.id === id]).toEqual(["Mind the step", false]);
    // It is also read out, in words that only a screen reader has.
    const news = picture.page.getByRole("log", { name: "News" });
    await news.getByText("Someone deleted the mark you were changing").waitFor();
  });

  it("is kept when the page goes away in the middle of a word", async () => {
    const { picture, id } = await openText("Gone");
    await picture.page.keyboard.type("Mind the st");
    await picture.page.goto("about:blank");
    await picture.page.goto(new URL(`/d/${picture.documentId}`, pages.service.url).href);
    await picture.expectMark(id, (mark) => mark.text === "Mind the st");
  });
});

describe("what is drawn", () => {
  it("becomes a mark when another tool is chosen, if it can be one", async () => {
    const picture = await openPicture(pages, "Another tool");
    await picture.press("p");
    for (const [x, y] of [
      [100, 100],
      [300, 100],
      [300, 300],
    ] as const)
      await picture.click(x, y);
    await picture.press("o");
    expect((await picture.expectMarks(1))[0]).toMatchObject({ type: "polygon" });
    // Two corners are no polygon.
    await picture.press("p");
    await picture.click(500, 100);
    await picture.click(600, 100);
    await picture.press("b");
    await addLast(picture);
    expect((await picture.marks()).map(({ type }) => type)).toEqual(["polygon", "point"]);
  });

  it("goes back to where it was when Escape ends a drag", async () => {
    const picture = await openPicture(pages, "Escape");
    const box = await pages.createMark(picture.documentId, {});
    await picture.page.locator(".picture[aria-label*='1 mark.']").waitFor();
    const [from, to] = [await picture.at(150, 140), await picture.at(450, 340)];
    await picture.page.mouse.move(from.x, from.y);
    await picture.page.mouse.down();
    await picture.page.mouse.move(to.x, to.y, { steps: 3 });
    await picture.press("Escape");
    await picture.page.mouse.up();
    await addLast(picture);
    expect((await picture.marks())[0]).toMatchObject({ version: 1, geometry: box.geometry });
  });
});
