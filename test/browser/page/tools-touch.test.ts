import type { CDPSession } from "playwright-core";
import { describe, expect, it } from "vitest";
import { openPicture, type Picture } from "./use-picture.ts";
import { usePages } from "./use-pages.ts";

const pages = usePages();
const phone = { width: 390, height: 844, touch: true };

const keys = {
  Box: "b",
  Ellipse: "o",
  Line: "l",
  Arrow: "a",
  Polygon: "p",
  Polyline: "y",
  Freehand: "f",
  Point: "m",
  Text: "t",
};

/** One finger on the picture of a phone. */
class Finger {
  readonly #picture: Picture;
  readonly #session: CDPSession;

  private constructor(picture: Picture, session: CDPSession) {
    this.#picture = picture;
    this.#session = session;
  }

  static async on(picture: Picture): Promise<Finger> {
    return new Finger(picture, await picture.page.context().newCDPSession(picture.page));
  }

  async drag(...places: [x: number, y: number][]): Promise<void> {
    const [first, ...rest] = await Promise.all(places.map(([x, y]) => this.#picture.at(x, y)));
    if (!first) return;
    await this.#tell("touchStart", [first]);
    for (const place of rest) await this.#tell("touchMove", [place]);
    await this.#tell("touchEnd", []);
  }

  async tap(x: number, y: number): Promise<void> {
    await this.drag([x, y]);
  }

  async #tell(
    type: "touchStart" | "touchMove" | "touchEnd",
    touchPoints: { x: number; y: number }[],
  ): Promise<void> {
    await this.#session.send("Input.dispatchTouchEvent", { type, touchPoints });
  }
}

describe("by touch, on a phone", () => {
  it("draws each kind", async () => {
    const picture = await openPicture(pages, "Touch", phone);
    const finger = await Finger.on(picture);
    // A phone's dock has not room for every tool: how they are found there is the surface's affair.
    const choose = (name: keyof typeof keys): Promise<number> => picture.press(keys[name]);
    await choose("Box");
    await finger.drag([100, 100], [200, 150], [300, 300]);
    await choose("Ellipse");
    await finger.drag([400, 100], [500, 150], [600, 300]);
    await choose("Line");
    await finger.drag([700, 100], [800, 150], [900, 300]);
    await choose("Arrow");
    await finger.drag([950, 100], [1000, 150], [1100, 300]);
    await choose("Polygon");
    await finger.tap(100, 400);
    await finger.tap(400, 400);
    await finger.tap(400, 600);
    // The first point closes it.
    await finger.tap(110, 410);
    await choose("Polyline");
    await finger.tap(500, 400);
    await finger.tap(700, 400);
    // The last point, once more, ends it.
    await finger.tap(700, 400);
    await choose("Freehand");
    await finger.drag([800, 400], [900, 500], [1000, 400]);
    await choose("Point");
    await finger.tap(1000, 650);
    await choose("Text");
    await finger.tap(200, 680);
    await picture.page.keyboard.type("Here");
    await finger.tap(900, 750);
    const marks = await picture.expectMarks(9);
    const kinds = ["box", "ellipse", "line", "arrow", "polygon", "polyline", "freehand", "point", "text"];
    expect(marks.map(({ type }) => type)).toEqual(kinds);
    expect(marks[4]?.geometry).toHaveProperty("points.length", 3);
    expect(marks[5]?.geometry).toHaveProperty("points.length", 2);
    expect(pages.problems).toEqual([]);
  });

  it("selects, moves and resizes with handles for fingers", async () => {
    const picture = await openPicture(pages, "Fingers", phone);
    const geometry = { x: 300, y: 200, width: 400, height: 300 };
    const { id } = await pages.createMark(picture.documentId, { geometry });
    await picture.page.locator(".picture[aria-label*='1 mark.']").waitFor();
    const finger = await Finger.on(picture);
    await finger.tap(500, 350);
    const handles = picture.page.locator("rect.handle");
    await handles.first().waitFor();
    expect(await handles.first().getAttribute("width")).toBe("22");
    await finger.drag([500, 350], [550, 350], [600, 350]);
    await picture.expectMark(id, (mark) => "x" in mark.geometry && Math.abs(mark.geometry.x - 400) < 3);
    // Beside the corner, by half of the hit area.
    await finger.drag([820, 520], [860, 560], [920, 620]);
    await picture.expectMark(id, (mark) => mark.type === "box" && Math.abs(mark.geometry.width - 500) < 6);
    await pages.screenshot(picture.page, "tools-phone");
    expect(pages.problems).toEqual([]);
  });
});
