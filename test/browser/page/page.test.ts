import { expect, it } from "vitest";
import { usePages } from "./use-pages.ts";

const pages = usePages();

it("shows a document under the content security policy", async () => {
  const id = await pages.createDocument("Ground floor");
  const page = await pages.open(`/d/${id}`);
  await page.getByRole("heading", { name: "Ground floor" }).waitFor();
  await page.getByText("Saved").waitFor();
  expect(pages.problems).toEqual([]);
});

it("tells when the service has a newer page, and lets the person choose when to reload", async () => {
  const id = await pages.createDocument("Second floor");
  const page = await pages.open(`/d/${id}`, { scheme: "dark" });
  await page.getByText("Saved").waitFor();
  await expect.poll(() => page.title()).toBe("Second floor · Acetate");
  const lookAgain = () => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  const asked = page.waitForResponse((answer) => new URL(answer.url()).pathname === "/");
  await lookAgain();
  await asked;
  expect(await page.getByText("Acetate was updated").count()).toBe(0);

  // As after a deploy: the page names another script.
  await page.route(
    (url) => url.pathname === "/",
    (route) => route.fulfill({ contentType: "text/html", body: 'src="/page/main-NEWER123.js"' }),
  );
  await lookAgain();
  await page.getByText("Acetate was updated").waitFor();
  await pages.screenshot(page, "updated-dark");
  await page.getByRole("button", { name: "Reload" }).click();
  await page.getByText("Saved").waitFor();
  expect(await page.getByText("Acetate was updated").count()).toBe(0);
  expect(pages.problems).toEqual([]);
});

it("lists documents", async () => {
  await pages.createDocument("First floor");
  const page = await pages.open("/");
  await page.getByRole("link", { name: "First floor" }).click();
  await page.getByText("Saved").waitFor();
  expect(pages.problems).toEqual([]);
});
