import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { findSeriousProblems } from "./check-axe.ts";
import { openPicture } from "./use-picture.ts";
import { usePages } from "./use-pages.ts";

const pages = usePages();

/** Each brings a page to a state, and back to the picture. */
type State = [name: string, enter: (page: Page) => Promise<unknown>, leave: (page: Page) => Promise<unknown>];

const escape = (page: Page): Promise<unknown> => page.keyboard.press("Escape");
const press =
  (...keys: string[]) =>
  async (page: Page): Promise<void> => {
    await page.locator(".picture").focus();
    for (const key of keys) await page.keyboard.press(key);
  };
const stay = async (): Promise<void> => undefined;

/** On a phone the panel is a sheet that has to be opened. */
async function openPanel(page: Page, tab: string): Promise<void> {
  const button = page.getByRole("button", { name: "Marks, comments and history" });
  if ((await button.isVisible()) && (await button.getAttribute("aria-expanded")) === "false")
    await button.click();
  await page.getByRole("tab", { name: tab }).click();
}
async function closePanel(page: Page): Promise<void> {
  const close = page.getByRole("button", { name: "Close", exact: true });
  if (await close.isVisible()) await close.click();
}
async function openDialog(page: Page, name: string): Promise<void> {
  await openPanel(page, "Marks");
  await page.getByRole("button", { name, exact: true }).and(page.locator(":visible")).click();
  await page.getByRole("dialog").waitFor();
}

const states: State[] = [
  ["marks", stay, stay],
  ["a selection", press("Tab", "Tab"), stay],
  ["everything selected", press("Control+a"), press("Escape")],
  ["drawing in a grid", press("b", "g", "q", "Enter", "c"), press("Escape", "Escape", "Escape")],
  ["a text that is typed", press("t", "Enter"), press("Escape")],
  ["keys", press("?"), escape],
  [
    "the finder",
    press("/"),
    async (page) => {
      await escape(page);
      await page.getByRole("combobox", { name: "Find a label" }).waitFor({ state: "hidden" });
    },
  ],
  [
    "labels",
    async (page) => {
      await press("/")(page);
      await page.getByRole("button", { name: "Edit", exact: true }).click();
      await page.getByRole("dialog", { name: "Labels of this picture" }).waitFor();
    },
    escape,
  ],
  ["the list", (page) => openPanel(page, "Marks"), closePanel],
  [
    "a filter",
    async (page) => {
      await openPanel(page, "Marks");
      await page.getByRole("button", { name: /Filter by kind/ }).click();
    },
    async (page) => {
      await escape(page);
      await closePanel(page);
    },
  ],
  ["comments", (page) => openPanel(page, "Comments"), closePanel],
  ["history", (page) => openPanel(page, "History"), closePanel],
  [
    "the past",
    async (page) => {
      await openPanel(page, "History");
      await page
        .getByRole("button", { name: /1 added|2 added/ })
        .first()
        .click();
      await page.getByRole("region", { name: "Time" }).waitFor();
    },
    (page) => page.getByRole("button", { name: "Back to now" }).click(),
  ],
  ["export", (page) => openDialog(page, "Export"), escape],
  ["share", (page) => openDialog(page, "Share"), escape],
];

it.each([
  ["light", {}, "ltr", "none"],
  ["dark", { scheme: "dark" }, "ltr", "none"],
  ["a phone", { width: 390, height: 844, touch: true }, "ltr", "none"],
  ["right to left", {}, "rtl", "none"],
  ["colours of the system", {}, "ltr", "active"],
] as const)(
  "has no serious problem for axe in any state: %s",
  async (name, options, direction, forcedColors) => {
    const picture = await openPicture(pages, "Ground floor", options);
    const { page } = picture;
    await page.emulateMedia({ forcedColors });
    await page.evaluate((dir) => (document.documentElement.dir = dir), direction);
    await pages.createMark(picture.documentId, { labels: ["door"], text: "Mind the step" });
    await pages.createMark(picture.documentId, {
      labels: ["wall"],
      geometry: { x: 400, y: 300, width: 90, height: 60 },
    });
    await page.locator(".picture[aria-label*='2 marks']").waitFor();
    const found: Record<string, string[]> = {};
    for (const [state, enter, leave] of states) {
      await enter(page);
      const problems = await findSeriousProblems(page);
      if (problems.length > 0) found[state] = problems;
      await pages.screenshot(page, `axe/${name} ${state}`.replaceAll(" ", "-"));
      await leave(page);
    }
    expect(found).toEqual({});
  },
  180_000,
);
