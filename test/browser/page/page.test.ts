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

it("lists documents", async () => {
  await pages.createDocument("First floor");
  const page = await pages.open("/");
  await page.getByRole("link", { name: "First floor" }).click();
  await page.getByText("Saved").waitFor();
  expect(pages.problems).toEqual([]);
});
