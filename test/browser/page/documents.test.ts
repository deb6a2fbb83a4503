import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../../../tools/project.ts";
import { findSeriousProblems } from "./check-axe.ts";
import { usePages } from "./use-pages.ts";

const pages = usePages({ alone: true });
const photos = path.join(projectRoot, "test/fixtures");

it("says what to do first where there is no picture", async () => {
  const page = await pages.open("/");
  await page.getByRole("heading", { name: "Lay a sheet over a picture" }).waitFor();
  await pages.screenshot(page, "documents-empty-light");
  await page.getByRole("button", { name: "Blank sheet" }).last().click();
  await page.getByRole("heading", { name: "New sheet" }).waitFor();
  expect(pages.problems).toEqual([]);
});

it("adds pictures that were chosen, and says why one was not", async () => {
  const page = await pages.open("/");
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Add pictures" }).first().click();
  const photo = await readFile(path.join(photos, "exif-landscape-6.jpg"));
  await (
    await chooser
  ).setFiles([
    { name: "Roof.jpg", mimeType: "image/jpeg", buffer: photo },
    { name: "notes.tif", mimeType: "image/tiff", buffer: Buffer.from("II*\0 no picture") },
  ]);
  await page.getByRole("link", { name: "Roof" }).waitFor();
  await page.getByText("Not added").waitFor();
  await page.getByText(/TIFF/).waitFor();
  await page.locator(".card img").first().waitFor();
  await pages.screenshot(page, "documents-light");
  await page.getByRole("button", { name: "Dismiss notes.tif" }).click();
  await page.getByText("Not added").waitFor({ state: "detached" });
  expect(pages.problems).toEqual([]);
});

it("finds, renames, deletes and restores", async () => {
  await pages.createDocument("Kitchen");
  const page = await pages.open("/", { scheme: "dark" });
  await page.getByRole("link", { name: "Kitchen" }).waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("kitch");
  await page.getByRole("link", { name: "Roof" }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "More for Kitchen" }).click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await page.getByLabel("New name").fill("Kitchen, plan");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Kitchen, plan" }).waitFor();
  await page.getByRole("button", { name: "More for Kitchen, plan" }).click();
  await pages.screenshot(page, "documents-menu-dark");
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Restore" }).click();
  await page.getByRole("link", { name: "Kitchen, plan" }).waitFor();
  expect(pages.problems).toEqual([]);
});

it("R77 tells of each what is on it, sorts them, and remembers the order", async () => {
  const busy = await pages.createDocument("Attic 10");
  const { id } = await pages.createMark(busy, { author: "ana" });
  await pages.createMark(busy, { author: "ben" });
  await pages.createComment(busy, id, "Look here");
  await pages.createDocument("attic 9");
  const page = await pages.open("/");
  await page.getByLabel("Search pictures").fill("attic");
  const titles = page.locator(".card h2");
  await expect.poll(() => titles.allTextContents()).toEqual(["attic 9", "Attic 10"]);
  const about = page.locator(".card", { hasText: "Attic 10" }).locator("p");
  expect(await about.textContent()).toMatch(/^2 marks, 1 open comment1, 2 people2 · /);
  expect(await findSeriousProblems(page)).toEqual([]);
  await pages.createMark(busy, { author: "eva" });
  // The window is looked at again.
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await expect.poll(() => titles.allTextContents()).toEqual(["Attic 10", "attic 9"]);
  expect(await about.textContent()).toContain("3 people");
  await page.getByLabel("Order").selectOption("Name");
  await expect.poll(() => titles.allTextContents()).toEqual(["attic 9", "Attic 10"]);
  await page.reload();
  expect(await page.getByLabel("Order").inputValue()).toBe("title");
  expect(pages.problems).toEqual([]);
});

it("lifts the marks off the picture, but not for those who want less motion", async () => {
  const id = await pages.createDocument("Cellar");
  await pages.createMark(id, {});
  const page = await pages.open("/");
  const card = page.locator(".card", { hasText: "Cellar" });
  const marks = card.locator("img.overlay");
  await marks.waitFor();
  await expect.poll(() => marks.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(512);
  const lift = () => marks.evaluate((image) => getComputedStyle(image).translate);
  await card.hover();
  expect(await lift()).toBe("none");
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await expect.poll(lift).toBe("7px -7px");
  await pages.screenshot(page, "documents-lifted-light");
  await page.mouse.move(0, 0);
  await expect.poll(lift).toBe("none");
  await card.getByRole("link").focus();
  await expect.poll(lift).toBe("7px -7px");
  expect(pages.problems).toEqual([]);
});

it("works by keyboard: arrows, F2, Delete and back", async () => {
  for (const title of ["Stair 3", "Stair 2", "Stair 1"]) await pages.createDocument(title);
  const page = await pages.open("/");
  await page.getByLabel("Search pictures").fill("stair");
  const titles = page.locator(".card h2");
  await expect.poll(() => titles.allTextContents()).toEqual(["Stair 1", "Stair 2", "Stair 3"]);
  await page.getByRole("link", { name: "Stair 1" }).focus();
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  await page.keyboard.press("ArrowRight");
  expect(await focused()).toBe("Stair 2");
  await page.keyboard.press("End");
  expect(await focused()).toBe("Stair 3");
  await page.keyboard.press("Home");
  await page.keyboard.press("F2");
  await page.getByLabel("New name").waitFor();
  await page.keyboard.type("Stairwell");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Stairwell" }).waitFor();
  await expect.poll(focused).toBe("Stairwell");
  await page.keyboard.press("Delete");
  await expect.poll(focused).toBe("Restore");
  await page.keyboard.press("Enter");
  await expect.poll(focused).toBe("Stairwell");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect.poll(focused).toMatch(/^Rename/);
  await page.keyboard.press("ArrowDown");
  expect(await focused()).toMatch(/^Delete/);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/d\//);
  expect(pages.problems).toEqual([]);
});

it("follows what another window of this browser does", async () => {
  await pages.createDocument("Balcony");
  const page = await pages.open("/");
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByRole("link", { name: "Balcony" }).waitFor();
  await page.getByRole("link", { name: "Balcony" }).focus();
  await page.keyboard.press("F2");
  await page.getByLabel("New name").fill("Balcony, south");
  await page.keyboard.press("Enter");
  await other.getByRole("link", { name: "Balcony, south" }).waitFor();
  expect(pages.problems).toEqual([]);
});

it("shows names as text, whatever is in them", async () => {
  const title = `<img src=x onerror="document.title='hacked'">`;
  await pages.createDocument(title);
  const page = await pages.open("/");
  await page.getByRole("link", { name: title }).waitFor();
  expect(await page.title()).toBe("Pictures · Acetate");
  expect(pages.problems).toEqual([]);
});

it("fits a phone, and speaks German", async () => {
  // Among the newest, which are shown first.
  await pages.service.api.putImage(await pages.createDocument("Dach"), "exif-landscape-6.jpg");
  const page = await pages.open("/", { width: 390, height: 844, touch: true, language: "de-AT" });
  await page.getByRole("heading", { name: "Bilder" }).waitFor();
  await page.locator(".card img").first().waitFor();
  await pages.screenshot(page, "documents-phone-de");
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBe(390);
});

it("shows more, each document once", async () => {
  for (let i = 0; i < 30; i++) await pages.createDocument(`Tile ${i}`);
  const page = await pages.open("/");
  await page.getByLabel("Search pictures").fill("tile");
  const titles = page.locator(".card h2");
  const found = async () => (await titles.allTextContents()).filter((title) => title.startsWith("Tile"));
  await expect.poll(async () => (await found()).length).toBe(24);
  const more = page.getByRole("button", { name: "Show 6 more" });
  await more.waitFor();
  // A new one moves the others down.
  await pages.createDocument("Tile 30");
  await more.click();
  await expect.poll(async () => new Set(await found()).size).toBe(30);
  expect(await titles.count()).toBe(30);
  await page.getByLabel("Search pictures").fill("no such tile");
  await page.getByText("No picture is called no such tile").waitFor();
  await page.getByRole("button", { name: "Show all" }).click();
  await expect.poll(() => titles.count()).toBe(24);
});
