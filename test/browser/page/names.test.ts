import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { Comment } from "../../../src/protocol/model/comment.ts";
import { usePages } from "./use-pages.ts";

const pages = usePages();

/** Opens an address as somebody who has given their name before. */
async function openAs(name: string, address: string): Promise<Page> {
  const page = await pages.open("/v1/health");
  await page.evaluate((known) => localStorage.setItem("acetate:name", known), name);
  await page.goto(new URL(address, pages.service.url).href);
  await page.getByText("Saved").waitFor();
  return page;
}

it("R76 names who comments without a token as it names who changes something, also when they are gone", async () => {
  const id = await pages.createDocument("Kitchen");
  const mark = await pages.createMark(id, { labels: ["Sink"] });
  await pages.createComment(id, mark.id, "Is it new?");
  const list = async (): Promise<Comment[]> => {
    const answer = await fetch(new URL(`/v1/documents/${id}/comments`, pages.service.url));
    return ((await answer.json()) as { items: Comment[] }).items;
  };

  const mira = await openAs("Mira", `/d/${id}`);
  await mira.getByRole("button", { name: "Sink: 1 comment, unread" }).click();
  const thread = mira.locator(".thread");
  await thread.getByRole("textbox").fill("Brand new");
  await mira.keyboard.press("Enter");
  await expect.poll(async () => (await list()).length).toBe(2);
  expect((await list())[1]).toMatchObject({ author: "Mira", updated_by: "Mira" });
  // It stays hers to change.
  await thread.getByText("You", { exact: true }).waitFor();
  await thread.getByRole("button", { name: "Edit" }).click();
  await thread.getByRole("textbox", { name: "Change your comment" }).fill("Two years old");
  await mira.keyboard.press("Enter");
  await expect.poll(async () => (await list())[1]?.text).toBe("Two years old");
  expect((await list())[1]).toMatchObject({ author: "Mira", updated_by: "Mira", version: 2 });
  await mira.close();

  const ben = await openAs("Ben", `/d/${id}`);
  await ben.getByRole("button", { name: "Sink: 2 comments, unread" }).click();
  await ben.locator(".thread").getByText("Mira", { exact: true }).waitFor();
  expect(await ben.locator(".thread").getByRole("button", { name: "Edit" }).count()).toBe(0);
  expect(pages.problems).toEqual([]);
});
