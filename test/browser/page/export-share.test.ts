import { expect, it } from "vitest";
import { readDownload, usePages } from "./use-pages.ts";

const pages = usePages();

it("makes a file, shows it, and gives it to the person", async () => {
  const id = await pages.createDocument("Ground floor");
  const page = await pages.open(`/d/${id}`);
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("radio", { name: "2×" }).check({ force: true });
  await page.getByText("2,400 × 1,600").waitFor();
  await page.getByRole("button", { name: "Make the file" }).click();
  const link = page.getByRole("link", { name: "Download" });
  await link.waitFor();
  await page.getByRole("img", { name: "The finished picture" }).waitFor();
  await pages.screenshot(page, "export-light");
  const downloading = page.waitForEvent("download");
  await link.click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("Ground floor.png");
  const png = await readDownload(download);
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2_400, 1_600]);
  await page.getByRole("radio", { name: "JSON" }).check({ force: true });
  await link.waitFor({ state: "detached" });
  expect(await page.getByRole("radio", { name: "2×" }).count()).toBe(0);
  expect(pages.problems).toEqual([]);
});

it("shares the address where there is no secret", async () => {
  const id = await pages.createDocument("Attic");
  const page = await pages.open(`/d/${id}`, { scheme: "dark" });
  await page.getByRole("button", { name: "Share" }).click();
  const link = page.getByRole("textbox", { name: "Link" });
  await expect.poll(() => link.inputValue()).toBe(new URL(`/d/${id}`, pages.service.url).href);
  await pages.screenshot(page, "share-dark");
  expect(pages.problems).toEqual([]);
});

it("says that a link is copied of the file whose link it is", async () => {
  const id = await pages.createDocument("Stairs");
  const page = await pages.open(`/d/${id}`);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Export" }).click();
  const make = page.getByRole("button", { name: "Make the file" });
  await make.click();
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("/exports/");
  await page.getByRole("radio", { name: "JPG" }).check({ force: true });
  await make.click();
  await page.getByRole("button", { name: "Copy link" }).waitFor();
  expect(await page.getByRole("button", { name: "Copied" }).count()).toBe(0);
  expect(pages.problems).toEqual([]);
});
