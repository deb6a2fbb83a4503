import { sign } from "hono/jwt";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { Annotation } from "../../../src/protocol/model/annotation.ts";
import type { Comment } from "../../../src/protocol/model/comment.ts";
import { findSeriousProblems } from "./check-axe.ts";
import { Picture } from "./use-picture.ts";
import { usePages } from "./use-pages.ts";

const secret = "a secret of the page's tests, long enough for the service";
const pages = usePages({ secret });

function makeToken(claims: object): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  return sign(
    { sub: "olga", role: "editor", doc: "*", iat: now, exp: now + 86_400, ...claims },
    secret,
    "HS256",
  );
}

async function request<T>(
  path: string,
  body?: object,
  sub = "ada",
  method = body ? "POST" : "GET",
): Promise<T> {
  const token = await makeToken({ role: "admin", sub, name: sub === "ada" ? "Ada" : sub });
  const answer = await fetch(new URL(path, pages.service.url), {
    method,
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  expect(answer.ok).toBe(true);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

async function createDocument(title: string): Promise<string> {
  return (await request<{ id: string }>("/v1/documents", { title, width: 1200, height: 800 })).id;
}

function createMark(documentId: string, label: string, x: number): Promise<Annotation> {
  const geometry = { x, y: 200, width: 160, height: 120 };
  return request("/v1/annotations", { document_id: documentId, type: "box", geometry, labels: [label] });
}

function listComments(documentId: string): Promise<{ items: Comment[] }> {
  return request(`/v1/documents/${documentId}/comments`);
}

function addComment(documentId: string, body: object, sub?: string): Promise<Comment> {
  return request(`/v1/documents/${documentId}/comments`, body, sub);
}

async function openAs(
  documentId: string,
  claims: object,
  options?: Parameters<typeof pages.open>[1],
): Promise<Picture> {
  const page = await pages.open(`/d/${documentId}#token=${await makeToken(claims)}`, options);
  // Before, the picture has no size, and no tool works.
  await page.locator(".stage[data-drawn]").waitFor();
  return new Picture(page, documentId, pages.service);
}

const olga = { sub: "olga", name: "Olga" };
const mira = { sub: "mira", name: "Mira" };

function thread(page: Page) {
  return page.locator(".thread");
}

async function setOnline(page: Page, isOnline: boolean): Promise<void> {
  await page.context().setOffline(!isOnline);
  await page.evaluate((online) => {
    const annotator = document.querySelector("acetate-annotator") as unknown as {
      room: { disconnect(): void; reconnect(): void };
    };
    if (online) annotator.room.reconnect();
    else annotator.room.disconnect();
  }, isOnline);
}

function field(page: Page) {
  return thread(page).getByRole("textbox");
}

it("shows two people what the other one says, live: begin, reply, change, resolve, reopen, delete", async () => {
  const id = await createDocument("Ground floor");
  await createMark(id, "Door", 200);
  const [one, two] = [await openAs(id, olga), await openAs(id, mira)];
  await one.page.keyboard.press("c");
  await one.click(200, 260);
  await field(one.page).fill("Is this wall load-bearing?");
  await one.page.keyboard.press("Shift+Enter");
  await one.page.keyboard.type("I mean this one");
  await one.page.keyboard.press("Enter");
  expect(await field(one.page).inputValue()).toBe("");

  const pin = two.page.getByRole("button", { name: "Door: 1 comment, unread" });
  await pin.click();
  await thread(two.page).getByText("Olga").waitFor();
  expect(await thread(two.page).locator(".said p").innerText()).toBe(
    "Is this wall load-bearing?\nI mean this one",
  );
  expect(await thread(two.page).getByRole("button", { name: "Edit" }).count()).toBe(0);
  await field(two.page).fill("Yes");
  await two.page.keyboard.press("Enter");
  await thread(one.page).getByText("Yes", { exact: true }).waitFor();
  await one.page.getByRole("button", { name: "Door: 2 comments" }).waitFor();

  await thread(two.page).getByRole("button", { name: "Edit" }).click();
  await thread(two.page).getByRole("textbox", { name: "Change your comment" }).fill("Yes, all of it");
  await two.page.keyboard.press("Enter");
  await thread(one.page).getByText("Yes, all of it").waitFor();
  await thread(one.page).getByText("edited").waitFor();

  await thread(two.page).getByRole("button", { name: "Resolve" }).click();
  await thread(one.page).getByText("Resolved by Mira").waitFor();
  await expect.poll(() => one.page.locator(".pin").count()).toBe(0);
  await one.page.getByRole("tab", { name: "Comments" }).click();
  await one.page.getByText("Everything is resolved.").waitFor();
  await one.page.getByRole("radio", { name: "All" }).check();
  await one.page.locator(".pin.resolved").waitFor();
  await thread(one.page).getByRole("button", { name: "Reopen" }).click();
  await two.page.getByRole("button", { name: "Door: 2 comments" }).waitFor();

  await thread(two.page).getByRole("button", { name: "Delete" }).click();
  await thread(two.page).getByText("Delete this comment?").waitFor();
  await thread(two.page).getByRole("button", { name: "Delete" }).last().click();
  await one.page.getByRole("button", { name: "Door: 1 comment" }).waitFor();
  expect((await listComments(id)).items).toHaveLength(1);
  expect(pages.problems).toEqual([]);
});

it("completes names, tints them, and lists what addresses this person; markup stays text", async () => {
  const id = await createDocument("First floor");
  const door = await createMark(id, "Door", 200);
  const window = await createMark(id, "Window", 600);
  const hostile = '<img src=x onerror="alert(1)"> @Mira';
  await addComment(id, { annotation_id: window.id, text: hostile });
  await addComment(id, { annotation_id: door.id, text: "Nothing for anybody" });
  const [one, two] = [await openAs(id, olga), await openAs(id, mira)];

  await one.page.getByRole("button", { name: /^Window: 1 comment/ }).click();
  expect(await thread(one.page).locator(".said p").innerText()).toBe(hostile);
  expect(await thread(one.page).locator("img").count()).toBe(0);
  await field(one.page).pressSequentially("Ask @mi");
  await one.page.getByRole("option", { name: "Mira" }).waitFor();
  await one.page.keyboard.press("Enter");
  expect(await field(one.page).inputValue()).toBe("Ask @Mira ");
  await field(one.page).pressSequentially("please");
  await one.page.keyboard.press("Enter");
  await thread(one.page).locator(".said", { hasText: "please" }).locator(".at").waitFor();

  await two.page.getByRole("tab", { name: "Comments" }).click();
  await expect.poll(() => two.page.locator(".thread-row").count()).toBe(2);
  await two.page.getByRole("radio", { name: "Mine" }).check();
  await expect.poll(() => two.page.locator(".thread-row").count()).toBe(1);
  await two.page.locator(".thread-row").click();
  await thread(two.page).getByText("Ask @Mira please").waitFor();
  expect(await two.page.locator("h2", { hasText: "Window" }).count()).toBeGreaterThan(0);
  expect(pages.problems).toEqual([]);
});

it("knows what is unread over reloads, by person and browser", async () => {
  const id = await createDocument("Second floor");
  const door = await createMark(id, "Door", 200);
  const first = await addComment(id, { annotation_id: door.id, text: "New here" });
  const { page } = await openAs(id, olga);
  await page.locator(".notes.unread").waitFor();
  await page.getByRole("button", { name: "Door: 1 comment, unread" }).waitFor();
  await page.locator(".notes.unread").click();
  await thread(page).getByText("New here").waitFor();
  await page.getByRole("button", { name: "Door: 1 comment", exact: true }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Door: 1 comment", exact: true }).waitFor();
  await addComment(id, { annotation_id: door.id, reply_to: first.id, text: "And more" });
  await page.getByRole("button", { name: "Door: 2 comments, unread" }).waitFor();
  await page.getByRole("tab", { name: "Comments" }).click();
  await page.getByRole("radio", { name: /Unread 1/ }).check();
  await page.locator(".thread-row.unread").waitFor();
  expect(pages.problems).toEqual([]);
});

it("keeps what was typed, and sends offline comments later", async () => {
  const id = await createDocument("Attic");
  const door = await createMark(id, "Door", 200);
  const one = await openAs(id, olga);
  const { page } = one;
  await page.keyboard.press("c");
  await one.click(200, 260);
  await field(page).fill("Half a thought");
  await page.keyboard.press("Escape");
  await thread(page).waitFor({ state: "detached" });
  await page.reload();
  await page.getByRole("option", { name: /Door/ }).click();
  await page.getByRole("button", { name: "Comment", exact: true }).last().click();
  await expect.poll(() => field(page).inputValue()).toBe("Half a thought");

  await setOnline(page, false);
  await field(page).press("Enter");
  await thread(page).getByText("Waits until you are online").waitFor();
  await pages.screenshot(page, "thread-offline-light");
  await setOnline(page, true);
  const texts = async (): Promise<string[]> => (await listComments(id)).items.map(({ text }) => text);
  await expect.poll(texts).toEqual(["Half a thought"]);
  await thread(page).getByText("Waits until you are online").waitFor({ state: "detached" });

  // The mark is deleted meanwhile: the service does not take it, and the words are not lost.
  await setOnline(page, false);
  await field(page).fill("The other half");
  await field(page).press("Enter");
  await request(`/v1/annotations/${door.id}`, undefined, "ada", "DELETE");
  await setOnline(page, true);
  await thread(page).getByText("Someone has already deleted the mark.").waitFor();
  await thread(page).getByText("The other half").waitFor();
  expect(await page.locator(".toast.refused").count()).toBe(0);
  await pages.screenshot(page, "thread-refused-light");
  await thread(page).getByRole("button", { name: "Dismiss" }).click();
  await thread(page).getByText("The other half").waitFor({ state: "detached" });
  expect(await texts()).toEqual(["Half a thought"]);
  expect(pages.problems).toEqual([]);
});

it("shows a point to comment on, and makes it only where something is said: nothing is left to undo", async () => {
  const id = await createDocument("Roof");
  const one = await openAs(id, olga);
  const { page } = one;
  await page.keyboard.press("c");
  await one.click(500, 400);
  await field(page).waitFor();
  const shown = page.locator(".overlay > g > g > g");
  await expect.poll(() => shown.count()).toBe(1);
  await thread(page).getByText("Point").waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => shown.count()).toBe(0);
  expect(await page.getByRole("button", { name: "Undo" }).isDisabled()).toBe(true);
  expect(await page.getByRole("option", { name: /Point/ }).count()).toBe(0);
  await one.click(500, 400);
  await field(page).fill("Here");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Point: 1 comment" }).waitFor();
  expect(await page.getByRole("option", { name: /Point/ }).count()).toBe(1);

  // By keyboard alone: arrows move a crosshair, Enter clicks.
  await page.locator(".picture").focus();
  await page.keyboard.press("ArrowRight");
  for (let step = 0; step < 4; step += 1) await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Enter");
  await field(page).fill("And there");
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await listComments(id)).items).toHaveLength(2);
  expect(pages.problems).toEqual([]);
});

it("has several threads on one mark, each with a pin that no other one hides; a locked mark has them, too", async () => {
  const id = await createDocument("Cellar");
  const door = await createMark(id, "Door", 200);
  await createMark(id, "Window", 600);
  const near = await createMark(id, "Near", 420);
  await request(`/v1/annotations/${door.id}`, { version: 1, properties: { locked: true } }, "ada", "PATCH");
  await addComment(id, { annotation_id: door.id, text: "The first matter" });
  await addComment(id, { annotation_id: near.id, text: "Not of the door" });
  const one = await openAs(id, olga);
  const { page } = one;
  await page.getByRole("button", { name: "Door: 1 comment, unread" }).waitFor();
  await page.keyboard.press("c");
  await one.click(200, 260);
  await thread(page)
    .getByRole("textbox", { name: /^Comment/ })
    .fill("Another matter");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.getByRole("button", { name: /^Door: 1 comment/ }).count()).toBe(2);
  const places = async () => {
    const boxes = await Promise.all((await page.locator(".pin").all()).map((pin) => pin.boundingBox()));
    return { boxes, open: await thread(page).boundingBox() };
  };
  await expect
    .poll(async () => {
      const { boxes, open } = await places();
      return boxes.filter(
        (pin) =>
          pin &&
          open &&
          pin.x < open.x + open.width &&
          open.x < pin.x + pin.width &&
          pin.y < open.y + open.height &&
          open.y < pin.y + pin.height,
      ).length;
    })
    .toBe(0);
  await pages.screenshot(page, "threads-on-one-mark");
  await thread(page)
    .getByRole("button", { name: /The first matter/ })
    .click();
  await thread(page).locator(".said", { hasText: "The first matter" }).waitFor();
  await thread(page)
    .getByRole("button", { name: /Another matter/ })
    .waitFor();
  await thread(page).getByRole("button", { name: "New thread" }).click();
  await field(page).fill("A third one");
  await page.keyboard.press("Enter");
  await expect
    .poll(async () => (await listComments(id)).items.filter((each) => each.reply_to === null))
    .toHaveLength(4);
  await page.keyboard.press("Escape");
  await thread(page).waitFor({ state: "detached" });
  expect(pages.problems).toEqual([]);
});

it("tells of changes, settling and deleting that wait, and tries again what was refused", async () => {
  const id = await createDocument("Porch");
  const door = await createMark(id, "Door", 200);
  const first = await addComment(id, { annotation_id: door.id, text: "Is it safe?" }, "olga");
  await addComment(id, { annotation_id: door.id, reply_to: first.id, text: "Hardly" }, "olga");
  const one = await openAs(id, olga);
  const { page } = one;
  const said = (text: string) => thread(page).locator(".said", { hasText: text });
  const waits = "Waits until you are online";
  await page.getByRole("button", { name: "Door: 2 comments" }).click();
  await setOnline(page, false);
  await said("Is it safe?").getByRole("button", { name: "Edit" }).click();
  await thread(page).getByRole("textbox", { name: "Change your comment" }).fill("Is it safe now?");
  await page.keyboard.press("Enter");
  await said("Is it safe now?").getByText(waits).waitFor();
  expect(await said("Hardly").getByText(waits).count()).toBe(0);
  await said("Hardly").getByRole("button", { name: "Delete" }).click();
  await said("Hardly").getByRole("button", { name: "Delete" }).last().click();
  await said("This comment was deleted.").getByText(waits).waitFor();
  await thread(page).getByRole("button", { name: "Resolve" }).click();
  await thread(page).locator(".resolved").getByText(waits).waitFor();
  await pages.screenshot(page, "thread-changes-waiting");
  await setOnline(page, true);
  await thread(page).getByText(waits).first().waitFor({ state: "detached" });
  await expect
    .poll(async () => (await listComments(id)).items)
    .toMatchObject([{ text: "Is it safe now?", resolved: true }]);

  await setOnline(page, false);
  await thread(page).getByRole("button", { name: "Reopen" }).click();
  await thread(page).getByText("Reopened").waitFor();
  await field(page).fill("I say no");
  await page.keyboard.press("Enter");
  await request(`/v1/annotations/${door.id}?document_id=${id}`, undefined, "ada", "DELETE");
  await setOnline(page, true);
  await thread(page).getByText("Not sent.").waitFor();
  expect(await thread(page).getByRole("button", { name: "Try again" }).count()).toBe(0);
  await page.evaluate((markId) => {
    const annotator = document.querySelector("acetate-annotator") as unknown as {
      room: { annotations: { restore(id: string): void } };
    };
    annotator.room.annotations.restore(markId);
  }, door.id);
  await thread(page).getByRole("button", { name: "Try again" }).click();
  await thread(page).getByText("Not sent.").waitFor({ state: "detached" });
  await expect
    .poll(async () => (await listComments(id)).items.map(({ text }) => text))
    .toEqual(["Is it safe now?", "I say no"]);
  expect(pages.problems).toEqual([]);
});

it("looks right in light and dark, on a phone, from right to left, and for axe", async () => {
  const id = await createDocument("Seljalandsfoss, April");
  const door = await createMark(id, "Edge", 300);
  const window = await createMark(id, "Bridge", 700);
  const first = await addComment(id, {
    annotation_id: door.id,
    text: "The edge has moved since 2019. Can you trace it again, up to the fall?",
  });
  await addComment(
    id,
    { annotation_id: door.id, reply_to: first.id, text: "Traced. @Ada, does it look right?" },
    "Jonas",
  );
  await addComment(id, { annotation_id: window.id, text: "Is it open in winter? @Olga" });
  for (const scheme of ["light", "dark"] as const) {
    const { page } = await openAs(id, olga, { scheme });
    await page.getByRole("button", { name: /^Edge: 2 comments/ }).click();
    await page.getByRole("tab", { name: "Comments" }).click();
    await thread(page).getByText("Traced.").waitFor();
    expect(await findSeriousProblems(page)).toEqual([]);
    await pages.screenshot(page, `comments-${scheme}`);
    const phone = await openAs(id, olga, { scheme, width: 390, height: 844, touch: true });
    await phone.page.getByRole("button", { name: /^Edge: 2 comments/ }).click();
    await thread(phone.page).getByText("Traced.").waitFor();
    expect(await findSeriousProblems(phone.page)).toEqual([]);
    await pages.screenshot(phone.page, `comments-phone-${scheme}`);
    await page.context().close();
    await phone.page.context().close();
  }
  const { page } = await openAs(id, olga, { language: "de" });
  await page.evaluate(() => (document.documentElement.dir = "rtl"));
  await page.getByRole("button", { name: /^Edge: 2 Kommentare/ }).click();
  await page.getByRole("tab", { name: "Kommentare" }).click();
  await thread(page).getByText("Traced.").waitFor();
  await pages.screenshot(page, "comments-rtl");
  expect(pages.problems).toEqual([]);
});

it("R71 lets a viewer with the claim comment, and another viewer only read", async () => {
  const id = await createDocument("Garden");
  const door = await createMark(id, "Door", 200);
  await addComment(id, { annotation_id: door.id, text: "Hello" });
  const commenter = await openAs(id, { sub: "carl", name: "Carl", role: "viewer", comment: true });
  await commenter.page.getByRole("button", { name: "Comment", exact: true }).click();
  await commenter.click(700, 600);
  await commenter.page.getByText("Choose a mark to comment on").waitFor();
  await commenter.page.getByRole("button", { name: /^Door: 1 comment/ }).click();
  await field(commenter.page).fill("Hello, Ada");
  await commenter.page.keyboard.press("Enter");
  await expect.poll(async () => (await listComments(id)).items).toHaveLength(2);

  const viewer = await openAs(id, { sub: "vera", name: "Vera", role: "viewer" });
  await viewer.page.getByText("View only").first().waitFor();
  expect(await viewer.page.getByRole("button", { name: "Comment", exact: true }).count()).toBe(0);
  await viewer.page.getByRole("button", { name: /^Door: 2 comments/ }).click();
  await thread(viewer.page).getByText("You can read comments here").waitFor();
  expect(await field(viewer.page).count()).toBe(0);
  expect(await thread(viewer.page).getByRole("button", { name: "Resolve" }).count()).toBe(0);
  expect(pages.problems).toEqual([]);
});

it("moves an open thread with the picture without measuring the page in each frame", async () => {
  const id = await createDocument("Cellar");
  const door = await createMark(id, "Door", 200);
  await addComment(id, { annotation_id: door.id, text: "Hello" });
  const { page } = await openAs(id, olga);
  await page.getByRole("button", { name: /^Door: 1 comment/ }).click();
  await thread(page).getByText("Hello").waitFor();
  await page.evaluate(() => {
    const root = document.querySelector("acetate-annotator")?.shadowRoot;
    const element = root?.querySelector(".thread");
    if (!element) throw new Error("no thread is open");
    const measure = element.getBoundingClientRect.bind(element);
    element.getBoundingClientRect = () => {
      document.body.dataset["measured"] = "yes";
      return measure();
    };
  });
  const placeOf = async () => (await thread(page).boundingBox())?.x ?? 0;
  const isMeasured = () => page.evaluate(() => document.body.dataset["measured"] === "yes");
  const before = await placeOf();
  await page.mouse.move(400, 600);
  for (let turn = 0; turn < 5; turn++) await page.mouse.wheel(-20, 0);
  await expect.poll(placeOf).toBeGreaterThan(before + 50);
  expect(await isMeasured()).toBe(false);
  // In a smaller window it has another place.
  await page.setViewportSize({ width: 1_000, height: 700 });
  await expect.poll(isMeasured).toBe(true);
  expect(pages.problems).toEqual([]);
});
