import type { Page } from "playwright-core";
import { afterEach, expect, it } from "vitest";
import { usePages } from "./use-pages.ts";

const pages = usePages();

interface Annotator extends Element {
  room: { annotations: { create(draft: object): unknown } };
}
// The browser reports what could not be loaded.
afterEach(() => void (pages.problems.length = 0));

const says = "A part of the page didn’t load. Reload it: what is unsaved is kept.";

/** Opens an address in a browser that a script of the page does not reach. */
async function openWithout(
  part: string,
  address: string,
  language = "en",
): Promise<{ page: Page; repair: () => Promise<void> }> {
  // Something of the same origin, without scripts.
  const page = await pages.open("/v1/health", { language });
  const pattern = new RegExp(`/page/${part}-[A-Z0-9]+\\.js$`);
  await page.route(pattern, (route) => route.abort());
  await page.goto(new URL(address, pages.service.url).href);
  return { page, repair: () => page.unroute(pattern) };
}

it.each(["en", "de"])(
  "says so where the annotator does not load, and opens after a reload (%s)",
  async (language) => {
    const id = await pages.createDocument("Roof");
    const { page, repair } = await openWithout("annotator", `/d/${id}`, language);
    const isGerman = language === "de";
    const alert = page.getByRole("alert");
    await alert.getByText(isGerman ? "Ein Teil der Seite ist nicht geladen." : says).waitFor();
    await pages.screenshot(page, `not-loaded-${language}`);
    await repair();
    await alert.getByRole("button", { name: isGerman ? "Neu laden" : "Reload" }).click();
    await page.getByText(isGerman ? "Gespeichert" : "Saved").waitFor();
  },
);

it("shows the documents in English where the words of another language don't load", async () => {
  const { page } = await openWithout("de", "/", "de");
  await page.getByRole("heading", { name: "Pictures" }).waitFor();
});

it("offers to reload where the list of documents can't ask for them", async () => {
  const { page, repair } = await openWithout("on-demand", "/");
  await page.getByText(says).waitFor();
  await repair();
  await page.getByRole("button", { name: "Reload" }).click();
  await page.getByRole("listitem").first().waitFor();
  expect(await page.getByText(says).count()).toBe(0);
});

it("offers to reload in a notice and in a dialog, and keeps what is unsaved", async () => {
  const id = await pages.createDocument("Stairs");
  const { page, repair } = await openWithout("on-demand", `/d/${id}`);
  await page.getByText("Saved").waitFor();
  await page.getByRole("button", { name: "Stairs, Rename" }).click();
  await page.keyboard.type("Steps");
  await page.keyboard.press("Enter");
  const notice = page.locator(".toast", { hasText: "The title stays as it was" });
  await notice.getByText(says).waitFor();
  await notice.getByRole("button", { name: "Reload" }).waitFor();

  await page.getByRole("button", { name: "Export" }).click();
  const dialog = page.getByRole("dialog", { name: "Export" });
  await dialog.getByRole("button", { name: "Make the file" }).click();
  await dialog.getByText(says).waitFor();
  await dialog.getByRole("button", { name: "Reload" }).waitFor();
  await pages.screenshot(page, "not-loaded-export");

  await page.context().setOffline(true);
  await page.keyboard.press("Escape");
  await page.evaluate(() => {
    const annotator = document.querySelector<Annotator>("acetate-annotator");
    annotator?.room.annotations.create({ type: "point", geometry: { x: 900, y: 600 } });
  });
  await page.getByText("Offline, 1 change kept here").first().waitFor();
  await page.context().setOffline(false);
  await repair();
  await notice.getByRole("button", { name: "Reload" }).click();
  await page.locator(".picture[aria-label*='1 mark.']").waitFor();
});

it("offers to reload where the fonts of a text don't load", async () => {
  const id = await pages.createDocument("Hall");
  const { page } = await openWithout("text-fonts", `/d/${id}`);
  await page.getByText("Saved").waitFor();
  await page.keyboard.press("t");
  await page.locator(".picture").click({ position: { x: 500, y: 400 } });
  await page.locator("textarea.text-field").waitFor();
  await page.locator(".toast", { hasText: says }).getByRole("button", { name: "Reload" }).waitFor();
});

it("says that a text can't be drawn without its fonts, and draws it when the network is back", async () => {
  const id = await pages.createDocument("Sign");
  const page = await pages.open("/v1/health");
  await page.route("**/fonts/**", (route) => route.abort());
  await page.goto(new URL(`/d/${id}`, pages.service.url).href);
  await page.getByText("Saved").waitFor();
  await pages.createMark(id, { type: "text", geometry: { x: 200, y: 200 }, text: "Mind the gap" });
  const notice = page.locator(".toast", { hasText: "A text is not drawn" });
  await notice.getByText("Reload the page").waitFor();
  await notice.getByRole("button", { name: "Reload" }).waitFor();

  await page.context().setOffline(true);
  await notice.getByText("when you are back").waitFor();
  await pages.screenshot(page, "not-loaded-fonts");
  await page.unroute("**/fonts/**");
  await page.context().setOffline(false);
  await notice.waitFor({ state: "detached" });
});
