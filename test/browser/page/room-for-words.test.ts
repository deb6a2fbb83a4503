import type { Locator, Page } from "playwright-core";
import { expect, it } from "vitest";
import { usePages } from "./use-pages.ts";

// German words are longer than English ones.
const pages = usePages();
const language = "de";

interface Annotator extends Element {
  room: { disconnect(): void };
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

async function boxOf(locator: Locator): Promise<Box> {
  const box = await locator.boundingBox();
  if (!box) throw new Error("it is not there");
  return box;
}

async function boxesOf(locator: Locator): Promise<Box[]> {
  return Promise.all((await locator.all()).map(boxOf));
}

async function openGerman(title: string): Promise<{ page: Page; id: string }> {
  const id = await pages.createDocument(title);
  await pages.createMark(id, { labels: ["Tür"] });
  const page = await pages.open(`/d/${id}`, { language });
  await page.getByText("Gespeichert").waitFor();
  return { page, id };
}

it("dialogs have room for their buttons and rows", async () => {
  const { page } = await openGerman("Dachgeschoss");
  await page.keyboard.press("/");
  const finder = await boxOf(page.locator("#finder"));
  for (const part of await boxesOf(page.locator(".finder-foot :is(.keys span, .button)"))) {
    expect(part.x).toBeGreaterThanOrEqual(finder.x);
    expect(part.x + part.width).toBeLessThanOrEqual(finder.x + finder.width);
    // One line of small letters.
    expect(part.height).toBeLessThan(40);
  }
  await page.getByRole("button", { name: "Bearbeiten" }).click();
  const foot = await boxOf(page.locator("#labels .dialog-foot .button").last());
  const end = foot.x + foot.width;
  for (const part of await boxesOf(page.locator("#labels :is(.label-row, .label-row .button, .field)")))
    expect(part.x + part.width).toBeLessThanOrEqual(end + 0.5);
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("button", { name: "Datei erstellen" }).click();
  await page.getByRole("link", { name: "Herunterladen" }).waitFor();
  const side = await boxOf(page.locator("#export .dialog-foot"));
  for (const part of await boxesOf(page.locator("#export .dialog-foot > *")))
    expect(part.x).toBeGreaterThan(side.x);
  expect(pages.problems).toEqual([]);
});

it("a notice hides nothing of the bar of time, and faces nothing of the buttons beside them", async () => {
  const { page, id } = await openGerman("Keller");
  for (let count = 0; count < 4; count++) await pages.open(`/d/${id}`, { width: 500, height: 400 });
  await page.getByRole("button", { name: "2 weitere Personen" }).waitFor();
  const share = await boxOf(page.getByRole("button", { name: "Teilen" }));
  for (const face of await boxesOf(page.locator(".faces .face:visible")))
    expect(face.x + face.width).toBeLessThanOrEqual(share.x);

  await page.getByRole("tab", { name: "Verlauf" }).click();
  await page.locator(".version").first().click();
  await page.locator(".time").waitFor();
  await page.context().setOffline(true);
  await page.evaluate(() => {
    document.querySelector<Annotator>("acetate-annotator")?.room.disconnect();
  });
  const toast = await boxOf(page.locator(".toast", { hasText: "Du bist offline" }));
  expect(toast.y + toast.height).toBeLessThanOrEqual((await boxOf(page.locator(".time"))).y);
  expect(pages.problems).toEqual([]);
});
