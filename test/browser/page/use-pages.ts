import { mkdir } from "node:fs/promises";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Download,
  type Page,
} from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject } from "vitest";
import type { Annotation, AnnotationDraft, AnnotationPatch } from "../../../src/protocol/model/annotation.ts";
import { projectRoot } from "../../../tools/project.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { keepCoverage, watchCoverage } from "./page-coverage.ts";
import { useService, useSharedService } from "../../client/support/service.ts";

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

interface PagesOptions {
  /** With tokens. */
  secret?: string;
  variables?: Record<string, string>;
  /** true: nobody else has documents in the service. */
  alone?: boolean;
}

/**
 * A real service and a real Chromium, which other files may use at the same time; the service is this file's own if the
 * options ask for something special. Each opened page is a browser profile of its own.
 */
export function usePages({ secret, variables, alone }: PagesOptions = {}) {
  const all = { ...variables, ...(secret !== undefined && { AUTH_SECRET: secret }) };
  const args = Object.entries(all).flatMap(([name, value]) => ["--var", `${name}:${value}`]);
  const service = alone || args.length > 0 ? useService({ args }) : useSharedService();
  let browser: Browser;
  const problems: string[] = [];

  beforeAll(async () => {
    browser = await chromium.connect(inject("sharedBrowser"));
  });
  /** The pages that the running test opened. They don't stay open: each works on, as long as it is. */
  let opened: Page[] = [];
  beforeEach(() => {
    opened = [];
  });
  afterEach(async () => {
    for (const page of opened) {
      await keepCoverage(page);
      await page.context().close();
    }
  });
  // Ends the connection, and what it opened.
  afterAll(() => browser.close());

  return {
    service,
    /** Errors that pages reported: uncaught ones, and what the content security policy blocked. */
    problems,
    async open(address: string, options: OpenOptions = {}): Promise<Page> {
      const { width = 1400, height = 900, scheme = "light", touch = false, language = "en" } = options;
      const profile: BrowserContextOptions = {
        viewport: { width, height },
        colorScheme: scheme,
        hasTouch: touch,
        isMobile: touch,
        locale: language,
        reducedMotion: "reduce",
      };
      const context = await browser.newContext(profile);
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      opened.push(page);
      await watchCoverage(page);
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

/** The file that a page gave to its person. The browser keeps it, not this process. */
export async function readDownload(download: Download): Promise<Buffer> {
  return buffer(await download.createReadStream());
}
