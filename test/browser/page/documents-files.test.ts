import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { Document } from "../../../src/protocol/model/document.ts";
import { projectRoot } from "../../../tools/project.ts";
import { findSeriousProblems } from "./check-axe.ts";
import { usePages } from "./use-pages.ts";

const pages = usePages({ alone: true });
const fixture = (name: string) => readFile(path.join(projectRoot, "test/fixtures", name));
const photo = await fixture("falls.jpg");

/** Chooses files, as by the button. The types that a browser tells mean nothing. */
async function choose(page: Page, files: Record<string, Buffer>): Promise<void> {
  await page
    .locator("input[type=file]")
    .first()
    .setInputFiles(Object.entries(files).map(([name, buffer]) => ({ name, mimeType: "image/jpeg", buffer })));
}

async function find(title: string): Promise<Document[]> {
  const query = `q=${encodeURIComponent(title)}&include_deleted=true`;
  const answer = await fetch(new URL(`/v1/documents?${query}`, pages.service.url));
  return ((await answer.json()) as { items: Document[] }).items;
}

it("turns what only the browser reads into what the service takes, and says so", async () => {
  const page = await pages.open("/");
  await choose(page, { "Leaves.avif": await fixture("other/small.avif") });
  await page.getByText("Leaves.avif was turned into a picture that all browsers can show.").waitFor();
  await page.getByRole("link", { name: "Leaves" }).waitFor();
  const [leaves] = await find("Leaves");
  expect(leaves?.image).toMatchObject({ content_type: "image/jpeg", width: 120, height: 80 });
  await page.getByRole("button", { name: "Close" }).click();

  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><path d="M0 0h9v9z"/></svg>`;
  await choose(page, { "Stamp.avif": await fixture("other/transparent.avif"), "Plan.svg": Buffer.from(svg) });
  await page.getByText("2 files were turned into pictures that all browsers can show.").waitFor();
  const [stamp] = await find("Stamp");
  expect(stamp?.image).toMatchObject({ content_type: "image/png", width: 64, height: 64 });
  const [plan] = await find("Plan");
  expect(plan?.image).toMatchObject({ content_type: "image/png", width: 2048 });
  expect(pages.problems).toEqual([]);
});

it("says of each file that can't be added what it is, and adds the others", async () => {
  const page = await pages.open("/");
  await choose(page, {
    "empty.png": Buffer.alloc(0),
    "contract.jpg": Buffer.from("%PDF-1.7 and more"),
    "IMG_1.HEIC": Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"),
    "words.txt": Buffer.from("Hello"),
    "torn.jpg": Buffer.from(photo.subarray(0, 20)),
    [`${"n".repeat(300)}.jpg`]: photo,
    "<b>bold.jpg": photo,
  });
  for (const text of [
    "The file is empty.",
    "This is a PDF. Save the page as PNG or JPEG.",
    "This browser can’t read HEIC. Save it as JPEG, or add it in Safari.",
    "This is no picture that can be read here.",
    "The picture is damaged. Open it elsewhere and save it again.",
  ])
    await page.getByText(text).waitFor();
  await page.getByRole("link", { name: "<b>bold" }).waitFor();
  await page.getByRole("link", { name: "n".repeat(256) }).waitFor();
  await pages.screenshot(page, "documents-refused-light");
  expect(await findSeriousProblems(page)).toEqual([]);
  expect((await find("torn")).map(({ status }) => status)).toEqual(["deleted"]);
  expect(await find("contract")).toEqual([]);
  expect(pages.problems).toEqual([]);
});

it("takes a folder's pictures and pasted ones, and no links", async () => {
  const page = await pages.open("/");
  await page.getByRole("link", { name: "Leaves" }).waitFor();
  const folder = await mkdtemp(path.join(tmpdir(), "acetate-drop-"));
  try {
    await mkdir(path.join(folder, "Trip", "Day 2"), { recursive: true });
    await writeFile(path.join(folder, "Trip", "Beach.jpg"), photo);
    await writeFile(path.join(folder, "Trip", "Day 2", "Harbour.jpg"), photo);
    await writeFile(path.join(folder, "Trip", "notes.txt"), "A note");
    await writeFile(path.join(folder, "Trip", ".DS_Store"), "");
    await drop(page, [path.join(folder, "Trip")]);
    await page.getByRole("link", { name: "Beach" }).waitFor();
    await page.getByRole("link", { name: "Harbour" }).waitFor();
    await page.getByText("1 other file of the folder was left out.").waitFor();
  } finally {
    await rm(folder, { recursive: true });
  }

  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData("text/uri-list", "https://example.com/");
    for (const type of ["dragover", "drop"]) {
      const event = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data });
      // Otherwise the browser would go there.
      if (document.body.dispatchEvent(event)) throw new Error(`${type} was left to the browser`);
    }
  });
  await page.getByText("That is a link or a text.").waitFor();

  await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(60, 40);
    canvas.getContext("2d")?.fillRect(0, 0, 30, 20);
    const data = new DataTransfer();
    data.items.add(new File([await canvas.convertToBlob()], "image.png", { type: "image/png" }));
    document.body.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, clipboardData: data }));
  });
  await page.getByRole("link", { name: "Pasted picture" }).waitFor();
  expect(pages.problems).toEqual([]);
});

it("keeps what the network stopped, and goes on by itself", async () => {
  const page = await pages.open("/");
  await page.getByRole("link", { name: "Leaves" }).waitFor();
  await page.context().setOffline(true);
  await choose(page, { "Ferry.jpg": photo, "Quay.jpg": photo, "Crane.jpg": photo });
  await expect.poll(() => page.getByText("No network. It goes on when you are back.").count()).toBe(3);
  await pages.screenshot(page, "documents-offline-light");
  await page.context().setOffline(false);
  for (const name of ["Ferry", "Quay", "Crane"]) {
    await page.getByRole("link", { name }).waitFor();
    expect(await find(name)).toMatchObject([{ status: "active", image: { content_type: "image/jpeg" } }]);
  }
  expect(pages.problems).toEqual([]);
});

it("asks before what is being sent is lost, and leaves no empty document behind", async () => {
  const page = await pages.open("/");
  await page.getByRole("link", { name: "Leaves" }).waitFor();
  // The picture is on its way for good.
  await page.route("**/image", (route) =>
    route.request().method() === "PUT" ? undefined : route.continue(),
  );
  const questions: string[] = [];
  page.on("dialog", (dialog) => {
    questions.push(dialog.type());
    void dialog.accept();
  });
  await choose(page, { "Lighthouse.jpg": photo });
  await page.getByText(/% of/).waitFor();
  await expect.poll(async () => (await find("Lighthouse")).map(({ status }) => status)).toEqual(["active"]);
  // Browsers only ask those who have used the page.
  await page.getByRole("heading", { name: "Pictures" }).click();
  await page.reload();
  expect(questions).toEqual(["beforeunload"]);
  await expect.poll(async () => (await find("Lighthouse")).map(({ status }) => status)).toEqual(["deleted"]);
});

/** Drops files or folders of this machine, as from its file manager. */
async function drop(page: Page, files: string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  const send = (type: "dragEnter" | "dragOver" | "drop") =>
    session.send("Input.dispatchDragEvent", { type, x: 300, y: 300, data });
  await send("dragEnter");
  await send("dragOver");
  await page.getByText("Drop to add the pictures").waitFor();
  await pages.screenshot(page, "documents-drop-light");
  // What lies under the pointer is another element now, which has to take it, too.
  await send("dragOver");
  await send("drop");
}
