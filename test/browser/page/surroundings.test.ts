import { expect, it } from "vitest";
import { openPicture } from "./use-picture.ts";
import { usePages } from "./use-pages.ts";

const pages = usePages();

it("has places for parts of the application’s own", async () => {
  const picture = await openPicture(pages, "Slots");
  await picture.page.evaluate(() => {
    const annotator = document.querySelector("acetate-annotator");
    for (const slot of ["top", "panel"]) {
      const part = document.createElement("button");
      part.slot = slot;
      part.textContent = `Ours in ${slot}`;
      annotator?.append(part);
    }
  });
  const ours = (slot: string) => picture.page.getByRole("button", { name: `Ours in ${slot}` });
  const inside = async (slot: string, sheet: string): Promise<boolean> => {
    const [part, around] = await Promise.all([
      ours(slot).boundingBox(),
      picture.page.locator(sheet).boundingBox(),
    ]);
    if (!part || !around) return false;
    return (
      part.x >= around.x &&
      part.y >= around.y &&
      part.x + part.width <= around.x + around.width &&
      part.y + part.height <= around.y + around.height
    );
  };
  expect([await inside("top", ".head"), await inside("panel", ".panel")]).toEqual([true, true]);
  // They get their own clicks and keys.
  await ours("panel").click();
  await expect.poll(() => ours("panel").evaluate((part) => part === document.activeElement)).toBe(true);
  await pages.screenshot(picture.page, "slots-light");
  expect(pages.problems).toEqual([]);
});

it("fits the picture anew when the page’s direction turns", async () => {
  const picture = await openPicture(pages, "Direction");
  const left = async (): Promise<number> => (await picture.page.locator(".picture").boundingBox())?.x ?? 0;
  const before = await left();
  await picture.page.evaluate(() => (document.documentElement.dir = "rtl"));
  // The panel is on the other side now.
  await expect.poll(async () => (await left()) - before).toBeGreaterThan(100);
  await pages.screenshot(picture.page, "right-to-left-light");
  await picture.page.evaluate(() => (document.documentElement.dir = "ltr"));
  await expect.poll(left).toBe(before);
  expect(pages.problems).toEqual([]);
});

it.each([
  ["a window", {}],
  ["a phone", { width: 390, height: 844, touch: true }],
])("keeps the picture clear of the bar of time in %s", async (_, options) => {
  const picture = await openPicture(pages, "Time", options);
  await pages.createMark(picture.documentId, {});
  const list = picture.page.getByRole("button", { name: "Marks, comments and history" });
  if ("touch" in options) await list.click();
  await picture.page.getByRole("tab", { name: "History" }).click();
  await picture.page
    .getByRole("button", { name: /1 added/ })
    .first()
    .click();
  const bottomOf = async (): Promise<number> => {
    const box = await picture.page.locator(".picture").boundingBox();
    return (box?.y ?? 0) + (box?.height ?? 0);
  };
  const bar = picture.page.getByRole("region", { name: "Time" });
  await bar.waitFor();
  await expect
    .poll(async () => ((await bar.boundingBox())?.y ?? 0) - (await bottomOf()))
    .toBeGreaterThanOrEqual(0);
  const fitted = await bottomOf();
  await picture.page.getByRole("button", { name: "Back to now" }).click();
  await bar.waitFor({ state: "detached" });
  await expect.poll(bottomOf).not.toBe(fitted);
  expect(pages.problems).toEqual([]);
});

it("shows the mark that was chosen in the list of a phone, which would cover it", async () => {
  const picture = await openPicture(pages, "Go to", { width: 390, height: 844, touch: true });
  await pages.createMark(picture.documentId, { labels: ["door"] });
  await picture.page.getByRole("button", { name: "Marks, comments and history" }).tap();
  const row = picture.page.getByRole("option", { name: /door/ }).last();
  await row.tap();
  await expect.poll(() => picture.page.locator(".panel").getAttribute("data-open")).toBe("false");
  expect(await picture.page.locator(".picture").getAttribute("aria-activedescendant")).toBe("selected-mark");
  expect(pages.problems).toEqual([]);
});

it("has the rest drawn where the font of a text can’t be read", async () => {
  const id = await pages.createDocument("No fonts");
  await pages.createMark(id, { type: "text", geometry: { x: 200, y: 200 }, text: "Exit", style: {} });
  await pages.createMark(id, {});
  const page = await pages.open("/");
  await page.route("**/fonts/**", (route) => route.abort());
  await page.goto(new URL(`/d/${id}`, pages.service.url).href);
  await page.locator(".stage[data-drawn]").waitFor();
});
