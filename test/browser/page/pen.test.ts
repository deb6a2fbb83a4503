import type { CDPSession, Page } from "playwright-core";
import { expect, it } from "vitest";
import { openPicture, type Picture } from "./use-picture.ts";
import { usePages } from "./use-pages.ts";

const pages = usePages();

type Place = [x: number, y: number];
const LEFT = 1;
const RIGHT = 2;

/** A pen over a picture, in image pixels. */
class Pen {
  readonly #picture: Picture;
  readonly session: CDPSession;

  private constructor(picture: Picture, session: CDPSession) {
    this.#picture = picture;
    this.session = session;
  }

  static async over(picture: Picture): Promise<Pen> {
    return new Pen(picture, await picture.page.context().newCDPSession(picture.page));
  }

  /** @param held the buttons that are held after it */
  async tell(
    type: "mouseMoved" | "mousePressed" | "mouseReleased",
    [x, y]: Place,
    { button = "none", held = 0 }: { button?: "none" | "left" | "right"; held?: number } = {},
  ): Promise<void> {
    const place = await this.#picture.at(x, y);
    const pen = { pointerType: "pen", buttons: held, clickCount: 1 } as const;
    await this.session.send("Input.dispatchMouseEvent", { type, ...place, button, ...pen });
  }

  async draw(first: Place, ...others: Place[]): Promise<void> {
    await this.tell("mousePressed", first, { button: "left", held: LEFT });
    for (const place of others) await this.tell("mouseMoved", place, { button: "left", held: LEFT });
    await this.tell("mouseReleased", others.at(-1) ?? first, { button: "left" });
  }

  /** Fingers on the screen, in image pixels. */
  async touch(type: "touchStart" | "touchMove" | "touchEnd", ...places: Place[]): Promise<void> {
    const touchPoints = await Promise.all(places.map(([x, y]) => this.#picture.at(x, y)));
    await this.session.send("Input.dispatchTouchEvent", { type, touchPoints });
  }
}

const tablet = { width: 1_200, height: 900, touch: true };

function left(page: Page): Promise<number | undefined> {
  return page
    .locator(".picture")
    .boundingBox()
    .then((box) => box?.x);
}

it("draws, shows where it hovers, and leaves moving the view to fingers", async () => {
  const picture = await openPicture(pages, "Pen", tablet);
  const pen = await Pen.over(picture);
  await picture.press("f");
  await pen.tell("mouseMoved", [300, 300]);
  const cursor = (): Promise<string> =>
    picture.page.locator(".stage").evaluate((element) => getComputedStyle(element).cursor);
  expect(await cursor()).toBe("crosshair");
  await pen.draw([300, 300], [400, 350], [500, 300]);
  const [mark] = await picture.expectMarks(1);
  expect(mark?.type).toBe("freehand");

  const before = (await left(picture.page)) ?? 0;
  await pen.touch("touchStart", [600, 600]);
  await pen.touch("touchMove", [700, 600]);
  await pen.touch("touchEnd");
  await expect.poll(() => left(picture.page)).toBeGreaterThan(before + 50);
  await picture.press("Escape");
  await picture.expectMarks(1);
  expect(pages.problems).toEqual([]);
});

it("draws while a hand rests on the screen, whichever came first", async () => {
  const picture = await openPicture(pages, "Hand", tablet);
  const pen = await Pen.over(picture);
  await picture.press("f");
  // No pen was seen yet: the hand begins a stroke.
  await pen.touch("touchStart", [900, 700]);
  await pen.draw([300, 300], [400, 350], [500, 300]);
  await pen.touch("touchEnd");
  await picture.expectMarks(1);
  // Now the hand would move the view.
  await pen.touch("touchStart", [900, 700]);
  await pen.draw([300, 400], [400, 450], [500, 400]);
  await pen.touch("touchEnd");
  const before = (await left(picture.page)) ?? 0;
  await pen.touch("touchStart", [600, 600]);
  await pen.touch("touchMove", [700, 600]);
  await pen.touch("touchEnd");
  await expect.poll(() => left(picture.page)).toBeGreaterThan(before + 50);
  const marks = await picture.expectMarks(2);
  expect(marks.map(({ type }) => type)).toEqual(["freehand", "freehand"]);
});

it("does nothing with its button or its eraser alone, and ends a stroke when it is lifted with the button held", async () => {
  const picture = await openPicture(pages, "Button", tablet);
  const pen = await Pen.over(picture);
  await picture.press("f");
  await pen.tell("mousePressed", [300, 300], { button: "right", held: RIGHT });
  await pen.tell("mouseMoved", [400, 300], { button: "right", held: RIGHT });
  await pen.tell("mouseReleased", [400, 300], { button: "right" });

  // Its other end, as pens with an eraser report it.
  await picture.page.locator(".stage").evaluate((stage) => {
    const eraser = { pointerType: "pen", clientX: 500, clientY: 400, bubbles: true };
    stage.dispatchEvent(new PointerEvent("pointerdown", { ...eraser, button: 5, buttons: 32 }));
    stage.dispatchEvent(new PointerEvent("pointermove", { ...eraser, button: -1, buttons: 32 }));
    stage.dispatchEvent(new PointerEvent("pointerup", { ...eraser, button: 5 }));
  });

  await pen.tell("mousePressed", [300, 500], { button: "left", held: LEFT });
  await pen.tell("mouseMoved", [400, 550], { button: "left", held: LEFT });
  await pen.tell("mousePressed", [400, 550], { button: "right", held: LEFT + RIGHT });
  await pen.tell("mouseReleased", [500, 500], { button: "left", held: RIGHT });
  await pen.tell("mouseMoved", [900, 700], { button: "right", held: RIGHT });
  await pen.tell("mouseReleased", [900, 700], { button: "right" });
  const [mark] = await picture.expectMarks(1);
  const { points = [] } = mark?.type === "freehand" ? mark.geometry : {};
  expect(Math.max(...points.map(([x]) => x))).toBeLessThan(550);
});

it("has no menu, neither by its button nor by resting", async () => {
  const picture = await openPicture(pages, "Menu", tablet);
  const pen = await Pen.over(picture);
  const menus = picture.page.evaluate(
    () =>
      new Promise<boolean>((resolve) =>
        addEventListener("contextmenu", (event) => resolve(event.defaultPrevented), { once: true }),
      ),
  );
  await pen.tell("mousePressed", [300, 300], { button: "right", held: RIGHT });
  await pen.tell("mouseReleased", [300, 300], { button: "right" });
  expect(await menus).toBe(true);
});
