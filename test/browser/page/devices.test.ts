import { describe, expect, it } from "vitest";
import { openPicture, type Picture } from "./use-picture.ts";
import { usePages } from "./use-pages.ts";

const pages = usePages();

describe("a trackpad in Safari", () => {
  /** Safari's events. Chromium has none of them. */
  const pinch = (picture: Picture, steps: [name: string, scale: number][], at: { x: number; y: number }) =>
    picture.page.locator(".stage").evaluate(
      (stage, { steps, at }) =>
        steps.map(([name, scale]) => {
          const event = new Event(name, { bubbles: true, cancelable: true });
          stage.dispatchEvent(Object.assign(event, { scale, clientX: at.x, clientY: at.y }));
          return event.defaultPrevented;
        }),
      { steps, at },
    );
  const steps: [string, number][] = [
    ["gesturestart", 1],
    ["gesturechange", 1.5],
    ["gesturechange", 2],
    ["gestureend", 2],
  ];

  it("zooms at the pointer, and not the page", async () => {
    const picture = await openPicture(pages, "Pinch");
    const before = await picture.page.locator(".picture").boundingBox();
    const at = await picture.at(400, 300);
    expect(await pinch(picture, steps, at)).toEqual([true, true, true, true]);
    const width = async (): Promise<number> =>
      (await picture.page.locator(".picture").boundingBox())?.width ?? 0;
    await expect.poll(width).toBeCloseTo((before?.width ?? 0) * 2, 0);
    const after = await picture.at(400, 300);
    // The view stands on whole pixels of the screen.
    expect(Math.hypot(after.x - at.x, after.y - at.y)).toBeLessThan(1.5);
    // The next pinch begins anew.
    await pinch(
      picture,
      [
        ["gesturestart", 1],
        ["gesturechange", 0.5],
      ],
      at,
    );
    await expect.poll(width).toBeCloseTo(before?.width ?? 0, 0);
  });

  it("zooms once where the fingers are pointers, too", async () => {
    const picture = await openPicture(pages, "Phone", { width: 390, height: 844, touch: true });
    const session = await picture.page.context().newCDPSession(picture.page);
    const { y } = await picture.at(0, 400);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", ...places: number[]) =>
      session.send("Input.dispatchTouchEvent", { type, touchPoints: places.map((x, id) => ({ x, y, id })) });
    const width = async (): Promise<number> =>
      (await picture.page.locator(".picture").boundingBox())?.width ?? 0;
    const before = await width();
    await touch("touchStart", 150);
    await touch("touchStart", 150, 250);
    await pinch(picture, [["gesturestart", 1]], { x: 200, y });
    await touch("touchMove", 100, 300);
    await pinch(picture, [["gesturechange", 2]], { x: 200, y });
    await touch("touchEnd");
    await pinch(picture, [["gestureend", 2]], { x: 200, y });
    await expect.poll(width).toBeCloseTo(before * 2, 0);
  });
});

describe("a phone", () => {
  it("keeps the text that is typed above the keyboard", async () => {
    const picture = await openPicture(pages, "Keyboard", { width: 390, height: 844, touch: true });
    const session = await picture.page.context().newCDPSession(picture.page);
    await picture.press("t");
    const place = await picture.at(300, 700);
    await picture.page.touchscreen.tap(place.x, place.y);
    const field = picture.page.locator("textarea.text-field");
    await field.waitFor();
    // What is seen of the page gets smaller, as it does with a keyboard: here by zooming the page itself.
    await session.send("Emulation.setPageScaleFactor", { pageScaleFactor: 2 });
    const hidden = (): Promise<number> =>
      field.evaluate((element) => {
        const { offsetTop = 0, height = 0 } = visualViewport ?? {};
        return element.getBoundingClientRect().bottom - offsetTop - height;
      });
    await expect.poll(hidden).toBeLessThan(0);
    await picture.page.keyboard.type("One");
    for (const line of ["two", "three", "four"]) {
      await picture.press("Enter");
      await picture.page.keyboard.type(line);
    }
    await expect.poll(hidden).toBeLessThan(0);
  });

  it.each([
    ["soon after the first one takes the stroke for the view", 0.1, 0],
    ["later leaves the stroke alone", 0.2, 1],
  ])("a second finger %s", async (_name, seconds, marks) => {
    const picture = await openPicture(pages, "Fingers", { width: 390, height: 844, touch: true });
    const session = await picture.page.context().newCDPSession(picture.page);
    const [one, two, other] = await Promise.all([
      picture.at(300, 300),
      picture.at(500, 400),
      picture.at(900, 600),
    ]);
    const began = Date.now() / 1_000;
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", after: number, ...touchPoints: object[]) =>
      session.send("Input.dispatchTouchEvent", {
        type,
        timestamp: began + after,
        touchPoints: touchPoints.map((point, id) => ({ ...one, ...point, id })),
      });
    await picture.press("f");
    await touch("touchStart", 0, one);
    await touch("touchMove", seconds / 2, two);
    await touch("touchStart", seconds, two, other);
    await touch("touchEnd", seconds + 0.1);
    // One that is made for certain tells that all before it was, too.
    await picture.press("m");
    await touch("touchStart", 1, other);
    await touch("touchEnd", 1.1);
    await picture.expectMarks(marks + 1);
  });

  it("scrolls a long list with a finger", async () => {
    const picture = await openPicture(pages, "List", { width: 390, height: 844, touch: true });
    for (let at = 0; at < 40; at++)
      await pages.createMark(picture.documentId, {
        geometry: { x: at * 20, y: at * 10, width: 30, height: 20 },
      });
    await picture.page.locator(".picture[aria-label*='40 marks']").waitFor();
    await picture.page.getByRole("button", { name: /marks, comments/i }).click();
    const list = picture.page.locator("#tab-panel");
    const box = await list.boundingBox();
    if (!box) throw new Error("there is no list");
    const session = await picture.page.context().newCDPSession(picture.page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", ...heights: number[]) =>
      session.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: heights.map((y) => ({ x: box.x + box.width / 2, y: box.y + y })),
      });
    await touch("touchStart", 250);
    for (const y of [230, 200, 150, 100]) await touch("touchMove", y);
    await touch("touchEnd");
    await expect.poll(() => list.evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(80);
    expect(pages.problems).toEqual([]);
  });
});

it("draws where a browser tells single places only: over plain HTTP, and in older Safari", async () => {
  const picture = await openPicture(pages, "Plain");
  await picture.page.evaluate(() => Reflect.deleteProperty(PointerEvent.prototype, "getCoalescedEvents"));
  await picture.press("f");
  await picture.drag([300, 300], [400, 400], [500, 300]);
  const [mark] = await picture.expectMarks(1);
  expect(mark?.geometry).toHaveProperty("points.length", 3);
  expect(pages.problems).toEqual([]);
});
