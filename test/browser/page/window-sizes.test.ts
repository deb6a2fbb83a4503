import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { Box } from "../../../src/annotator/stage/stage-api.ts";
import { usePages } from "./use-pages.ts";

const pages = usePages();

/** Where the bars are that show, by the class of each. */
function findBars(page: Page): Promise<Record<string, Box>> {
  return page.evaluate(() => {
    const root = document.querySelector("acetate-annotator")?.shadowRoot;
    const found: Record<string, Box> = {};
    for (const name of ["head", "stylebar", "rail", "labels", "view", "panel"]) {
      const box = root?.querySelector(`.${name}`)?.getBoundingClientRect();
      if (box && box.width > 0) found[name] = box.toJSON() as Box;
    }
    return found;
  });
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
}

function isWithin(box: Box, outer: Box): boolean {
  return (
    box.left >= outer.left && box.top >= outer.top && box.right <= outer.right && box.bottom <= outer.bottom
  );
}

async function boxOf(page: Page, selector: string): Promise<Box> {
  const box = await page.locator(selector).boundingBox();
  if (!box) throw new Error(`There is no ${selector}`);
  return { left: box.x, top: box.y, right: box.x + box.width, bottom: box.y + box.height };
}

it.each([
  ["a phone", 360, 640, true],
  ["a phone held crosswise", 844, 390, true],
  ["a tablet", 768, 1_024, true],
  ["a tablet held crosswise", 1_024, 768, true],
  ["a large tablet held crosswise", 1_180, 820, true],
  ["a small laptop", 1_280, 600, false],
  ["a narrow window", 980, 700, false],
  ["a part of a page", 800, 500, false],
] as const)(
  "shows all bars beside each other, and the picture between them: %s",
  async (name, width, height, touch) => {
    const id = await pages.createDocument("The north face, seen from the valley on the first day of spring");
    const labels = ["Waterfall", "Moss", "Snow", "River bank", "Footbridge", "Rock face", "Sky", "Person"];
    for (const [index, label] of labels.entries())
      await pages.createMark(id, {
        labels: [label],
        geometry: { x: 20 + index * 140, y: 20, width: 99, height: 90 },
      });
    const page = await pages.open(`/d/${id}`, { width, height, touch });
    await page.locator(".stage[data-drawn]").waitFor();
    await page.locator(".panel").waitFor();

    const whole = { left: 0, top: 0, right: width, bottom: height };
    const bars = Object.entries(await findBars(page));
    expect(bars.filter(([, box]) => !isWithin(box, whole))).toEqual([]);
    const overlaps = bars.flatMap(([bar, box], index) =>
      bars.slice(index + 1).flatMap(([other, otherBox]) => (overlap(box, otherBox) ? [[bar, other]] : [])),
    );
    expect(overlaps).toEqual([]);
    const picture = await boxOf(page, ".picture");
    expect(isWithin(picture, whole)).toBe(true);
    expect(bars.filter(([bar, box]) => bar !== "view" && overlap(box, picture)).map(([bar]) => bar)).toEqual(
      [],
    );
    expect(picture.right - picture.left).toBeGreaterThan(width * 0.35);
    await pages.screenshot(page, `window ${name}`.replaceAll(" ", "-"));

    // Every tool can be had, whatever stands in the bar.
    const more = page.getByRole("button", { name: "More tools" });
    if (await more.isVisible()) {
      await more.click();
      await page.getByRole("menuitemradio", { name: "Ellipse" }).click();
    } else await page.getByRole("button", { name: "Ellipse" }).click();
    await page.keyboard.press("Escape");

    // The last mark lies at the right edge. When it is chosen, a panel over the picture closes; for one at the side, the
    // picture has moved.
    const toggle = page.getByRole("button", { name: "Marks, comments and history" });
    if (await toggle.isVisible()) {
      await toggle.click();
      const sheet = await boxOf(page, ".panel-body");
      // At the side, it covers no tool and no label.
      const covered = Object.entries(await findBars(page)).filter(
        ([bar, box]) => bar !== "panel" && overlap(box, sheet),
      );
      if (sheet.left > 1) expect(covered).toEqual([]);
    }
    await page.getByRole("option", { name: "Person" }).click();
    const mark = await boxOf(page, ".picture");
    const scale = (mark.right - mark.left) / 1_200;
    const [x, y] = [mark.left + 1_049 * scale, mark.top + 65 * scale];
    const isOnStage = (): Promise<boolean> =>
      page.evaluate(
        ([left, top]) => {
          const root = document.querySelector("acetate-annotator")?.shadowRoot;
          return root?.elementFromPoint(left ?? 0, top ?? 0)?.closest(".stage") !== null;
        },
        [x, y],
      );
    expect(await isOnStage()).toBe(true);
    if (await page.getByRole("button", { name: "Marks, comments and history", expanded: false }).isVisible())
      await toggle.click();
    await page.getByRole("button", { name: "Export", exact: true }).and(page.locator(":visible")).click();
    await page.getByRole("dialog", { name: "Export" }).waitFor();
    expect(pages.problems).toEqual([]);
  },
);
