import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { Annotation } from "../../../src/protocol/model/annotation.ts";
import { findSeriousProblems } from "./check-axe.ts";
import { usePages } from "./use-pages.ts";

const pages = usePages();

async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(new URL(path, pages.service.url), {
    method,
    ...(body !== undefined && {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  });
  const text = await answer.text();
  expect(answer.ok, text).toBe(true);
  return (text === "" ? null : JSON.parse(text)) as T;
}

/** A document with some marks and labels, and its page. */
async function openSheet(options: Parameters<typeof pages.open>[1] = {}) {
  const id = await pages.createDocument("Falls");
  const labels = [
    { name: "Fall", color: "#0fa989", key: "1" },
    { name: "Moss", color: "#63d97b" },
    { name: "Snow", color: "#ffffff" },
  ];
  await send("PUT", `/v1/documents/${id}/labels`, { labels });
  const fall = await pages.createMark(id, { labels: ["Fall"], text: "main" });
  const bridge = await pages.createMark(id, { labels: ["Bridge"], author: "Jonas", review: "approved" });
  const path = await pages.createMark(id, {
    type: "arrow",
    geometry: {
      points: [
        [300, 300],
        [500, 400],
      ],
    },
    properties: { locked: true },
  });
  const page = await pages.open(`/d/${id}`, options);
  await page.locator("#list").getByText("Bridge").waitFor({ state: "attached" });
  return { id, page, fall, bridge, path };
}

/** The rows of the list. The picture has options of its own, for screen readers. */
const rows = (page: Page) => page.locator("#list").getByRole("option");
const row = (page: Page, name: string | RegExp) => page.locator("#list").getByRole("option", { name });
const read = (id: string) => send<Annotation>("GET", `/v1/annotations/${id}`);
const goOffline = async (page: Page): Promise<void> => {
  await page.context().setOffline(true);
  await page.getByText("You are offline").waitFor();
};
const undo = (page: Page) => page.getByRole("button", { name: "Undo", exact: true }).click();

describe("accessibility", () => {
  it.each([
    ["light", {}],
    ["dark", { scheme: "dark" }],
    ["phone", { width: 390, height: 844, touch: true }],
    ["phone-dark", { width: 390, height: 844, touch: true, scheme: "dark" }],
  ] as const)("has no serious problem: %s", async (name, options) => {
    const { page } = await openSheet(options);
    const isPhone = "touch" in options;
    const list = page.getByRole("button", { name: "Marks, comments and history" });
    if (isPhone) await list.click();
    await row(page, "Bridge").click();
    // On a phone the list makes room for the mark.
    if (isPhone) await list.click();
    await page.getByRole("radio", { name: "Approved" }).waitFor();
    await pages.screenshot(page, `annotator-${name}`);
    expect(await findSeriousProblems(page)).toEqual([]);
    if (isPhone) await page.getByRole("button", { name: "Close" }).click();

    await page.getByRole("button", { name: /labels. Find one$/ }).click();
    await page.getByRole("combobox").fill("s");
    await pages.screenshot(page, `annotator-labels-${name}`);
    expect(await findSeriousProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    await page.getByRole("dialog", { name: "Labels of this picture" }).waitFor();
    await pages.screenshot(page, `annotator-label-set-${name}`);
    expect(await findSeriousProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Cancel" }).click();

    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await pages.screenshot(page, `annotator-keys-${name}`);
    expect(await findSeriousProblems(page)).toEqual([]);
    expect(pages.problems).toEqual([]);
  });

  it("has targets of 44 px on a phone", async () => {
    const { page } = await openSheet({ width: 390, height: 844, touch: true });
    for (const name of [
      "Select",
      "Box",
      "More tools",
      "Undo",
      "Style",
      /labels. Find one$/,
      /^Marks, comments/,
    ]) {
      const box = await page.getByRole("button", { name, exact: true }).first().boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0), String(name)).toBeGreaterThanOrEqual(44);
    }
  });

  it("makes each toolbar one tab stop that arrow keys move in", async () => {
    const { page } = await openSheet();
    const rail = page.getByRole("toolbar", { name: "Tools" });
    await rail.getByRole("button", { name: "Select" }).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => rail.getByRole("button", { name: "Box" }).getAttribute("aria-pressed"))
      .toBe("true");
    expect(await rail.locator("button[tabindex='0']").count()).toBe(1);
    await page.keyboard.press("End");
    await expect
      .poll(() =>
        rail.getByRole("button", { name: "Comment" }).evaluate((button) => button.matches(":focus")),
      )
      .toBe(true);
  });

  it("mirrors itself in right-to-left pages, and shows what forced colours need", async () => {
    const { page } = await openSheet();
    await page.evaluate(() => (document.documentElement.dir = "rtl"));
    const panel = await page.getByRole("complementary").boundingBox();
    expect(panel?.x).toBeLessThan(100);
    await pages.screenshot(page, "annotator-rtl");
    await page.evaluate(() => (document.documentElement.dir = "ltr"));
    await page.emulateMedia({ forcedColors: "active" });
    await row(page, "Fall").click();
    await pages.screenshot(page, "annotator-forced-colors");
    expect(await findSeriousProblems(page)).toEqual([]);
  });
});

describe("the state of saving", () => {
  it("keeps changes while offline, says how many, and saves them when it is back", async () => {
    const { page, bridge } = await openSheet();
    await goOffline(page);
    await row(page, "Bridge").click();
    await page.getByLabel("Note").fill("Closed");
    await page.getByText("Offline, 1 change kept here").waitFor();
    await pages.screenshot(page, "annotator-offline-light");
    expect(await findSeriousProblems(page)).toEqual([]);
    await page.context().setOffline(false);
    await page.getByText("Saved", { exact: true }).waitFor();
    await page.getByText("You are offline").waitFor({ state: "hidden" });
    expect((await read(bridge.id)).text).toBe("Closed");
  });

  it("asks whose value counts, and undoes the choice", async () => {
    const { id, page, bridge } = await openSheet();
    const other = await pages.open(`/d/${id}`);
    await row(other, "Bridge").waitFor();
    await goOffline(page);
    await row(page, "Bridge").click();
    await page.getByLabel("Note").fill("Mine");
    await row(other, "Bridge").click();
    await other.getByLabel("Note").fill("Theirs");
    await expect.poll(async () => (await read(bridge.id)).text).toBe("Theirs");
    await page.context().setOffline(false);
    await page.getByText("1 change needs you").waitFor();
    const toast = page.getByText(/rewrote Bridge while you did/);
    await toast.waitFor();
    await pages.screenshot(page, "annotator-conflict-light");
    expect(await findSeriousProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Take theirs" }).click();
    await expect.poll(async () => (await read(bridge.id)).text).toBe("Theirs");
    await toast.waitFor({ state: "hidden" });
    await undo(page);
    await expect.poll(async () => (await read(bridge.id)).text).toBe("Mine");
  });

  it("shows both shapes where two people moved a mark, and keeps the one that is chosen", async () => {
    const { id, page, bridge } = await openSheet();
    const other = await pages.open(`/d/${id}`);
    await row(other, "Bridge").waitFor();
    await goOffline(page);
    const nudge = async (on: Page, key: string): Promise<void> => {
      await row(on, "Bridge").click();
      await on.locator(".picture").focus();
      await on.keyboard.press(key);
    };
    await nudge(page, "Shift+ArrowRight");
    await nudge(other, "Shift+ArrowLeft");
    const placeOf = async () => ((await read(bridge.id)).geometry as { x: number }).x;
    await expect.poll(placeOf).toBe(90);
    await page.context().setOffline(false);
    await page.getByText("Theirs is dashed on the picture, yours is solid.").waitFor();
    expect(await page.locator(".put-aside").count()).toBe(1);
    await pages.screenshot(page, "annotator-conflict-shapes-light");
    await page.getByRole("button", { name: "Keep mine" }).click();
    await expect.poll(placeOf).toBe(110);
    await expect.poll(() => page.locator(".put-aside").count()).toBe(0);
  });

  it("tells what was refused, and why, until it is dismissed", async () => {
    const { page, bridge } = await openSheet();
    await goOffline(page);
    await row(page, "Bridge").click();
    await page.getByLabel("Note").fill("Too late");
    await send("DELETE", `/v1/annotations/${bridge.id}`);
    await page.context().setOffline(false);
    await page.getByText("1 change not taken").waitFor();
    await page.getByText("Someone has already deleted the mark.").waitFor();
    await pages.screenshot(page, "annotator-refused-light");
    await page.getByRole("button", { name: "Dismiss" }).click();
    await page.getByText("Saved", { exact: true }).waitFor();
  });

  it("says why a picture does not open, and what to do", async () => {
    const { id, page } = await openSheet();
    await send("DELETE", `/v1/documents/${id}`);
    await page.getByText("This picture was deleted").waitFor();
    await pages.screenshot(page, "annotator-deleted-light");
    await page.getByRole("button", { name: "Restore" }).click();
    await page.getByText("Saved", { exact: true }).waitFor();
    const missing = await pages.open("/d/00000000-0000-4000-8000-000000000000");
    await missing.getByText("There is no such picture").waitFor();
  });

  it("lets a viewer look, and nothing else", async () => {
    const { page } = await openSheet();
    await page.locator("acetate-annotator").evaluate((annotator) => annotator.setAttribute("readonly", ""));
    await page.getByText("View only").waitFor();
    expect(await page.getByRole("toolbar", { name: /Style/ }).count()).toBe(0);
    expect(await page.getByRole("button", { name: "Box" }).count()).toBe(0);
    await row(page, "Bridge").click();
    expect(await page.getByRole("button", { name: "Delete" }).count()).toBe(0);
    await pages.screenshot(page, "annotator-viewer-light");
    expect(await findSeriousProblems(page)).toEqual([]);
  });
});

describe("the title", () => {
  it("is renamed in place, and as it is on the others' screens", async () => {
    const { id, page } = await openSheet();
    const other = await pages.open(`/d/${id}`);
    await page.getByRole("button", { name: "Falls, Rename" }).click();
    await page.getByLabel("Title").fill("The falls at dusk");
    await page.keyboard.press("Enter");
    await other.getByRole("button", { name: "The falls at dusk, Rename" }).waitFor();
    await page.getByRole("button", { name: "The falls at dusk, Rename" }).click();
    await page.getByLabel("Title").fill("Never mind");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "The falls at dusk, Rename" }).waitFor();
  });
});

describe("the style", () => {
  it("is that of the selection, changes it, and can be undone", async () => {
    const { page, bridge } = await openSheet();
    await row(page, "Bridge").click();
    const bar = page.getByRole("toolbar", { name: "Style of Bridge" });
    await bar.getByRole("radio", { name: "Violet" }).click();
    await bar.getByRole("button", { name: "Dashed" }).click();
    await bar.getByRole("slider", { name: "Fill" }).fill("40");
    await expect.poll(async () => (await read(bridge.id)).style.fill).toBe("#8324b066");
    const { style } = await read(bridge.id);
    expect(style.stroke).toBe("#8324b0");
    expect(style.dash).toHaveLength(2);
    await undo(page);
    await expect.poll(async () => (await read(bridge.id)).style.fill).toMatch(/^#8324b0(?!66)/);
  });
});

describe("labels", () => {
  it("are given by their buttons and keys, and found by typing", async () => {
    const { page, bridge } = await openSheet();
    await row(page, "Bridge").click();
    await page.getByRole("button", { name: "Fall", exact: true }).click();
    await expect.poll(async () => (await read(bridge.id)).labels).toEqual(["Fall"]);
    await page.keyboard.press("/");
    await page.keyboard.type("sn");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await read(bridge.id)).labels).toEqual(["Snow"]);
  });

  it("are added to the set by typing a new one, and put on a key", async () => {
    const { id, page, bridge } = await openSheet();
    await row(page, "Bridge").click();
    await page.keyboard.press("/");
    await page.keyboard.type("Spray");
    await page.getByRole("option", { name: "Add Spray" }).click();
    await expect.poll(async () => (await read(bridge.id)).labels).toEqual(["Spray"]);
    await page.keyboard.press("/");
    await page.keyboard.type("Spray");
    await page.keyboard.press("Alt+7");
    await expect
      .poll(async () => {
        const set = await send<{ labels: { name: string; key: string | null }[] }>(
          "GET",
          `/v1/documents/${id}/labels`,
        );
        return set.labels.find(({ name }) => name === "Spray")?.key;
      })
      .toBe("7");
  });

  it("are renamed on the marks, too", async () => {
    const { page, fall } = await openSheet();
    await page.getByRole("button", { name: /labels. Find one$/ }).click();
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Labels of this picture" });
    const name = dialog.getByLabel("Name", { exact: true }).first();
    await name.fill("Moss");
    expect(await dialog.getByRole("button", { name: "Save labels" }).isDisabled()).toBe(true);
    await dialog.getByText("Moss is listed twice").waitFor();
    await name.fill("Waterfall");
    await dialog.getByRole("button", { name: "Save labels" }).click();
    await expect.poll(async () => (await read(fall.id)).labels).toEqual(["Waterfall"]);
    await page.getByRole("button", { name: "Waterfall", exact: true }).waitFor();
  });
});

describe("the list of marks", () => {
  it("filters, selects with Shift and Ctrl, and works by keyboard", async () => {
    const { page } = await openSheet();
    await row(page, "Bridge").click();
    await row(page, "Fall").click({ modifiers: ["Control"] });
    await page.getByRole("heading", { name: "2 marks selected" }).waitFor();
    await page.locator("#list").focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Shift+End");
    await page.getByRole("heading", { name: "3 marks selected" }).waitFor();
    await page.getByLabel("Filter marks").fill("main");
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.getByLabel("Filter marks").fill("");
    await page.getByRole("button", { name: /^Filter by/ }).click();
    await page.getByRole("button", { name: "Approved 1" }).click();
    await page.keyboard.press("Escape");
    await expect.poll(() => rows(page).allTextContents()).toHaveLength(1);
    expect(await row(page, "Bridge").count()).toBe(1);
  });

  it("changes what is selected: review, lock, order, copy, delete", async () => {
    const { id, page, bridge } = await openSheet();
    await row(page, "Bridge").click();
    await page.getByRole("radio", { name: "Changes" }).check();
    await expect.poll(async () => (await read(bridge.id)).review).toBe("changes_requested");
    await page.getByRole("button", { name: "Hide", exact: true }).click();
    await row(page, /Bridge.*Hidden/).waitFor();
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await page.getByRole("button", { name: "Duplicate" }).click();
    await expect.poll(() => row(page, "Bridge").count()).toBe(2);
    await page.getByRole("button", { name: "Delete" }).click();
    await expect.poll(() => row(page, "Bridge").count()).toBe(1);
    await row(page, "Bridge").click();
    await page.getByRole("button", { name: "Lock", exact: true }).click();
    await expect.poll(async () => (await read(bridge.id)).properties["locked"]).toBe(true);
    expect(id).toBe(bridge.document_id);
  });

  it("keeps to the rows that are seen, however many there are", async () => {
    const { id, page } = await openSheet();
    for (let batch = 0; batch < 6; batch++) {
      const operations = Array.from({ length: 500 }, (_, index) => ({
        op: "create",
        type: "point",
        geometry: { x: index, y: batch },
        labels: [`Point ${batch * 500 + index}`],
      }));
      await send("POST", "/v1/annotations/batch", { document_id: id, operations });
    }
    await page.getByRole("tab", { name: "Marks 3,003" }).waitFor();
    const list = page.locator("#list");
    await list.focus();
    await page.keyboard.press("End");
    await row(page, "Fall").waitFor();
    expect(await rows(page).count()).toBeLessThan(80);
    await page.keyboard.press("Home");
    await row(page, "Point 2999").waitFor();
  });
});

describe("people", () => {
  it("are shown, with what they have selected", async () => {
    const { id, page } = await openSheet();
    const other = await pages.open(`/d/${id}`);
    await row(other, "Bridge").click();
    await page.getByRole("button", { name: /^Follow/ }).waitFor();
    await row(page, /Bridge.*Selected by/).waitFor();
    await page.getByRole("button", { name: /^Follow/ }).click();
    await page.getByText(/^You see what/).waitFor();
    await pages.screenshot(page, "annotator-following-light");
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await page.getByText(/^You see what/).waitFor({ state: "hidden" });
    await other.context().close();
    await page.getByText("Only you").waitFor();
  });
});

it("shows what others wrote as text, never as HTML", async () => {
  const { id, page, bridge } = await openSheet();
  const attack = `<img src=x onerror="document.title='attacked'">`;
  await send("PATCH", `/v1/documents/${id}`, { title: attack });
  await send("PATCH", `/v1/annotations/${bridge.id}`, { version: 1, labels: [attack], text: attack });
  await row(page, attack).click();
  await page.getByRole("button", { name: `${attack}, Rename` }).waitFor();
  expect(await page.locator("img[onerror]").count()).toBe(0);
  expect(await page.title()).not.toBe("attacked");
  expect(pages.problems).toEqual([]);
});

it("speaks German", async () => {
  const id = await pages.createDocument("Fälle");
  await pages.createMark(id, {});
  const page = await pages.open(`/d/${id}`, { language: "de" });
  await row(page, "Rechteck").click();
  await page.getByText("Gespeichert").waitFor();
  await page.getByRole("button", { name: "Gestrichelt" }).waitFor();
  await pages.screenshot(page, "annotator-de");
});
