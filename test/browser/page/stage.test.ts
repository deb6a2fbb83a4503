import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { AnnotationDraft } from "../../../src/protocol/model/annotation.ts";
import { projectRoot } from "../../../tools/project.ts";
import { openRoom, untilLive } from "../../client/support/rooms.ts";
import { colorAt, meanDifference } from "./pixels.ts";
import { usePages } from "./use-pages.ts";

const pages = usePages();

/** One of each kind, dashed, translucent, turned, and in several scripts. */
const marks: AnnotationDraft[] = [
  {
    type: "box",
    geometry: { x: 60, y: 60, width: 200, height: 120 },
    style: { stroke: "#e2271c", stroke_width: 6 },
  },
  {
    type: "box",
    geometry: { x: 320, y: 60, width: 160, height: 120, rotation: 30 },
    style: { stroke: "#0fa989", fill: "#0fa98966", opacity: 0.6, dash: [12, 8], stroke_width: 5 },
  },
  {
    type: "ellipse",
    geometry: { cx: 640, cy: 120, rx: 100, ry: 50 },
    style: { stroke: "#1f58fb", fill: "#1f58fb80" },
  },
  {
    type: "line",
    geometry: {
      points: [
        [60, 240],
        [400, 260],
      ],
    },
    style: { stroke: "#16181d", stroke_width: 3 },
  },
  {
    type: "arrow",
    geometry: {
      points: [
        [60, 320],
        [200, 300],
        [400, 340],
      ],
    },
    style: { stroke: "#e2840180", stroke_width: 12 },
  },
  {
    type: "polyline",
    geometry: {
      points: [
        [460, 240],
        [540, 300],
        [620, 250],
      ],
    },
    style: { stroke: "#8324b0", dash: [10, 6], stroke_width: 4 },
  },
  {
    type: "polygon",
    geometry: {
      points: [
        [700, 220],
        [820, 240],
        [760, 340],
      ],
    },
    style: { stroke: "#63d97b", fill: "#63d97b33", stroke_width: 8 },
  },
  {
    type: "freehand",
    geometry: {
      points: [
        [60, 420],
        [120, 400],
        [180, 440],
        [240, 410],
      ],
    },
    style: { stroke: "#fca0de", stroke_width: 10 },
  },
  { type: "point", geometry: { x: 320, y: 450 }, style: { stroke: "#e2271c", stroke_width: 5 } },
  {
    type: "text",
    text: "Path washed out 🌊\nمسار",
    geometry: { x: 420, y: 380 },
    style: { stroke: "#16181d", font_size: 36 },
  },
  {
    type: "text",
    text: "地面 नमस्ते",
    geometry: { x: 700, y: 400, rotation: 20 },
    style: { stroke: "#111111", fill: "#ffe714cc", font_size: 40 },
  },
];

async function openMarked(drafts: readonly AnnotationDraft[], options?: Parameters<typeof pages.open>[1]) {
  const id = await pages.createDocument("Ground floor");
  for (const draft of drafts) await pages.createMark(id, draft);
  const page = await pages.open(`/d/${id}`, options);
  await untilDrawn(page);
  return { page, id };
}

async function untilDrawn(page: Page): Promise<void> {
  await page.locator(".stage[data-drawn]").waitFor();
}

/** Where the picture is on the page. */
async function boxOf(page: Page) {
  const box = await page.locator(".picture").boundingBox();
  if (!box) throw new Error("there is no picture");
  return box;
}

/** The picture's place, once it is another one. */
async function movedBox(page: Page, before: { x: number; y: number; width: number }) {
  await expect.poll(() => boxOf(page)).not.toEqual(before);
  return await boxOf(page);
}

/** Shows the picture at 100 %: one pixel of it is one of the screen. */
async function showWhole(page: Page): Promise<void> {
  await page.locator(".picture").focus();
  await page.keyboard.press("Shift+Digit0");
  await expect.poll(async () => (await boxOf(page)).width).toBe(1_200);
  await untilDrawn(page);
}

async function exportPng(documentId: string): Promise<Uint8Array> {
  const at = (address: string): URL => new URL(address, pages.service.url);
  const started = await fetch(at("/v1/exports"), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ document_id: documentId, format: "png", background: "#ffffff" }),
  });
  const { id } = (await started.json()) as { id: string };
  const status = async (): Promise<string> =>
    ((await (await fetch(at(`/v1/exports/${id}`))).json()) as { status: string }).status;
  await expect.poll(status).toBe("succeeded");
  return new Uint8Array(await (await fetch(at(`/v1/exports/${id}/download`))).arrayBuffer());
}

it("draws marks as an export has them", async () => {
  const { page, id } = await openMarked(marks, { width: 1_900, height: 1_100 });
  await showWhole(page);
  await pages.screenshot(page, "stage-marks");
  const exported = await exportPng(id);
  const clip = await boxOf(page);
  expect(await meanDifference(page, clip, exported)).toBeLessThan(0.15);
  expect(pages.problems).toEqual([]);
});

it("paints what comes into sight again, and what was changed meanwhile, as an export has it", async () => {
  const { page, id } = await openMarked(marks, { width: 1_900, height: 1_100 });
  await showWhole(page);
  const before = await boxOf(page);
  const at = { x: before.x + 300, y: before.y + 300 };
  await page.mouse.move(at.x, at.y);
  // Far away, and a part of the way back: some tiles are dropped, others kept.
  await page.mouse.wheel(1_100, 700);
  await movedBox(page, before);
  await untilDrawn(page);
  await page.mouse.wheel(-500, -300);
  await untilDrawn(page);
  const room = await untilLive(openRoom(pages.service.url, id));
  const [box] = room.annotations.value;
  room.annotations.update(box?.id ?? "", { style: { stroke: "#1f58fb" } });
  await expect.poll(() => room.unsaved.value).toBe(0);
  await page.mouse.wheel(-600, -400);
  await expect.poll(() => boxOf(page)).toEqual(before);
  await expect.poll(() => colorAt(page, before.x + 60, before.y + 120)).toBe("31 88 251");
  await untilDrawn(page);
  expect(await meanDifference(page, before, await exportPng(id))).toBeLessThan(0.15);
  expect(pages.problems).toEqual([]);
});

it("draws the same in the page itself where a worker is not allowed", async () => {
  const id = await pages.createDocument("No worker");
  for (const draft of marks) await pages.createMark(id, draft);
  const page = await pages.open("/", { width: 1_900, height: 1_100 });
  await page.route("**/page/worker-*.js", (route) => route.abort());
  await page.goto(new URL(`/d/${id}`, pages.service.url).href);
  await untilDrawn(page);
  await showWhole(page);
  expect(await meanDifference(page, await boxOf(page), await exportPng(id))).toBeLessThan(0.15);
  expect(pages.problems).toEqual([]);
});

it("zooms by the wheel at the pointer, and shows marks sharply there", async () => {
  const { page } = await openMarked([
    {
      type: "box",
      geometry: { x: 590, y: 390, width: 20, height: 20 },
      style: { stroke: "#ff0000", stroke_width: 1 },
    },
  ]);
  const before = await boxOf(page);
  // On whole pixels, as browsers tell of mice.
  const at = { x: Math.round(before.x + before.width / 2), y: Math.round(before.y + before.height / 2) };
  const place = (box: typeof before) => ((at.y - box.y) / box.width) * 1_200;
  await page.mouse.move(at.x, at.y);
  for (let turn = 0; turn < 12; turn++) await page.mouse.wheel(0, -120);
  const scaled = before.width * 1.2 ** (12 * 1.2);
  await expect.poll(async () => Math.abs((await boxOf(page)).width / scaled - 1)).toBeLessThan(0.02);
  await untilDrawn(page);
  const after = await boxOf(page);
  expect(place(after)).toBeCloseTo(place(before), 0);
  // The left side of the box, one image pixel wide, is many wide on the screen.
  const scale = after.width / 1_200;
  expect(await colorAt(page, after.x + 590 * scale, after.y + 400 * scale)).toBe("255 0 0");
  expect(await colorAt(page, after.x + 591 * scale, after.y + 400 * scale)).toBe("255 255 255");

  // The film was behind the picture all the time. Now it is around it again.
  for (let turn = 0; turn < 14; turn++) await page.mouse.wheel(0, 120);
  await expect.poll(async () => (await boxOf(page)).width).toBeLessThan(before.width);
  await untilDrawn(page);
  const picture = await boxOf(page);
  const film = await page.locator(".stage .film").boundingBox();
  const margins = film && {
    left: Math.round(picture.x - film.x),
    top: Math.round(picture.y - film.y),
    right: Math.round(film.x + film.width - picture.x - picture.width),
    bottom: Math.round(film.y + film.height - picture.y - picture.height),
  };
  expect(margins).toEqual({ left: 12, top: 12, right: 12, bottom: 30 });
});

it("pans by trackpad, with the middle button, with Space and with the hand", async () => {
  const { page } = await openMarked([]);
  let before = await boxOf(page);
  await page.mouse.move(before.x + 300, before.y + 200);
  await page.mouse.wheel(12, 7);
  let after = await movedBox(page, before);
  expect(after).toEqual({ ...before, x: before.x - 12, y: before.y - 7 });

  before = after;
  await page.mouse.down({ button: "middle" });
  await page.mouse.move(before.x + 340, before.y + 180);
  await page.mouse.up({ button: "middle" });
  after = await movedBox(page, before);
  expect(after.width).toBe(before.width);

  // Space pans while a box is being drawn, and the box goes on.
  before = after;
  await page.locator(".picture").focus();
  await page.keyboard.press("b");
  const start = { x: before.x + 100, y: before.y + 100 };
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(start.x + 100, start.y + 100, { steps: 3 });
  await page.keyboard.down("Space");
  await page.mouse.move(start.x + 150, start.y + 130, { steps: 3 });
  await page.keyboard.up("Space");
  after = await movedBox(page, before);
  expect(after).toEqual({ ...before, x: before.x + 50, y: before.y + 30 });
  await page.mouse.move(start.x + 170, start.y + 150, { steps: 3 });
  await page.mouse.up();
  await page.keyboard.press("h");
  await untilDrawn(page);

  before = await boxOf(page);
  await page.mouse.move(before.x + 500, before.y + 300);
  await page.mouse.down();
  await page.mouse.move(before.x + 460, before.y + 320, { steps: 2 });
  await page.mouse.up();
  after = await movedBox(page, before);
  expect(after).toEqual({ ...before, x: before.x - 40, y: before.y + 20 });
  expect(pages.problems).toEqual([]);
});

it("two fingers move and zoom the view, and what the first one began is dropped", async () => {
  const { page } = await openMarked([], { width: 390, height: 844, touch: true });
  const before = await boxOf(page);
  const y = before.y + before.height / 2;
  const session = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", ...places: number[]) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: places.map((x, id) => ({ x, y, id })) });
  await touch("touchStart", 150);
  await touch("touchStart", 150, 250);
  await touch("touchMove", 100, 300);
  await touch("touchMove", 50, 350);
  await touch("touchEnd");
  const after = await movedBox(page, before);
  await expect.poll(async () => (await boxOf(page)).width / before.width).toBeCloseTo(3, 1);
  expect(after.x + after.width / 2).toBeLessThan(390);
  await pages.screenshot(page, "stage-phone");
  expect(pages.problems).toEqual([]);
});

it("shows a preview of the picture first, its file when zoomed in, and another picture when there is one", async () => {
  const id = await pages.createDocument("Photo");
  const put = async (name: string): Promise<void> => {
    const file = await readFile(path.join(projectRoot, name));
    const answer = await fetch(new URL(`/v1/documents/${id}/image`, pages.service.url), {
      method: "PUT",
      body: file,
    });
    expect(answer.status).toBe(200);
  };
  await put("test/fixtures/exif-landscape-6.jpg");
  const page = await pages.open(`/d/${id}`);
  await untilDrawn(page);
  const shown = (): Promise<string | null> => page.locator(".photo > img:not([hidden])").getAttribute("src");
  const first = await shown();
  await page.mouse.move(500, 400);
  for (let turn = 0; turn < 6; turn++) await page.mouse.wheel(0, -120);
  await expect.poll(shown).not.toContain("width=");
  expect(first).toContain("sha256=");
  await put("test/fixtures/libjpeg-turbo-444.jpg");
  await expect.poll(shown).not.toContain(/sha256=(\w+)/.exec(first ?? "")?.[1]);
  await untilDrawn(page);
  expect(pages.problems).toEqual([]);
});

it("lays a picture with transparent parts on white, as on its sheet, in the dark too", async () => {
  const id = await pages.createDocument("Logo");
  await pages.service.api.putImage(id, "gif/transparent.png");
  const page = await pages.open(`/d/${id}`, { scheme: "dark" });
  await untilDrawn(page);
  const box = await boxOf(page);
  expect(await colorAt(page, box.x + 2, box.y + 2)).toBe("255 255 255");
  await page.getByRole("button", { name: "Export" }).click();
  const preview = page.locator(".preview img");
  await preview.waitFor();
  const shown = await preview.boundingBox();
  expect(shown && (await colorAt(page, shown.x + 1, shown.y + 1))).toBe("255 255 255");

  await page.goto(new URL("/", pages.service.url).href);
  const card = page.locator(".card", { hasText: "Logo" }).locator(".thumb > img");
  await card.waitFor();
  const thumb = await card.boundingBox();
  const corner = (): Promise<string | null> =>
    thumb ? colorAt(page, thumb.x + 20, thumb.y + 20) : Promise.resolve(null);
  await expect.poll(corner).toBe("255 255 255");
  expect(pages.problems).toEqual([]);
});

it("shows others: their cursor, their name as text, what they select and what they draw", async () => {
  const { page, id } = await openMarked([
    {
      type: "box",
      geometry: { x: 100, y: 100, width: 200, height: 100 },
      style: { stroke: "#00aa00", fill: "#00aa00" },
    },
  ]);
  const name = "Mira <img src=x onerror=alert(1)>";
  const room = await untilLive(openRoom(pages.service.url, id, { name, actorId: "mira" }));
  const [mark] = room.annotations.value;
  room.presence.set({
    cursor: [600, 400],
    selection: [mark?.id],
    draft: {
      type: "ellipse",
      geometry: { cx: 900, cy: 600, rx: 100, ry: 50 },
      style: { stroke: "#0000ff", fill: "#0000ff" },
    },
  });
  await page.locator(".person").getByText(name, { exact: true }).waitFor();
  await page.locator(".tag").getByText(name, { exact: true }).waitFor();
  const box = await boxOf(page);
  const scale = box.width / 1_200;
  const cursor = await page.locator(".person").boundingBox();
  expect(cursor?.x).toBeCloseTo(box.x + 600 * scale, -0.5);
  expect(cursor?.y).toBeCloseTo(box.y + 400 * scale, -0.5);
  await expect(page.locator("rect.their").count()).resolves.toBe(1);
  const draft = { x: box.x + 900 * scale, y: box.y + 600 * scale };
  await expect.poll(() => colorAt(page, draft.x, draft.y)).toBe("0 0 255");
  await pages.screenshot(page, "stage-others");

  // A draft of a mark takes its place, with the mark's own look.
  room.presence.set({
    draft: { id: mark?.id, type: "box", geometry: { x: 800, y: 100, width: 200, height: 100 } },
  });
  const at = (x: number, y: number): Promise<string> => colorAt(page, box.x + x * scale, box.y + y * scale);
  await expect.poll(() => at(900, 150)).toBe("0 170 0");
  await expect.poll(() => at(200, 150)).toBe("255 255 255");

  const nameless = await untilLive(openRoom(pages.service.url, id, {}));
  nameless.presence.set({ cursor: [300, 600], selection: [mark?.id] });
  await page.locator(".person").getByText("Guest", { exact: true }).waitFor();
  await page.locator(".tag").getByText("Guest", { exact: true }).waitFor();
  nameless.close();
  // The other one has told no cursor since.
  await expect.poll(() => page.locator(".person").count()).toBe(0);

  // Whatever a client sends: nothing of it is drawn, and nothing breaks.
  room.presence.set({
    cursor: ["x"],
    selection: 7,
    draft: { type: "box", geometry: { x: 1e99 } },
    view: null,
  });
  await expect.poll(() => page.locator(".person").count()).toBe(0);
  await expect.poll(() => at(200, 150)).toBe("0 170 0");
  expect(pages.problems).toEqual([]);
});

it("shows changes of others at once", async () => {
  const { page, id } = await openMarked([]);
  const room = await untilLive(openRoom(pages.service.url, id));
  const box = await boxOf(page);
  const scale = box.width / 1_200;
  const at = (x: number, y: number): Promise<string> => colorAt(page, box.x + x * scale, box.y + y * scale);
  const geometry = { x: 100, y: 100, width: 100, height: 100 };
  const { id: made } = room.annotations.create({ type: "box", geometry, style: { fill: "#ff0000" } });
  await expect.poll(() => at(150, 150)).toBe("255 0 0");
  room.annotations.update(made, { geometry: { ...geometry, x: 500 } });
  await expect.poll(() => at(550, 150)).toBe("255 0 0");
  await expect.poll(() => at(150, 150)).toBe("255 255 255");
  room.annotations.delete(made);
  await expect.poll(() => at(550, 150)).toBe("255 255 255");
});
