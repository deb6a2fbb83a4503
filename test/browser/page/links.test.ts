import { readFile } from "node:fs/promises";
import path from "node:path";
import { sign } from "hono/jwt";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { projectRoot } from "../../../tools/project.ts";
import { usePages } from "./use-pages.ts";

const secret = "a secret of the page's tests, long enough for the service";
const pages = usePages({ secret });

function makeToken(claims: object): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  return sign(
    { sub: "olga", role: "admin", doc: "*", iat: now, exp: now + 86_400, ...claims },
    secret,
    "HS256",
  );
}

async function createDocument(title: string): Promise<string> {
  const answer = await fetch(new URL("/v1/documents", pages.service.url), {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${await makeToken({})}` },
    body: JSON.stringify({ title, width: 1200, height: 800 }),
  });
  return ((await answer.json()) as { id: string }).id;
}

async function copyLink(page: Page, kind: string): Promise<string> {
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByRole("radio", { name: kind }).check();
  await page.getByRole("button", { name: "Copy" }).click();
  const field = page.getByRole("textbox", { name: "Link" });
  await expect.poll(() => field.inputValue()).toMatch(/#token=/);
  await pages.screenshot(page, "share-light");
  const link = await field.inputValue();
  await page.getByRole("button", { name: "Close" }).click();
  return link;
}

it("R73 gives links with a role: a viewer sees and changes nothing, an editor has a name and draws", async () => {
  const id = await createDocument("Ground floor");
  const owner = await pages.open(`/d/${id}#token=${await makeToken({ name: "Olga" })}`);
  await owner.getByText("Saved").waitFor();

  const viewer = await pages.open(await copyLink(owner, "Viewer"));
  await viewer.getByText("View only").first().waitFor();
  expect(await viewer.getByRole("button", { name: "Box", exact: true }).count()).toBe(0);
  expect(await viewer.getByRole("button", { name: "Share" }).count()).toBe(0);
  await pages.screenshot(viewer, "viewer-light");

  const link = await copyLink(owner, "Editor");
  const editor = await pages.open(link);
  await editor.getByText("Saved").waitFor();
  await editor.getByRole("button", { name: "You: Guest" }).click();
  await editor.getByRole("textbox", { name: "Your name" }).fill("Edda");
  await editor.keyboard.press("Enter");
  await owner.getByRole("button", { name: "Follow Edda" }).waitFor();
  await editor.getByRole("button", { name: "Follow Olga" }).waitFor();

  // Whoever else has the same link is somebody else, and stays who they are when they come back.
  const other = await pages.open(link);
  await other.getByText("Saved").waitFor();
  await other.getByRole("button", { name: "Follow Edda" }).waitFor();
  await other.reload();
  await other.getByRole("button", { name: "Follow Edda" }).waitFor();
  await owner.getByRole("button", { name: "Follow Guest" }).first().waitFor();
  expect(pages.problems).toEqual([]);
});

it("says what to do without a link", async () => {
  const id = await createDocument("Cellar");
  const page = await pages.open(`/d/${id}`);
  await page.getByText("You need a link to this picture").waitFor();
  await pages.screenshot(page, "no-link-light");
  const list = await pages.open("/");
  await list.getByText(/You need a link/).waitFor();
  expect(pages.problems).toEqual([]);
});

it("shows a picture that only a token opens, in the list and under its marks", async () => {
  const id = await createDocument("Behind a lock");
  const body = await readFile(path.join(projectRoot, "test/fixtures/falls.jpg"));
  const token = await makeToken({ name: "Olga" });
  const address = new URL(`/v1/documents/${id}/image`, pages.service.url);
  const put = await fetch(address, { method: "PUT", headers: { authorization: `Bearer ${token}` }, body });
  expect(put.status).toBe(200);
  expect((await fetch(address)).status).toBe(401);
  const page = await pages.open(`/#token=${token}`);
  const widthOf = (selector: string): Promise<number> =>
    page.locator(selector).evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0));
  await page.getByRole("link", { name: "Behind a lock" }).waitFor();
  await expect.poll(() => widthOf(".thumb > img:not(.overlay)")).toBeGreaterThan(100);
  await page.getByRole("link", { name: "Behind a lock" }).click();
  await page.locator(".stage[data-drawn]").waitFor();
  expect(await widthOf(".photo > img:not([hidden])")).toBeGreaterThan(100);
  expect(pages.problems).toEqual([]);
});
