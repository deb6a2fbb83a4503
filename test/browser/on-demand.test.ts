import { afterAll, beforeAll, expect, it } from "vitest";
import { ChromiumPage } from "./chromium.ts";
import { CALL, serveLibrary } from "./serve-library.ts";

let server: Awaited<ReturnType<typeof serveLibrary>>;
let page: ChromiumPage;

beforeAll(async () => {
  server = await serveLibrary();
  page = await ChromiumPage.open();
});
afterAll(async () => {
  await page.close();
  server.close();
});

it.each(["cut", 404] as const)(
  "what is loaded on demand is tried again after a failure (%s)",
  async (fault) => {
    const { state } = server;
    Object.assign(state, { fault, asked: 0 });
    await page.show(server.url, 100, 100);
    expect(state.asked).toBe(0);
    expect(await page.evaluate(CALL)).toMatch(
      /^AcetateError: load_failed: .* try again, or reload the page$/,
    );
    state.fault = "none";
    const before = state.asked;
    expect(await page.evaluate(CALL)).toBe("1");
    expect(state.asked).toBe(before + 1);
    expect(await page.evaluate(CALL)).toBe("1");
    expect(state.asked).toBe(before + 1);
  },
);
