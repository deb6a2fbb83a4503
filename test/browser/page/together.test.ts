import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { Room } from "../../../src/client/index.ts";
import { projectRoot } from "../../../tools/project.ts";
import { comparePictures, decodePicture } from "../../e2e/support/pictures.ts";
import { readDownload, usePages } from "./use-pages.ts";

const pages = usePages();
const photo = path.join(projectRoot, "test/fixtures/exif-landscape-6.jpg");

/** Drags over the picture, in parts of it. */
async function drag(page: Page, from: [number, number], to: [number, number]): Promise<void> {
  const box = await page.locator(".picture").boundingBox();
  if (!box) throw new Error("there is no picture");
  const at = ([x, y]: [number, number]) => [box.x + box.width * x, box.y + box.height * y] as const;
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 5 });
  await page.mouse.up();
}

function countMarks(page: Page): Promise<number> {
  return page.evaluate(() => {
    const annotator = document.querySelector<Element & { room: Room | null }>("acetate-annotator");
    return annotator?.room?.annotations.value.length ?? -1;
  });
}

async function untilSaved(page: Page): Promise<void> {
  await page
    .getByRole("status")
    .filter({ hasText: /^Saved$/ })
    .waitFor();
}

it("two people draw on a phone photo; one goes offline, draws on, and comes back", async () => {
  const ann = await pages.open("/");
  const chooser = ann.waitForEvent("filechooser");
  await ann.getByRole("button", { name: "Add pictures" }).first().click();
  await (await chooser).setFiles(photo);
  await ann.getByRole("link", { name: "exif-landscape-6" }).click();
  await untilSaved(ann);
  const bo = await pages.open(new URL(ann.url()).pathname, { scheme: "dark" });
  await untilSaved(bo);

  await ann.getByRole("button", { name: "Box", exact: true }).click();
  await drag(ann, [0.55, 0.2], [0.7, 0.6]);
  await expect.poll(() => countMarks(bo)).toBe(1);
  await bo.getByRole("button", { name: "Arrow", exact: true }).click();
  await drag(bo, [0.2, 0.8], [0.4, 0.6]);
  await expect.poll(() => countMarks(ann)).toBe(2);

  // Both see where the other one is.
  await bo.mouse.move(500, 400);
  await ann.locator(".person").first().waitFor();
  await pages.screenshot(ann, "together-light");

  await bo.context().setOffline(true);
  await bo
    .getByText(/Offline/)
    .first()
    .waitFor();
  await drag(bo, [0.1, 0.2], [0.3, 0.4]);
  await bo
    .getByText(/1 change kept here/)
    .first()
    .waitFor();
  await pages.screenshot(bo, "offline-dark");
  await drag(ann, [0.1, 0.6], [0.2, 0.7]);
  await expect.poll(() => countMarks(bo)).toBe(3);
  await bo.context().setOffline(false);
  await untilSaved(bo);
  await expect.poll(() => countMarks(ann)).toBe(4);
  await expect.poll(() => countMarks(bo)).toBe(4);
  expect(pages.problems).toEqual([]);
});

it("exports what is on the screen", async () => {
  const id = await pages.createDocument("Sheet");
  await fetch(new URL(`/v1/documents/${id}/image`, pages.service.url), {
    method: "PUT",
    headers: { "content-type": "image/jpeg" },
    body: await readFile(photo),
  });
  const stroke = { stroke: "#e2271c", stroke_width: 6, font_size: 60 };
  const style = { ...stroke, fill: "#1f58fb40" };
  await pages.createMark(id, { geometry: { x: 200, y: 200, width: 400, height: 300 }, style });
  await pages.createMark(id, {
    type: "ellipse",
    geometry: { cx: 1_100, cy: 500, rx: 250, ry: 120, rotation: 20 },
    style,
  });
  await pages.createMark(id, {
    type: "arrow",
    geometry: {
      points: [
        [300, 1_000],
        [800, 800],
      ],
    },
    style: stroke,
  });
  await pages.createMark(id, { type: "point", geometry: { x: 1_500, y: 300 }, style: stroke });

  // The whole picture at 100 %, with nothing over it.
  const page = await pages.open(`/d/${id}`, { width: 2_500, height: 1_500 });
  await untilSaved(page);
  await page.keyboard.press("Shift+Digit0");
  await page.locator(".stage[data-drawn]").waitFor();
  const picture = await page.locator(".picture").boundingBox();
  if (!picture) throw new Error("there is no picture");
  expect([picture.width, picture.height]).toEqual([1_800, 1_200]);
  const shown = decodePicture(await page.screenshot({ clip: picture }));

  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("switch", { name: /Comments/ }).uncheck();
  await page.getByRole("button", { name: "Make the file" }).click();
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  const exported = decodePicture(await readDownload(await downloading));
  expect(comparePictures(exported, shown).mean).toBeLessThan(0.02);
});
