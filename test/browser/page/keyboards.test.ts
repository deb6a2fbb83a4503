import type { CDPSession, Page } from "playwright-core";
import { expect, it } from "vitest";
import { openPicture } from "./use-picture.ts";
import { usePages } from "./use-pages.ts";

const pages = usePages();

/** Begins to compose with an input method, as in Japanese. */
async function compose(page: Page, text: string): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send("Input.imeSetComposition", {
    text,
    selectionStart: text.length,
    selectionEnd: text.length,
  });
  return session;
}

/** As what Chromium and Firefox report a key while something is composed. */
const KEY_CODES: Readonly<Record<string, number>> = { Enter: 13, Escape: 27 };
/** As what Safari reports the key that ends a composition: when it is over, so that only the code says whose it is. */
const TAKEN = 229;

/** A key that types nothing by itself. */
async function press(session: CDPSession, key: string, code = KEY_CODES[key]): Promise<void> {
  for (const type of ["rawKeyDown", "keyUp"] as const)
    await session.send("Input.dispatchKeyEvent", {
      type,
      key,
      code: key,
      ...(code !== undefined && { windowsVirtualKeyCode: code }),
    });
}

it("a text takes what is composed, and the keys of the input method do not end it", async () => {
  const picture = await openPicture(pages, "Text");
  await picture.press("t");
  await picture.click(300, 300);
  const field = picture.page.locator("textarea.text-field");
  await field.waitFor();
  const session = await compose(picture.page, "じめん");
  await picture.press("Control+Enter", "Escape");
  expect(await field.inputValue()).toBe("じめん");
  await session.send("Input.insertText", { text: "地面" });
  await press(session, "Escape", TAKEN);
  expect(await field.inputValue()).toBe("地面");
  await picture.press("Escape");
  const [mark] = await picture.expectMarks(1);
  expect(mark?.text).toBe("地面");
  expect(pages.problems).toEqual([]);
});

it("the Enter that ends a composition sends no comment", async () => {
  const picture = await openPicture(pages, "Comment");
  await pages.createMark(picture.documentId, {});
  await picture.page.locator(".picture[aria-label*='1 mark.']").waitFor();
  await picture.press("c");
  await picture.click(150, 140);
  const field = picture.page.locator(".thread textarea");
  await field.waitFor();
  const session = await compose(picture.page, "はし");
  await press(session, "Enter");
  await press(session, "Escape");
  expect(await field.inputValue()).toBe("はし");
  await session.send("Input.insertText", { text: "橋" });
  await press(session, "Enter", TAKEN);
  await press(session, "Escape", TAKEN);
  expect(await field.inputValue()).toBe("橋");
  expect(await picture.page.locator(".all-said li").count()).toBe(0);
  await picture.press("Enter");
  await picture.page.locator(".all-said li", { hasText: "橋" }).waitFor();
});

it("a label is found by what is composed, and not taken by the keys that compose it", async () => {
  const picture = await openPicture(pages, "Label");
  await pages.createMark(picture.documentId, { labels: ["橋"] });
  await pages.createMark(picture.documentId, { labels: ["道"] });
  await picture.page.locator(".picture[aria-label*='2 marks']").waitFor();
  await picture.press("b", "/");
  const field = picture.page.getByRole("combobox");
  await field.waitFor();
  const session = await compose(picture.page, "みち");
  await picture.press("ArrowDown", "Enter");
  await session.send("Input.insertText", { text: "道" });
  await press(session, "Enter", TAKEN);
  expect(await field.isVisible()).toBe(true);
  expect(await field.inputValue()).toBe("道");
  await picture.press("Enter");
  await field.waitFor({ state: "hidden" });
  await picture.drag([400, 400], [500, 500]);
  const marks = await picture.expectMarks(3);
  expect(marks[2]?.labels).toEqual(["道"]);
});

it("keys that an input method takes choose no tool", async () => {
  const picture = await openPicture(pages, "Tools");
  await picture.page.locator(".picture").focus();
  const session = await picture.page.context().newCDPSession(picture.page);
  for (const type of ["rawKeyDown", "keyUp"] as const)
    await session.send("Input.dispatchKeyEvent", {
      type,
      key: "b",
      code: "KeyB",
      windowsVirtualKeyCode: 229,
    });
  expect(await picture.page.locator(".stage").getAttribute("data-tool")).toBe("select");
  await picture.press("b");
  await expect.poll(() => picture.page.locator(".stage").getAttribute("data-tool")).toBe("box");
});

it("a Mac has its own signs in the sheet of keys, ⌘ for Ctrl, and Option for Alt", async () => {
  const picture = await openPicture(pages, "Mac");
  const mark = await pages.createMark(picture.documentId, {});
  const { page } = picture;
  const session = await page.context().newCDPSession(page);
  const userAgent =
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/605.1.15";
  await session.send("Emulation.setUserAgentOverride", { userAgent });
  await page.reload();
  await picture.wait();
  await page.locator(".picture[aria-label*='1 mark.']").waitFor();
  await picture.press("?");
  const row = (name: string) => page.getByRole("dialog").locator("dt", { hasText: name }).locator("+ dd");
  expect(await row("Undo").innerText()).toMatch(/^⌘\s*Z$/);
  expect(await row("Show all").innerText()).toMatch(/^⌥\s*⇧\s*H$/);
  await picture.press("Escape");
  await picture.press("Meta+a", "Meta+d");
  await picture.expectMarks(2);
  await picture.press("Meta+z");
  await picture.expectMarks(1);
  await picture.press("Meta+a");
  const option = 1;
  for (const type of ["rawKeyDown", "keyUp"] as const)
    await session.send("Input.dispatchKeyEvent", { type, key: "¬", code: "KeyL", modifiers: option });
  await picture.expectMark(mark.id, ({ properties }) => properties["locked"] === true);
});

it("the key that opens the finder again in the moment in which Escape closes it is not lost", async () => {
  const { page } = await openPicture(pages, "Again");
  await page.keyboard.press("/");
  const field = page.getByRole("combobox", { name: "Find a label" });
  await field.waitFor();
  // Both in one task, as keys that come within one frame: `toggle` comes after them.
  await page.evaluate(() => {
    const root = document.querySelector("acetate-annotator")?.shadowRoot;
    const picture = root?.querySelector(".picture");
    root?.querySelector<HTMLElement>("#finder")?.hidePopover();
    const slash = { key: "/", code: "Slash", bubbles: true, composed: true, cancelable: true };
    picture?.dispatchEvent(new KeyboardEvent("keydown", slash));
    return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  });
  expect(await field.isVisible()).toBe(true);
  await page.keyboard.type("Door");
  expect(await field.inputValue()).toBe("Door");
  // It closes as before.
  await page.keyboard.press("Escape");
  await field.waitFor({ state: "hidden" });
  expect(pages.problems).toEqual([]);
});

it("on a French keyboard labels have their keys with Shift and without, and other signs keep theirs", async () => {
  const { page, documentId } = await openPicture(pages, "AZERTY");
  const labels = ["1", "2", "6"].map((key) => ({ name: `Label ${key}`, color: "#1f58fb", key }));
  await fetch(new URL(`/v1/documents/${documentId}/labels`, pages.service.url), {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ labels }),
  });
  await page.getByRole("button", { name: /Label 6/ }).waitFor();
  const type = (key: string, code: string, shiftKey = false): Promise<unknown> =>
    page.evaluate(
      (init) => {
        const root = document.querySelector("acetate-annotator")?.shadowRoot;
        const event = new KeyboardEvent("keydown", {
          ...init,
          bubbles: true,
          composed: true,
          cancelable: true,
        });
        root?.querySelector(".picture")?.dispatchEvent(event);
      },
      { key, code, shiftKey },
    );
  const chosen = (name: string) => page.getByRole("button", { name, pressed: true });
  await type("é", "Digit2");
  await chosen("Label 2").waitFor();
  await type("1", "Digit1", true);
  await chosen("Label 1").waitFor();
  await type("à", "Digit0");
  await chosen("Label 1").waitFor({ state: "hidden" });
  // A minus is on this key, too, and zooms where no label has the key.
  await type("-", "Digit6");
  await chosen("Label 6").waitFor();
  const zoom = page.getByRole("button", { name: /^Zoom:/ });
  const before = await zoom.innerText();
  await type("_", "Digit8");
  await expect.poll(() => zoom.innerText()).not.toBe(before);
  expect(pages.problems).toEqual([]);
});
