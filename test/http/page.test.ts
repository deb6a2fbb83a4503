import { describe, expect, it } from "vitest";
import { call } from "../support/http.ts";

/** What browsers send for an address that a person opens. */
const BROWSER = { Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };

describe("R74 the page", () => {
  it("a browser gets it at the root, a program gets JSON", async () => {
    const page = await call("/", { headers: BROWSER });
    expect(page.headers.get("Content-Type")).toMatch(/^text\/html/);
    expect(await page.text()).toContain("<!doctype html>");
    for (const accept of [undefined, "*/*", "application/json", "application/json, text/html;q=0.9"]) {
      const answer = await call("/", accept === undefined ? {} : { headers: { Accept: accept } });
      expect(answer.headers.get("Content-Type")).toMatch(/^application\/json/);
      expect(answer.headers.get("Vary")).toMatch(/\bAccept\b/);
      expect(await answer.json()).toMatchObject({ name: "Acetate", documents: "/v1/documents" });
    }
  });

  it("every document has an address of its own, which needs no token", async () => {
    const page = await call("/d/6f9619ff-8b86-4d01-b42d-00cf4fc964ff", { headers: BROWSER });
    expect(page.status).toBe(200);
    expect(page.headers.get("Cache-Control")).toBe("no-cache");
    const html = await page.text();
    expect(html).toContain("<!doctype html>");
    expect(html).toMatch(/rel="modulepreload" href="\/page\/annotator-/);
    expect(await (await call("/", { headers: BROWSER })).text()).not.toContain("/page/annotator-");
  });

  it("runs nothing inline and loads nothing from another host", async () => {
    const page = await call("/", { headers: BROWSER });
    const policy = page.headers.get("Content-Security-Policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe-inline");
    expect(policy).not.toMatch(/https?:|\*/);
    const html = await page.text();
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?:/);
  });

  it("its files never change under their names", async () => {
    const html = await (await call("/", { headers: BROWSER })).text();
    const files = [...html.matchAll(/(?:src|href)="(\/page\/[^"]+)"/g)].flatMap(([, file]) => file ?? []);
    expect(files).toContainEqual(expect.stringMatching(/^\/page\/main-.*\.js$/));
    expect(files).toContainEqual(expect.stringMatching(/^\/page\/page-.*\.css$/));
    for (const file of files) {
      const answer = await call(file);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
      // A worker's script has its own policy.
      expect(answer.headers.get("Content-Security-Policy")).toContain("script-src 'self'");
      await answer.body?.cancel();
    }
    const missing = await call("/page/gone-ABCDEFGH.js");
    expect(missing.status).toBe(404);
    expect(missing.headers.get("Cache-Control")).not.toContain("immutable");
    await missing.body?.cancel();
  });
});
