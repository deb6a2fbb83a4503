import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import type { AnnotationDraft } from "../../../src/protocol/model/annotation.ts";
import { projectRoot } from "../../../tools/project.ts";
import { usePages } from "./use-pages.ts";

const pages = usePages();

/** As many marks as a batch takes. Their texts make a state of several pages. */
function makeBatch(first: AnnotationDraft): AnnotationDraft[] {
  const text = "x".repeat(1_000);
  const others = Array.from({ length: 499 }, (_, index): AnnotationDraft => {
    return { type: "point", geometry: { x: 2 * index, y: 300 }, text };
  });
  return [first, ...others];
}

async function createLargeDocument(): Promise<string> {
  const id = await pages.createDocument("Large");
  const body = await readFile(path.join(projectRoot, "test/fixtures/exif-landscape-6.jpg"));
  await fetch(new URL(`/v1/documents/${id}/image`, pages.service.url), { method: "PUT", body });
  const text: AnnotationDraft = { type: "text", text: "Moss", geometry: { x: 100, y: 100 } };
  for (let batch = 0; batch < 5; batch++) {
    const operations = makeBatch(text).map((mark) => ({ op: "create", ...mark }));
    const answer = await fetch(new URL("/v1/annotations/batch", pages.service.url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ document_id: id, operations }),
    });
    expect(answer.status).toBe(200);
  }
  return id;
}

it("loads the photo and what texts need while the state still comes, and is drawn only when all has come", async () => {
  const id = await createLargeDocument();
  const page = await pages.open("/v1/health");
  const asked: string[] = [];
  page.context().on("request", (request) => asked.push(request.url()));
  /** Pages of the state that the test keeps back, in order. */
  const held: (() => void)[] = [];
  await page.routeWebSocket(/\/ws\/documents\//, (socket) => {
    const service = socket.connectToServer();
    service.onMessage((message) => {
      if (String(message).includes('"state_page"') || held.length > 0) held.push(() => socket.send(message));
      else socket.send(message);
    });
  });
  await page.goto(new URL(`/d/${id}`, pages.service.url).href);

  await page.locator(".photo img:not([hidden])").waitFor();
  await expect.poll(() => held.length).toBeGreaterThan(1);
  const asksFor = (part: string): boolean => asked.some((url) => url.includes(part));
  expect(asksFor("/harfbuzz-")).toBe(false);
  held.shift()?.();
  await expect.poll(() => asksFor("/harfbuzz-")).toBe(true);
  expect(await page.locator(".stage").getAttribute("data-drawn")).toBeNull();
  expect(await page.locator(".marks canvas").count()).toBe(0);

  for (let release = held.shift(); release; release = held.shift()) release();
  await page.locator(".stage[data-drawn]").waitFor();
  await page.getByRole("tab", { name: "Marks 2,500" }).waitFor();
  expect(pages.problems).toEqual([]);
});
