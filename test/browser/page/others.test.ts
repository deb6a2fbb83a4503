import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { Room } from "../../../src/client/index.ts";
import { Picture, openPicture } from "./use-picture.ts";
import { usePages } from "./use-pages.ts";

/** What one person does, on the screen of another. */

const pages = usePages();

type Rect = [left: number, top: number, right: number, bottom: number];

async function openTwo(title: string): Promise<[Picture, Picture]> {
  const one = await openPicture(pages, title);
  return [one, await openAnother(one)];
}

async function openAnother({ documentId }: Picture): Promise<Picture> {
  return new Picture(await pages.open(`/d/${documentId}`), documentId, pages.service).wait();
}

/** Where the marks are that are drawn over the painted ones, in pixels of the screen. */
function readOverlay(page: Page): Promise<Rect[]> {
  return page.evaluate(() => {
    const overlay = document
      .querySelector("acetate-annotator")
      ?.shadowRoot?.querySelector(".overlay > g > g");
    return Array.from(overlay?.children ?? [], (mark): [number, number, number, number] => {
      const { left, top, right, bottom } = mark.getBoundingClientRect();
      return [left, top, right, bottom];
    }).toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  });
}

function isNear(a: readonly Rect[], b: readonly Rect[], reach = 1): boolean {
  return (
    a.length === b.length &&
    a.every((rect, at) => rect.every((side, each) => Math.abs(side - (b[at]?.[each] ?? NaN)) <= reach))
  );
}

/** Waits until another one sees the same marks at the same places. */
async function expectSame(one: Picture, other: Picture, count: number): Promise<void> {
  const isSame = async (): Promise<boolean> => {
    const [mine, theirs] = [await readOverlay(one.page), await readOverlay(other.page)];
    return mine.length === count && isNear(mine, theirs);
  };
  await expect.poll(isSame).toBe(true);
}

async function expectNothing({ page }: Picture): Promise<void> {
  await expect.poll(() => readOverlay(page)).toEqual([]);
}

async function press({ page }: Picture, at: { x: number; y: number }): Promise<void> {
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
}

async function moveTo(picture: Picture, x: number, y: number): Promise<void> {
  const at = await picture.at(x, y);
  await picture.page.mouse.move(at.x, at.y, { steps: 4 });
}

/** Draws half of something, and leaves it like that. */
const halves: Record<string, (picture: Picture) => Promise<void>> = {
  ...Object.fromEntries(
    Object.entries({ box: "b", ellipse: "o", line: "l", arrow: "a", freehand: "f", point: "m" }).map(
      ([name, key]) => [
        name,
        async (picture: Picture) => {
          await picture.press(key);
          await press(picture, await picture.at(300, 300));
          await moveTo(picture, 500, 420);
        },
      ],
    ),
  ),
  ...Object.fromEntries(
    Object.entries({ polyline: "y", polygon: "p" }).map(([name, key]) => [
      name,
      async (picture: Picture) => {
        await picture.press(key);
        await picture.click(300, 300);
        await picture.click(400, 300);
        await picture.click(450, 380);
        await moveTo(picture, 500, 420);
      },
    ]),
  ),
  text: async (picture) => {
    await picture.press("t");
    await picture.click(300, 300);
    await picture.page.locator("textarea.text-field").pressSequentially("Half a w");
  },
};

describe("what somebody draws", () => {
  it("is on another's screen in every kind of shape, before it is done, and goes when it is given up", async () => {
    const [one, other] = await openTwo("Half drawn");
    for (const [name, draw] of Object.entries(halves)) {
      await draw(one);
      await expect.poll(async () => (await readOverlay(other.page)).length, { message: name }).toBe(1);
      if (name === "text") await one.page.locator("textarea.text-field").fill("");
      else await expectSame(one, other, 1);
      await one.press("Escape");
      await one.page.mouse.up();
      await expectNothing(other);
      await one.press("Escape");
    }
    await one.expectMarks(0);
    expect(pages.problems).toEqual([]);
  });

  it("goes from another's screen when the tab of the one who draws crashes", async () => {
    const [one, other] = await openTwo("Crash");
    await halves["freehand"]?.(one);
    await expectSame(one, other, 1);
    await other.page.locator(".person").waitFor();
    const session = await one.page.context().newCDPSession(one.page);
    // It has no answer: there is nobody left.
    session.send("Page.crash").catch(() => {});
    await expectNothing(other);
    await other.page.locator(".person").waitFor({ state: "detached" });
    await other.expectMarks(0);
  });
});

describe("several marks that somebody drags", () => {
  it("all move, grow and turn on another's screen, and never go back in between", async () => {
    const one = await openPicture(pages, "Dragged");
    const id = one.documentId;
    await pages.createMark(id, { geometry: { x: 300, y: 300, width: 100, height: 80 } });
    await pages.createMark(id, { type: "ellipse", geometry: { cx: 550, cy: 340, rx: 50, ry: 30 } });
    await pages.createMark(id, {
      type: "text",
      geometry: { x: 300, y: 450 },
      text: "Three",
      style: { font_size: 40 },
    });
    const other = await openAnother(one);
    for (const { page } of [one, other]) await page.locator(".picture[aria-label*='3 marks.']").waitFor();
    await one.press("Control+a");

    await press(one, await one.at(350, 340));
    await moveTo(one, 400, 300);
    await expectSame(one, other, 3);
    const moved = await readOverlay(other.page);
    // From here on, nothing that is drawn there may be anywhere else.
    const watching = other.page.evaluate(watchOverlay);
    await one.page.mouse.up();
    for (const seen of await watching) if (seen.length > 0) expect(isNear(seen, moved)).toBe(true);
    await expectNothing(other);

    for (const handle of [
      one.page.locator(".tool-layer rect.handle").last(),
      one.page.locator(".tool-layer circle.handle").last(),
    ]) {
      const box = await handle.boundingBox();
      if (!box) throw new Error("there is no handle");
      const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      await press(one, at);
      await one.page.mouse.move(at.x + 60, at.y + 40, { steps: 4 });
      await expectSame(one, other, 3);
      await one.page.mouse.up();
      await expectNothing(other);
    }
    const [box] = await one.marks();
    expect(box?.geometry).toHaveProperty("rotation");
    expect(pages.problems).toEqual([]);
  });
});

/** In the page: what each frame shows over the painted marks, until nothing is left there. */
async function watchOverlay(): Promise<Rect[][]> {
  const overlay = document.querySelector("acetate-annotator")?.shadowRoot?.querySelector(".overlay > g > g");
  const frames: Rect[][] = [];
  do {
    await new Promise(requestAnimationFrame);
    frames.push(
      Array.from(overlay?.children ?? [], (mark): Rect => {
        const { left, top, right, bottom } = mark.getBoundingClientRect();
        return [left, top, right, bottom];
      }).toSorted((a, b) => a[0] - b[0] || a[1] - b[1]),
    );
  } while (frames.at(-1)?.length !== 0);
  return frames;
}

describe("following somebody", () => {
  it("goes where their view goes, until one's own hand or key moves it", async () => {
    const [one, other] = await openTwo("Follow");
    const follow = other.page.getByRole("button", { name: "Follow Guest" });
    const box = async ({ page }: Picture): Promise<Rect> => {
      const { x, y, width, height } = (await page.locator(".picture").boundingBox()) ?? {
        x: 0,
        y: 0,
        width: 0,
        height: 0,
      };
      return [x, y, x + width, y + height];
    };
    const expectTogether = (): Promise<void> =>
      expect.poll(async () => isNear([await box(one)], [await box(other)])).toBe(true);
    const turnWheel = async (picture: Picture, dx: number, dy: number): Promise<void> => {
      const at = await picture.at(400, 300);
      await picture.page.mouse.move(at.x, at.y);
      await picture.page.mouse.wheel(dx, dy);
    };
    for (const own of ["wheel", "key"]) {
      await follow.click();
      await turnWheel(one, 0, -240);
      await expectTogether();
      await turnWheel(one, 0, 120);
      await one.press("ArrowRight", "ArrowDown");
      await expectTogether();
      expect(await other.page.getByRole("button", { name: /^Stop following/ }).count()).toBe(1);
      if (own === "wheel") await turnWheel(other, 0, -120);
      else {
        await other.page.locator(".picture").focus();
        await other.press("ArrowLeft");
      }
      await follow.waitFor();
      const stays = await box(other);
      await turnWheel(one, 0, -120);
      // What came since has arrived when this has.
      await moveTo(one, 500, 300);
      const cursor = other.page.locator(".person");
      const before = await cursor.boundingBox();
      await moveTo(one, 560, 340);
      await expect.poll(async () => (await cursor.boundingBox())?.x).not.toBe(before?.x);
      expect(await box(other)).toEqual(stays);
      await one.press("Shift+1");
      await other.press("Shift+1");
    }
    expect(pages.problems).toEqual([]);
  });
});

function goOnline({ page }: Picture, isOnline: boolean): Promise<void> {
  return page.evaluate((online) => {
    const { room } = document.querySelector("acetate-annotator") as unknown as { room: Room };
    if (online) room.reconnect();
    else room.disconnect();
  }, isOnline);
}

describe("two people with the same mark", () => {
  it("who let it go while both hold it each move it on from where the other has put it", async () => {
    const one = await openPicture(pages, "Both");
    const { id } = await pages.createMark(one.documentId, {
      geometry: { x: 300, y: 300, width: 100, height: 80 },
    });
    const other = await openAnother(one);
    for (const picture of [one, other]) {
      await picture.page.locator(".picture[aria-label*='1 mark.']").waitFor();
      await press(picture, await picture.at(350, 340));
    }
    await moveTo(one, 450, 340);
    await moveTo(other, 350, 440);
    await one.page.mouse.up();
    await one.expectMark(id, ({ geometry }) => "x" in geometry && geometry.x === 400);
    const rects = async (): Promise<number | undefined> => (await readOverlay(other.page))[0]?.[0];
    const { x } = await other.at(400, 300);
    await expect.poll(async () => Math.abs(((await rects()) ?? 0) - x) < 4).toBe(true);
    await other.page.mouse.up();
    await one.expectMark(id, ({ geometry }) => "x" in geometry && geometry.x === 400 && geometry.y === 400);
    expect(pages.problems).toEqual([]);
  });

  it("who move it while one can't know are asked, and the choice counts for both", async () => {
    const one = await openPicture(pages, "Conflict");
    const { id } = await pages.createMark(one.documentId, {
      geometry: { x: 300, y: 300, width: 100, height: 80 },
    });
    const other = await openAnother(one);
    for (const { page } of [one, other]) await page.locator(".picture[aria-label*='1 mark.']").waitFor();
    await goOnline(one, false);
    await one.drag([350, 340], [450, 340]);
    await other.drag([350, 340], [350, 440]);
    await other.expectMark(id, ({ geometry }) => "y" in geometry && geometry.y === 400);
    await goOnline(one, true);
    const question = one.page.locator(".toast.conflict");
    await question.waitFor();
    await pages.screenshot(one.page, "both-moved");
    await question.getByRole("button", { name: "Take theirs" }).click();
    await question.waitFor({ state: "detached" });
    // Where the other one has put it.
    const theirs = { x: 300, y: 400, width: 100, height: 80 };
    await one.expectMark(id, ({ geometry }) => "y" in geometry && geometry.y === theirs.y);
    expect((await one.marks())[0]?.geometry).toEqual(theirs);
    const shown = ({ page }: Picture): Promise<unknown> =>
      page.evaluate((markId) => {
        const { room } = document.querySelector("acetate-annotator") as unknown as { room: Room };
        return room.annotations.get(markId)?.geometry;
      }, id);
    await expect.poll(() => shown(other)).toEqual(theirs);
    await expect.poll(() => shown(one)).toEqual(theirs);
  });
});
