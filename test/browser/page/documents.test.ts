import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../../../tools/project.ts";
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

it("shows names as text, whatever is in them", async () => {
  const title = `<img src=x onerror="document.title='hacked'">`;
  await pages.createDocument(title);
  const page = await pages.open("/");
  await page.getByRole("link", { name: title }).waitFor();
  expect(await page.title()).toBe("Pictures · Acetate");
  expect(pages.problems).toEqual([]);
});

it("fits a phone, and speaks German", async () => {
  const page = await pages.open("/", { width: 390, height: 844, touch: true, language: "de-AT" });
  await page.getByRole("heading", { name: "Bilder" }).waitFor();
  await page.locator(".card img").first().waitFor();
  await pages.screenshot(page, "documents-phone-de");
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBe(390);
});
