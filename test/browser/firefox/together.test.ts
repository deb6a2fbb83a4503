import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Room } from "../../../src/client/index.ts";
import { projectRoot } from "../../../tools/project.ts";
import { comparePictures, decodePicture } from "../../e2e/support/pictures.ts";
import { usePages } from "../page/use-pages.ts";
import { Picture } from "../page/use-picture.ts";
import { CALL, type Fault, serveLibrary } from "../serve-library.ts";
import { useFirefox } from "./use-firefox.ts";

const pages = usePages();
const firefox = useFirefox(pages);
const photo = path.join(projectRoot, "test/fixtures/exif-landscape-6.jpg");

describe("Firefox and Chromium", () => {
  it("draw on the same photo, see each other, and are equal after one was offline", async () => {
    const first = await firefox.open("/");
    const chooser = first.waitForEvent("filechooser");
    await first.getByRole("button", { name: "Add pictures" }).first().click();
    const buffer = await readFile(photo);
    await (await chooser).setFiles({ name: "From Firefox.jpg", mimeType: "image/jpeg", buffer });
    await first.getByRole("link", { name: "From Firefox" }).click();
    await first.waitForURL(/\/d\//);
    const address = new URL(first.url()).pathname;
    const id = path.basename(address);
    // The photo is 1,800 pixels wide: places are in 1,200ths of that.
    const ann = await new Picture(first, id, pages.service).wait();
    const bo = await new Picture(await pages.open(address), id, pages.service).wait();

    // What is half drawn is seen, too, and where the other one is.
    await ann.press("b");
    const from = await ann.at(100, 100);
    const to = await ann.at(300, 200);
    await ann.page.mouse.move(from.x, from.y);
    await ann.page.mouse.down();
    await ann.page.mouse.move(to.x, to.y, { steps: 5 });
    await bo.page.locator(".overlay rect").first().waitFor();
    await bo.page.locator(".person").first().waitFor();
    await ann.page.mouse.up();
    await bo.press("b");
    const start = await bo.at(100, 300);
    await bo.page.mouse.move(start.x, start.y);
    await bo.page.mouse.down();
    await bo.page.mouse.move(start.x + 80, start.y + 60, { steps: 5 });
    await ann.page.locator(".overlay rect").first().waitFor();
    await ann.page.locator(".person").first().waitFor();
    await bo.page.mouse.up();
    for (const [picture, y] of [
      [ann, 450],
      [bo, 600],
    ] as const) {
      await picture.press("f");
      await picture.drag([100, y], [200, y + 50], [300, y]);
      await picture.press("t");
      await picture.click(400, y);
      await picture.page.keyboard.type("Mind the step");
      await picture.press("Escape");
    }
    await ann.expectMarks(6);
    await untilMarks(ann.page, 6);
    await untilMarks(bo.page, 6);
    await pages.screenshot(first, "firefox-together");

    await ann.page.context().setOffline(true);
    await ann.page
      .getByText(/^Offline/)
      .first()
      .waitFor();
    await ann.press("o");
    await ann.drag([600, 100], [700, 200]);
    await ann.page
      .getByText(/1 change kept here/)
      .first()
      .waitFor();
    await bo.press("o");
    await bo.drag([800, 100], [900, 200]);
    await untilMarks(bo.page, 7);
    await ann.page.context().setOffline(false);
    await untilMarks(ann.page, 8);
    await untilMarks(bo.page, 8);
    expect(await marksOf(ann.page)).toEqual(await marksOf(bo.page));
    expect(pages.problems).toEqual([]);
  });
});

describe("Firefox", () => {
  it("keeps what was drawn offline when its tab is closed", async () => {
    const id = await pages.createDocument("Closed");
    const page = await firefox.open(`/d/${id}`);
    const picture = await new Picture(page, id, pages.service).wait();
    const context = page.context();
    await context.setOffline(true);
    await picture.press("b");
    await picture.drag([100, 100], [300, 300]);
    await page
      .getByText(/1 change kept here/)
      .first()
      .waitFor();
    await page.close();
    expect(await picture.marks()).toEqual([]);
    await context.setOffline(false);
    const next = await new Picture(await firefox.openIn(context, `/d/${id}`), id, pages.service).wait();
    await picture.expectMarks(1);

    // A tab that lives takes over what another one leaves behind, without waiting for the next.
    const leaving = await new Picture(await firefox.openIn(context, `/d/${id}`), id, pages.service).wait();
    await context.setOffline(true);
    await leaving.page
      .getByText(/^Offline/)
      .first()
      .waitFor();
    await leaving.press("o");
    await leaving.drag([500, 100], [700, 300]);
    await leaving.page.close();
    await untilMarks(next.page, 2);
    await context.setOffline(false);
    await picture.expectMarks(2);

    // So does the page itself, when it is left in the moment of a change.
    await next.page.evaluate(() => {
      const annotator = document.querySelector<Annotator>("acetate-annotator");
      annotator?.room?.annotations.create({ type: "point", geometry: { x: 900, y: 600 } });
      location.reload();
    });
    await picture.expectMarks(3);
    expect(pages.problems).toEqual([]);
  });

  it.each<Fault>(["cut", 404])(
    "says that it has to be reloaded when a part can't be loaded (%s)",
    async (fault) => {
      const server = await serveLibrary();
      onTestFinished(() => void server.close());
      server.state.fault = fault;
      const page = await firefox.open(server.url);
      expect(await page.evaluate(CALL)).toMatch(
        /^AcetateError: load_failed: .* try again, or reload the page$/,
      );
      server.state.fault = "none";
      await page.reload();
      expect(await page.evaluate(CALL)).toBe("1");
      // Firefox says, too, what it could not load.
      pages.problems.length = 0;
    },
  );

  it("draws as an export does, and gives the file", async () => {
    const id = await pages.createDocument("Sheet");
    const image = await readFile(photo);
    const address = new URL(`/v1/documents/${id}/image`, pages.service.url);
    await fetch(address, { method: "PUT", headers: { "content-type": "image/jpeg" }, body: image });
    const style = { stroke: "#e2271c", stroke_width: 6, font_size: 60, fill: "#1f58fb40" };
    await pages.createMark(id, { style, geometry: { x: 200, y: 200, width: 400, height: 300 } });
    await pages.createMark(id, {
      style,
      type: "ellipse",
      geometry: { cx: 1_100, cy: 500, rx: 250, ry: 120 },
    });
    await pages.createMark(id, { style, type: "text", text: "Path مسار 地面", geometry: { x: 200, y: 800 } });
    const page = await firefox.open(`/d/${id}`, { width: 2_500, height: 1_500 });
    await new Picture(page, id, pages.service).wait();
    await page.keyboard.press("Shift+Digit0");
    await page.locator(".stage[data-drawn]").waitFor();
    const clip = await page.locator(".picture").boundingBox();
    if (!clip) throw new Error("there is no picture");
    expect([clip.width, clip.height]).toEqual([1_800, 1_200]);
    const shown = decodePicture(await page.screenshot({ clip }));

    await page.getByRole("button", { name: "Export" }).click();
    await page.getByRole("switch", { name: /Comments/ }).uncheck();
    await page.getByRole("button", { name: "Make the file" }).click();
    const downloading = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download" }).click();
    const exported = decodePicture(await readFile(await (await downloading).path()));
    expect(comparePictures(exported, shown).mean).toBeLessThan(0.002);
    expect(pages.problems).toEqual([]);
  });

  it("takes a version, and goes back to it", async () => {
    const id = await pages.createDocument("Versions");
    const page = await firefox.open(`/d/${id}`);
    const picture = await new Picture(page, id, pages.service).wait();
    await picture.press("b");
    await picture.drag([100, 100], [300, 300]);
    const [box] = await picture.expectMarks(1);
    await page.getByRole("tab", { name: "History" }).click();
    await page.getByPlaceholder("Name of this version").fill("Before the review");
    await page.getByRole("button", { name: "Keep" }).click();
    await page.getByRole("button", { name: /Before the review/ }).waitFor();
    await page.getByRole("button", { name: "Point", exact: true }).click();
    await picture.click(600, 600);
    await picture.expectMarks(2);
    await page.getByRole("button", { name: /Before the review/ }).click();
    await page.getByRole("button", { name: "Restore this" }).click();
    const [left] = await picture.expectMarks(1);
    expect(left?.id).toBe(box?.id);
    expect(pages.problems).toEqual([]);
  });

  it("draws by keyboard alone", async () => {
    const id = await pages.createDocument("By keys");
    const page = await firefox.open(`/d/${id}`);
    const picture = await new Picture(page, id, pages.service).wait();
    await page.locator(".picture").focus();
    await picture.press("b", "ArrowLeft", "Enter", "Shift+ArrowRight", "Shift+ArrowDown", "Enter");
    await picture.press("p", "Enter", "Shift+ArrowLeft", "Enter", "Shift+ArrowUp", "Enter", "Enter");
    await picture.press("f", "Enter", "Shift+ArrowRight", "Shift+ArrowDown", "Enter");
    await picture.press("t", "Shift+ArrowDown", "Enter");
    await page.keyboard.type("Exit");
    await picture.press("Escape");
    const marks = await picture.expectMarks(4);
    expect(marks.map(({ type }) => type)).toEqual(["box", "polygon", "freehand", "text"]);
    await picture.press("Escape", "Control+a", "Control+c", "Control+v");
    await picture.expectMarks(8);
    await picture.press("Control+z");
    await picture.expectMarks(4);
    expect(pages.problems).toEqual([]);
  });
});

type Annotator = Element & { room: Room | null };

/** What a page has, from its client library. */
function marksOf(page: Page): Promise<unknown> {
  return page.evaluate(
    () => document.querySelector<Annotator>("acetate-annotator")?.room?.annotations.value ?? null,
  );
}

async function untilMarks(page: Page, count: number): Promise<void> {
  await page.locator(`.picture[aria-label*=' ${count} marks']`).waitFor();
}
