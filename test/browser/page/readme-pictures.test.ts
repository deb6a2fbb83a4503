import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { connect, type AnnotationDraft } from "../../../src/client/index.ts";
import { projectRoot } from "../../../tools/project.ts";
import { usePages } from "./use-pages.ts";

/**
 * The pictures of the page in the README. `UPDATE_PICTURES=1` writes them anew; otherwise they are only made, so that
 * the README shows nothing that can't be had.
 */
const pages = usePages({ alone: true });

/** Marks are placed on a picture of this width. */
const WIDTH = 1_344;

function parse(text: string): [number, number][] {
  return text.split(" ").map((pair) => {
    const [x = 0, y = 0] = pair.split(",").map(Number);
    return [(x * 1_800) / WIDTH, (y * 1_800) / WIDTH];
  });
}

function pen(color: string, isFilled = false): AnnotationDraft["style"] {
  return { stroke: color, fill: isFilled ? `${color}29` : null, stroke_width: 4, font_size: 34 };
}

const edge = "527,325 610,313 690,277 762,262 790,241 850,208 930,186 992,148 1068,84 1120,58";
const fall = "1090,74 1120,70 1122,150 1104,300 1084,430 1072,600 1064,806 838,806 884,556 962,300 1012,190";
const moss = "520,690 534,640 566,592 618,556 690,536 726,572 724,650 640,694";
const marks: AnnotationDraft[] = [
  { type: "polyline", geometry: { points: parse(edge) }, style: pen("#ffe714"), labels: ["Edge"] },
  {
    type: "polygon",
    geometry: { points: parse(fall) },
    style: pen("#0fa989", true),
    labels: ["Fall"],
    text: "main",
  },
  { type: "polygon", geometry: { points: parse(moss) }, style: pen("#63d97b", true), labels: ["Moss"] },
  {
    type: "freehand",
    geometry: { points: parse("541,424 475,446 491,470 449,536 429,592 337,630") },
    style: pen("#e28401"),
    labels: ["Path"],
  },
  { type: "arrow", geometry: { points: parse("276,556 409,566") }, style: pen("#e28401") },
  { type: "text", geometry: { x: 88, y: 722 }, text: "Path washed out", style: pen("#ffffff") },
  {
    type: "ellipse",
    geometry: { cx: 509, cy: 431, rx: 104, ry: 23 },
    style: pen("#1f58fb"),
    labels: ["Hill"],
  },
  {
    type: "box",
    geometry: { x: 351, y: 832, width: 99, height: 54 },
    style: pen("#fca0de", true),
    labels: ["Bridge"],
    review: "approved",
  },
  {
    type: "box",
    geometry: { x: 845, y: 908, width: 24, height: 27 },
    style: pen("#e2271c"),
    labels: ["Walker"],
  },
];

async function keep(page: Page, name: string): Promise<void> {
  const picture = await page.screenshot({ type: "jpeg", quality: 85 });
  if (process.env["UPDATE_PICTURES"] !== "1") return;
  await writeFile(path.join(projectRoot, "docs/images", `${name}.jpg`), picture);
}

it("shows the annotator with two people, light, dark and on a phone, and the list", async () => {
  const id = await pages.createDocument("Seljalandsfoss, April");
  await fetch(new URL(`/v1/documents/${id}/image`, pages.service.url), {
    method: "PUT",
    headers: { "content-type": "image/jpeg" },
    body: await readFile(path.join(projectRoot, "test/fixtures/falls.jpg")),
  });
  const mira = connect(pages.service.url, id, { name: "Mira" });
  for (const mark of marks) mira.annotations.create(mark);
  await mira.allSaved();
  const [, waterfall] = mira.annotations.value;
  mira.presence.set({ cursor: [1_010, 700], selection: [waterfall?.id] });

  for (const scheme of ["light", "dark"] as const) {
    const page = await pages.open(`/d/${id}`, { scheme });
    await page.getByText("Mira", { exact: true }).first().waitFor();
    await page.locator(".stage[data-drawn]").waitFor();
    await page.getByText("Walker").first().waitFor();
    await keep(page, `annotator-${scheme}`);
    await page.close();
  }
  const phone = await pages.open(`/d/${id}`, { width: 390, height: 844, touch: true });
  await phone.locator(".stage[data-drawn]").waitFor();
  await keep(phone, "annotator-phone");
  const list = await pages.open("/");
  await list.locator(".card img").first().waitFor();
  await keep(list, "documents");
  mira.close();
  expect(pages.problems).toEqual([]);
});
