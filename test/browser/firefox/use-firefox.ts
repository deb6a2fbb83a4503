import path from "node:path";
import { type Browser, type BrowserContext, firefox, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { PATIENCE_MS } from "../../support/patience.ts";
import type { usePages } from "../page/use-pages.ts";

/** What Firefox reports as errors of a page, and is none. */
const expected: readonly RegExp[] = [
  // A socket that finds no network.
  /^Firefox can’t establish a connection|^The connection to ws:/,
  // Playwright adds the style "body {}" while it makes a screenshot.
  /blocked an inline style .*'sha256-YjaKGiklmzC6wjXA513HAMmzus8VE61XCOT\+SmwNZWA='/,
];

/** Beside the Chromium of `usePages`, a real Firefox. Its problems are among those of `pages`. */
export function useFirefox({ service, problems }: ReturnType<typeof usePages>) {
  let browser: Browser;
  beforeAll(async () => {
    browser = await firefox.launch({
      // Firefox as it is on the machine, by WebDriver BiDi.
      channel: "moz-firefox",
      executablePath: path.join(import.meta.dirname, "start-firefox.ts"),
      firefoxUserPrefs: { "ui.prefersReducedMotion": 1 },
    });
  });
  // Pages that stay open work on.
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(() => browser.close());

  const openIn = async (context: BrowserContext, address: string): Promise<Page> => {
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    // Among them is what the content security policy blocked.
    page.on("pageerror", ({ message }) => {
      if (!expected.some((each) => each.test(message))) problems.push(message);
    });
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto(new URL(address, service.url).href);
    return page;
  };
  return {
    openIn,
    /** Opens an address in a profile of its own. */
    async open(address: string, { width = 1_400, height = 900 } = {}): Promise<Page> {
      const context = await browser.newContext({ viewport: { width, height }, locale: "en" });
      return openIn(context, address);
    },
  };
}
