import { type AnnotationDraft, connect, type Room } from "../../../src/client/index.ts";
import { expect, it, onTestFinished } from "vitest";
import { usePages } from "./use-pages.ts";

const pages = usePages();

function enter(documentId: string, name: string): Room {
  const room = connect(pages.service.url, documentId, { name });
  onTestFinished(() => room.close());
  return room;
}

it("shows the picture as it was, what has changed since, and goes back", async () => {
  const id = await pages.createDocument("Ground floor");
  const jonas = enter(id, "Jonas");
  const box = {
    type: "box",
    geometry: { x: 200, y: 200, width: 300, height: 200 },
    labels: ["Bridge"],
  } satisfies AnnotationDraft;
  const bridge = jonas.annotations.create(box);
  const path = jonas.annotations.create({
    type: "arrow",
    geometry: {
      points: [
        [600, 300],
        [800, 500],
      ],
    },
  });
  await jonas.allSaved();
  await jonas.versions.create("First pass");
  jonas.annotations.update(bridge.id, { geometry: { ...box.geometry, x: 260 } });
  jonas.annotations.delete(path.id);
  jonas.annotations.create({ type: "ellipse", geometry: { cx: 900, cy: 300, rx: 90, ry: 60 } });
  await jonas.allSaved();

  const page = await pages.open(`/d/${id}`);
  await page.getByText("Saved").waitFor();
  await page.getByRole("tab", { name: "History" }).click();
  const entries = page.getByRole("tabpanel").getByRole("button", { name: /First pass|Jonas/ });
  await expect
    .poll(() => entries.allInnerTexts())
    .toEqual([
      expect.stringContaining("1 added, 1 changed, 1 removed"),
      expect.stringContaining("First pass"),
      expect.stringContaining("2 added"),
    ]);
  await entries.first().click();
  await page.getByText("You are looking at the past").waitFor();
  const legend = page.getByRole("list", { name: "What the signs mean" });
  await expect.poll(() => legend.innerText()).toMatch(/1 added\s+.*1 removed\s+.*1 changed/s);
  expect(await page.getByRole("button", { name: "Box", exact: true }).count()).toBe(0);
  await pages.screenshot(page, "history-light");

  // What happens meanwhile joins the history, and does not disturb.
  const slider = page.getByRole("slider", { name: "Point in time" });
  expect(await slider.getAttribute("max")).toBe("6");
  jonas.annotations.create({ type: "point", geometry: { x: 100, y: 700 } });
  await expect.poll(() => slider.getAttribute("max")).toBe("7");
  await slider.focus();
  await page.keyboard.press("Home");
  await expect.poll(() => slider.getAttribute("aria-valuetext")).toMatch(/^The beginning/);
  for (let step = 0; step < 4; step++) await page.keyboard.press("ArrowRight");
  await expect.poll(() => slider.getAttribute("aria-valuetext")).toMatch(/Kept as First pass/);
  await page.getByRole("button", { name: "Restore this" }).click();
  await expect
    .poll(() => jonas.annotations.value.map(({ id }) => id).toSorted())
    .toEqual([bridge.id, path.id].toSorted());
  expect(jonas.annotations.get(bridge.id)?.geometry).toEqual({ ...box.geometry });
  await page.getByText("Saved").waitFor();

  // And back again: the moment before has no version, so it is put together, and can be undone.
  await expect.poll(() => entries.first().innerText()).toContain("Went back to First pass");
  await entries.nth(1).click();
  await page.getByRole("button", { name: "Restore this" }).click();
  await expect
    .poll(() => jonas.annotations.value.map(({ type }) => type).toSorted())
    .toEqual(["box", "ellipse", "point"]);
  expect(jonas.annotations.get(bridge.id)?.geometry).toEqual({ ...box.geometry, x: 260 });
  expect(pages.problems).toEqual([]);
});

it("says for each step, each difference and each mark who it was", async () => {
  const id = await pages.createDocument("Ground floor");
  const jonas = enter(id, "Jonas");
  const mara = enter(id, "Mara");
  const box = {
    type: "box",
    geometry: { x: 200, y: 200, width: 300, height: 200 },
    labels: ["Bridge"],
  } satisfies AnnotationDraft;
  const bridge = jonas.annotations.create(box);
  const point = jonas.annotations.create({ type: "point", geometry: { x: 700, y: 400 } });
  await jonas.allSaved();
  await expect.poll(() => mara.annotations.value.length).toBe(2);
  mara.annotations.update(bridge.id, { geometry: { ...box.geometry, x: 260 } });
  mara.annotations.delete(point.id);
  await mara.allSaved();
  await jonas.versions.create("First pass");
  const comment = jonas.comments.create({ annotation_id: bridge.id, text: "Is it straight?" });
  await jonas.allSaved();
  await expect.poll(() => mara.comments.value.length).toBe(1);
  mara.comments.resolve(comment.id);
  await mara.allSaved();
  jonas.close();
  mara.close();

  const page = await pages.open(`/d/${id}`);
  await page.getByText("Saved").waitFor();
  await page.getByRole("option", { name: /Bridge/ }).click();
  await page.getByText("Drawn by Jonas, changed by Mara").waitFor();
  await page.getByRole("tab", { name: "History" }).click();
  const entries = page.getByRole("tabpanel").getByRole("button", { name: /First pass|Jonas/ });
  await expect
    .poll(() => entries.allInnerTexts())
    .toEqual([
      expect.stringContaining("Version 1, kept by Jonas"),
      expect.stringMatching(/Jonas and 1 other.*Jonas: 2 added.*Mara: 1 changed, 1 removed/s),
    ]);
  await entries.nth(1).click();
  const shares = page.getByRole("list", { name: "Who changed what" });
  // From before the first step, all that is there was added, and stays its drawer's.
  await expect.poll(() => shares.innerText()).toBe("Jonas: 1 added");
  const compared = page.getByLabel("Compared with");
  const slider = page.getByRole("slider", { name: "Point in time" });
  await expect.poll(() => slider.getAttribute("aria-valuetext")).toMatch(/Mara: Removed/);
  await slider.press("ArrowLeft");
  await expect.poll(() => slider.getAttribute("aria-valuetext")).toMatch(/Mara: Moved Bridge/);
  await slider.press("ArrowLeft");
  await expect.poll(() => slider.getAttribute("aria-valuetext")).toMatch(/Jonas: Added/);
  // The version is later: what this moment has more, somebody removed after it.
  await compared.selectOption({ label: "First pass" });
  await expect.poll(() => shares.innerText()).toBe("Mara, later: 1 changed, 1 removed");
  await expect
    .poll(() =>
      page
        .locator(".sign[data-tip]")
        .evaluateAll((signs) => signs.map((sign) => sign.getAttribute("data-tip"))),
    )
    .toEqual(["Mara, later", "Mara, later"]);
  await pages.screenshot(page, "history-who-light");
  await page.getByRole("button", { name: "Back to now" }).click();
  await page.getByRole("tab", { name: "Comments" }).click();
  await page.getByRole("radio", { name: "All" }).check();
  await page.getByText("Is it straight?").click();
  await page.getByText("Resolved by Mara").waitFor();
  expect(pages.problems).toEqual([]);
});

it("keeps a version under a name", async () => {
  const id = await pages.createDocument("Attic");
  const page = await pages.open(`/d/${id}`, { scheme: "dark", width: 390, height: 844, touch: true });
  await page.getByRole("button", { name: /marks, comments/i }).click();
  await page.getByRole("tab", { name: "History" }).click();
  await page.getByPlaceholder("Name of this version").fill("Before the review");
  await page.getByRole("button", { name: "Keep" }).click();
  await page.getByRole("button", { name: /Before the review/ }).click();
  await page.getByText("You are looking at the past").waitFor({ state: "attached" });
  await pages.screenshot(page, "history-phone-dark");
  await page.getByRole("button", { name: "Back to now" }).click();
  expect(pages.problems).toEqual([]);
});

it("restores a moment without a version in one step of undo", async () => {
  const id = await pages.createDocument("Cellar");
  const jonas = enter(id, "Jonas");
  const box = { x: 200, y: 200, width: 300, height: 200 };
  const kept = jonas.annotations.create({ type: "box", geometry: box });
  const gone = jonas.annotations.create({ type: "box", geometry: { ...box, x: 600 } });
  await jonas.allSaved();
  // Changed, and changed again before it goes: it comes back as it was last, which is later than the moment.
  jonas.annotations.update(gone.id, { geometry: { ...box, x: 700 } });
  await jonas.allSaved();
  jonas.annotations.delete(gone.id);
  jonas.annotations.update(kept.id, { geometry: { ...box, y: 400 } });
  await jonas.allSaved();
  const places = (): unknown =>
    [kept.id, gone.id].map((one) => {
      const geometry = jonas.annotations.get(one)?.geometry;
      return geometry && "x" in geometry ? [geometry.x, geometry.y] : null;
    });
  const now = places();

  const page = await pages.open(`/d/${id}`);
  await page.getByText("Saved").waitFor();
  await page.getByRole("tab", { name: "History" }).click();
  await page.getByRole("tabpanel").getByRole("button", { name: /Jonas/ }).first().click();
  const slider = page.getByRole("slider", { name: "Point in time" });
  await slider.focus();
  await page.keyboard.press("Home");
  for (let step = 0; step < 3; step++) await page.keyboard.press("ArrowRight");
  await page.getByRole("button", { name: "Restore this" }).click();
  await expect.poll(places).toEqual([
    [200, 200],
    [600, 200],
  ]);
  await page.getByText("Saved").waitFor();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect.poll(places).toEqual(now);
  expect(await page.getByRole("button", { name: "Undo", exact: true }).isDisabled()).toBe(true);
  await page.getByRole("button", { name: "Redo", exact: true }).click();
  await expect.poll(places).toEqual([
    [200, 200],
    [600, 200],
  ]);
  expect(pages.problems).toEqual([]);
});
