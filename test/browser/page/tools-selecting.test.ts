import { describe, expect, it } from "vitest";
import { openPicture, Picture } from "./use-picture.ts";
import { usePages } from "./use-pages.ts";

const pages = usePages();

/** A picture with marks that the page shows already. */
async function openWith(title: string, ...marks: Parameters<typeof pages.createMark>[1][]) {
  const picture = await openPicture(pages, title);
  const ids: string[] = [];
  for (const fields of marks) ids.push((await pages.createMark(picture.documentId, fields)).id);
  await waitForCount(picture, marks.length);
  return { picture, ids };
}

async function waitForCount(picture: Picture, count: number): Promise<void> {
  const many = count === 1 ? "1 mark." : `${count} marks.`;
  await picture.page.locator(`.picture[aria-label*='${many}']`).waitFor();
}

function selected(picture: Picture): Promise<string | null> {
  return picture.page.locator("#selected-mark").textContent();
}

const small = { labels: ["small"], geometry: { x: 140, y: 140, width: 40, height: 40 } };
const large = { labels: ["large"], geometry: { x: 100, y: 100, width: 300, height: 200 } };

describe("selecting", () => {
  it("takes the smallest first, and goes on with each click", async () => {
    const { picture } = await openWith("Cycle", large, small);
    await picture.click(160, 160);
    expect(await selected(picture)).toContain("small");
    await picture.click(160, 160);
    await expect.poll(() => selected(picture)).toContain("large");
    await picture.click(160, 160);
    await expect.poll(() => selected(picture)).toContain("small");
    await picture.click(900, 700);
    await expect.poll(() => selected(picture)).toBe("Nothing selected");
  });

  it("selects what a marquee encloses, and adds with Shift", async () => {
    const { picture, ids } = await openWith("Marquee", small, large, {
      geometry: { x: 700, y: 500, width: 50, height: 50 },
    });
    await picture.drag([60, 60], [450, 350]);
    await picture.page.keyboard.down("Shift");
    await picture.click(725, 525);
    await picture.page.keyboard.up("Shift");
    await picture.press("ArrowRight");
    for (const [at, id] of ids.entries()) {
      const x = [141, 101, 701][at];
      await picture.expectMark(id, ({ geometry }) => "x" in geometry && geometry.x === x);
    }
  });
});

describe("changing marks with the mouse", () => {
  it("moves one, and undoes it with somebody else's change kept", async () => {
    const { picture, ids } = await openWith("Move", large);
    const id = ids[0] ?? "";
    await picture.drag([250, 200], [350, 250]);
    await picture.expectMark(id, ({ geometry }) => "x" in geometry && Math.abs(geometry.x - 200) < 1);
    await pages.updateMark(picture.documentId, id, { text: "Seen", style: { stroke: "#123456" } });
    await picture.expectMark(id, ({ text }) => text === "Seen");
    await picture.press("Control+z");
    const back = await picture.expectMark(id, ({ geometry }) => "x" in geometry && geometry.x === 100);
    expect(back.text).toBe("Seen");
    expect(back.style.stroke).toBe("#123456");
    await picture.press("Control+Shift+z");
    await picture.expectMark(id, ({ geometry }) => "x" in geometry && Math.abs(geometry.x - 200) < 1);
  });

  it("keeps what somebody else has moved meanwhile, and says so", async () => {
    const { picture, ids } = await openWith("Kept", large);
    const id = ids[0] ?? "";
    await picture.drag([250, 200], [350, 250]);
    await picture.expectMark(id, ({ geometry }) => "x" in geometry && geometry.x > 150);
    const theirs = { x: 600, y: 400, width: 100, height: 100 };
    await pages.updateMark(picture.documentId, id, { geometry: theirs });
    await picture.expectMark(id, ({ geometry }) => "x" in geometry && geometry.x === 600);
    // Until the page has it, undo would still be about this one's own change.
    await picture.click(650, 450);
    await expect.poll(() => selected(picture)).toContain("large");
    await picture.press("Control+z");
    await picture.page.getByText("1 mark stays as it is").first().waitFor();
    expect((await picture.marks())[0]?.geometry).toMatchObject(theirs);
  });

  it("resizes by a handle and turns by another, square with Shift", async () => {
    const { picture, ids } = await openWith("Resize", large);
    const id = ids[0] ?? "";
    await picture.click(250, 200);
    await picture.drag([400, 300], [500, 400]);
    await picture.expectMark(
      id,
      ({ geometry }) =>
        "width" in geometry &&
        near(geometry.width, 400) &&
        "height" in geometry &&
        near(geometry.height, 300),
    );
    // The handle for turning is above the frame.
    const scale = (await picture.at(1, 0)).x - (await picture.at(0, 0)).x;
    await picture.drag([300, 100 - 26 / scale], [600, 250]);
    const turned = await picture.expectMark(id, ({ geometry }) => "rotation" in geometry);
    expect(turned.geometry).toHaveProperty("rotation", expect.closeTo(90, 0));
  });

  it("moves, adds and removes corners", async () => {
    const points: [number, number][] = [
      [100, 100],
      [400, 100],
      [400, 400],
      [100, 400],
    ];
    const { picture, ids } = await openWith("Corners", { type: "polygon", geometry: { points } });
    const id = ids[0] ?? "";
    await picture.click(250, 250);
    await picture.drag([400, 400], [500, 450]);
    await picture.expectMark(
      id,
      ({ geometry }) => "points" in geometry && near(geometry.points[2]?.[0], 500),
    );
    // The middle between the first two.
    await picture.drag([250, 100], [250, 50]);
    await picture.expectMark(id, ({ geometry }) => "points" in geometry && geometry.points.length === 5);
    await picture.press("Delete");
    await picture.expectMark(id, ({ geometry }) => "points" in geometry && geometry.points.length === 4);
    await picture.press(".", "ArrowLeft");
    await picture.expectMark(id, ({ geometry }) => "points" in geometry && geometry.points[0]?.[0] === 99);
    await picture.press("Escape", "Escape");
    expect(await selected(picture)).toBe("Nothing selected");
  });

  it("drops a drag when somebody deletes the mark, and says so", async () => {
    const { picture, ids } = await openWith("Gone", large);
    const from = await picture.at(250, 200);
    await picture.page.mouse.move(from.x, from.y);
    await picture.page.mouse.down();
    await picture.page.mouse.move(from.x + 50, from.y + 20, { steps: 3 });
    await pages.deleteMark(picture.documentId, ids[0] ?? "");
    await picture.page.getByText("Someone deleted the mark you were changing").first().waitFor();
    await picture.page.mouse.up();
    await picture.expectMarks(0);
    expect(pages.problems).toEqual([]);
  });

  it("moves on from where somebody else has put the mark during the drag", async () => {
    const { picture, ids } = await openWith("Both", large);
    const id = ids[0] ?? "";
    const from = await picture.at(250, 200);
    const to = await picture.at(300, 200);
    await picture.page.mouse.move(from.x, from.y);
    await picture.page.mouse.down();
    await picture.page.mouse.move(to.x, to.y, { steps: 3 });
    await pages.updateMark(picture.documentId, id, {
      style: { stroke: "#00ff00" },
      geometry: { x: 100, y: 500, width: 300, height: 200 },
    });
    // Their place is seen during the drag: the handles are there.
    const low = (await picture.at(0, 450)).y;
    const isLow = async (): Promise<boolean> => {
      const box = await picture.page.locator(".handle").first().boundingBox();
      return box !== null && box.y > low;
    };
    await expect.poll(isLow).toBe(true);
    await picture.page.mouse.up();
    const both = await picture.expectMark(id, ({ geometry }) => "x" in geometry && near(geometry.x, 150));
    expect(both.geometry).toMatchObject({ y: 500 });
    expect(both.style.stroke).toBe("#00ff00");
  });
});

describe("copies", () => {
  it("pastes into another document, moved a step, and leaves out what is not valid", async () => {
    const { picture } = await openWith("From", large, small);
    await picture.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await picture.page.locator(".picture").focus();
    await picture.press("Control+a", "Control+c");
    const other = await pages.createDocument("To");
    await picture.page.goto(new URL(`/d/${other}`, pages.service.url).href);
    const there = await new Picture(picture.page, other, pages.service).wait();
    await there.page.locator(".picture").focus();
    await there.press("Control+v");
    const pasted = await there.expectMarks(2);
    expect(pasted.map(({ labels }) => labels[0]).toSorted()).toEqual(["large", "small"]);
    await there.press("Control+d");
    await there.expectMarks(4);
    await there.page.evaluate(() => {
      const marks = [
        { type: "box", geometry: { x: "1", y: 1, width: 1, height: 1 } },
        { type: "evil" },
        null,
      ];
      return navigator.clipboard.writeText(JSON.stringify({ kind: "acetate/marks", marks }));
    });
    await there.press("Control+v");
    await there.page.getByText("No marks to paste").first().waitFor();
    await there.expectMarks(4);
    expect(pages.problems).toEqual([]);
  });
});

function near(value: number | undefined, wanted: number): boolean {
  return value !== undefined && Math.abs(value - wanted) < 1.5;
}
