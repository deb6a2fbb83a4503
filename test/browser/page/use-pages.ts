import { mkdir } from "node:fs/promises";
import path from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import type { Annotation, AnnotationDraft, AnnotationPatch } from "../../../src/protocol/model/annotation.ts";
import { findChromium } from "../../../tools/find-chromium.ts";
import { projectRoot } from "../../../tools/project.ts";
import { useService } from "../../client/support/service.ts";

/** Where the test run leaves its pictures of the page. */
const SCREENSHOTS = path.join(projectRoot, "coverage", "screenshots");

interface OpenOptions {
  width?: number;
  height?: number;
  scheme?: "light" | "dark";
  /** true: a phone, with touch. */
  touch?: boolean;
  language?: string;
}

/** A real service and a real Chromium for the tests of a file. Each opened page is a browser profile of its own. */
export function usePages(options: { secret?: string; variables?: Record<string, string> } = {}) {
  const variables = {
    ...options.variables,
    ...(options.secret !== undefined && { AUTH_SECRET: options.secret }),
  };
  const args = Object.entries(variables).flatMap(([name, value]) => ["--var", `${name}:${value}`]);
  const service = useService({ args });
  let browser: Browser;
  const problems: string[] = [];

  beforeAll(async () => {
    const executablePath = findChromium();
    if (executablePath === undefined)
      throw new Error("There is no Chromium: npm run test:browser says how to get it");
    // Without its sandbox it also starts for root, as in containers; it sees nothing but our own pages.
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  });
  afterAll(() => browser.close());

  return {
    service,
    /** Errors that pages reported: uncaught ones, and what the content security policy blocked. */
    problems,
    async open(address: string, options: OpenOptions = {}): Promise<Page> {
      const { width = 1400, height = 900, scheme = "light", touch = false, language = "en" } = options;
      const context: BrowserContextOptions = {
        viewport: { width, height },
        colorScheme: scheme,
        hasTouch: touch,
        isMobile: touch,
        locale: language,
        reducedMotion: "reduce",
      };
      const page = await (await browser.newContext(context)).newPage();
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("console", (message) => {
        if (message.text().includes("Content Security Policy")) problems.push(message.text());
      });
      await page.goto(new URL(address, service.url).href);
      return page;
    },
    async createDocument(title: string): Promise<string> {
      const answer = await fetch(new URL("/v1/documents", service.url), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ title, width: 1200, height: 800 }),
      });
      expect(answer.status).toBe(201);
      return ((await answer.json()) as { id: string }).id;
    },
    /** A mark of somebody else: a filled box, unless the fields say something else. */
    async createMark(documentId: string, fields: Partial<AnnotationDraft>): Promise<Annotation> {
      const geometry = { x: 100, y: 100, width: 100, height: 80 };
      const box = { type: "box", geometry, style: { fill: "#e2271c33" } };
      const answer = await fetch(new URL("/v1/annotations", service.url), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ document_id: documentId, ...box, ...fields }),
      });
      expect(answer.status).toBe(201);
      return (await answer.json()) as Annotation;
    },
    async createComment(documentId: string, markId: string, text: string): Promise<void> {
      const answer = await fetch(new URL(`/v1/documents/${documentId}/comments`, service.url), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ annotation_id: markId, text, author: "ana" }),
      });
      expect(answer.status).toBe(201);
    },
    /** Somebody else's change. */
    async updateMark(documentId: string, id: string, patch: AnnotationPatch): Promise<void> {
      const address = new URL(`/v1/annotations/${id}?document_id=${documentId}`, service.url);
      const { version } = (await (await fetch(address)).json()) as Annotation;
      const answer = await fetch(address, {
        method: "PATCH",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...patch, version }),
      });
      expect(answer.status).toBe(200);
    },
    async deleteMark(documentId: string, id: string): Promise<void> {
      const address = new URL(`/v1/annotations/${id}?document_id=${documentId}`, service.url);
      expect((await fetch(address, { method: "DELETE" })).status).toBe(204);
    },
    async screenshot(page: Page, name: string): Promise<void> {
      await mkdir(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
    },
  };
}
