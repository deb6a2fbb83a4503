import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { CoverageReport } from "monocart-coverage-reports";
import type { CDPSession, Page } from "playwright-core";
import { bundlePage } from "../../../tools/page.ts";
import { projectRoot } from "../../../tools/project.ts";

/**
 * Whether the run measures what of the page's sources runs in Chromium: `PAGE_COVERAGE=1 npm run test:browser`. What the
 * tests in Node ran is added, if they were measured before: `PAGE_COVERAGE=1 npm run test:annotator`.
 */
const isMeasured = process.env["PAGE_COVERAGE"] === "1";

/** The least that must run in Node or in Chromium, in percent: a little less than ran when this was written. */
const THRESHOLDS = { lines: 95, branches: 90, functions: 95 };

const FOLDER = path.join(projectRoot, "coverage/page");
/** What the tests in Node ran, as `test/annotator/vitest.config.ts` left it. */
const RUN_IN_NODE = path.join(projectRoot, "coverage/annotator/v8");
/** What each page has run, until all of it is known. */
const KEPT = path.join(FOLDER, "kept");

/** What V8 says of a script. */
interface Entry {
  url: string;
  functions: unknown[];
}

const watched = new WeakMap<Page, CDPSession>();

/** Begins to watch a page, through all of its loads. */
export async function watchCoverage(page: Page): Promise<void> {
  if (!isMeasured) return;
  const session = await page.context().newCDPSession(page);
  watched.set(page, session);
  page.on("crash", () => watched.delete(page));
  await session.send("Profiler.enable");
  await session.send("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  // What a page has run is forgotten with it. (Of one that a link or a script leaves, V8 can't be asked in time.)
  const [goto, reload] = [page.goto.bind(page), page.reload.bind(page)];
  page.goto = async (...args) => {
    await keepCoverage(page);
    return goto(...args);
  };
  page.reload = async (...args) => {
    await keepCoverage(page);
    return reload(...args);
  };
}

/** Keeps what a page that was watched has run since it was last asked. */
export async function keepCoverage(page: Page): Promise<void> {
  const session = watched.get(page);
  if (!session || page.isClosed()) return;
  try {
    const { result } = await session.send("Profiler.takePreciseCoverage");
    await keepEntries(result.filter(({ url }) => isScriptOfPage(url)));
  } catch (error) {
    // It went before it could answer.
    if (watched.has(page) && !page.isClosed()) throw error;
  }
}

async function keepEntries(entries: Entry[]): Promise<void> {
  if (entries.length > 0)
    await writeFile(path.join(KEPT, `${crypto.randomUUID()}.json`), JSON.stringify(entries));
}

/** A `globalSetup`: when all files have run, it prints how much of the page did, and fails if that is too little. */
export default async function reportCoverage(): Promise<(() => Promise<void>) | undefined> {
  if (!isMeasured) return undefined;
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(KEPT, { recursive: true });
  return printReport;
}

async function printReport(): Promise<void> {
  const report = new CoverageReport({
    name: "What of the page has run in tests",
    logging: "error",
    outputDir: FOLDER,
    clean: false,
    sourceFilter: (source) => /^src\/(annotator|page)\/.*\.tsx?$/.test(source),
    // In Node, V8 also tells of the tests, and of what runs them.
    entryFilter: ({ url }) => isScriptOfPage(url) || url.includes("/coverage/annotator/"),
    sourcePath: (source) => source.replace(/^.*?(?=src\/)/, ""),
    reports: [
      ["console-details", { skipPercent: 100, metrics: ["lines", "branches", "functions"] }],
      "v8",
      "json-summary",
    ],
  });
  const readScript = await readScripts();
  for (const name of await readdir(KEPT)) {
    const entries = JSON.parse(await readFile(path.join(KEPT, name), "utf8")) as Entry[];
    const scripts = entries.map((entry) => ({ ...entry, ...readScript(path.basename(entry.url)) }));
    if (scripts.length > 0) await report.add(scripts);
  }
  await rm(KEPT, { recursive: true });
  if (existsSync(RUN_IN_NODE)) await report.addFromDir(RUN_IN_NODE);
  else console.error("What runs in Node is missing here. First: PAGE_COVERAGE=1 npm run test:annotator");
  const results = await report.generate();
  for (const metric of ["lines", "branches", "functions"] as const) {
    const percent = Number(results?.summary[metric].pct ?? 0);
    if (percent >= THRESHOLDS[metric]) continue;
    console.error(`Of the page's ${metric}, ${percent} % ran, less than ${THRESHOLDS[metric]} %.`);
    process.exitCode = 1;
  }
}

function isScriptOfPage(url: string): boolean {
  return /\/page\/[^/]+\.js$/.test(url);
}

/** Finds a script of the page by its name, with its source map. */
async function readScripts(): Promise<(name: string) => { source: string; sourceMap: unknown }> {
  // With source maps it is the same, except for the hashes in names.
  const withoutHashes = (text: string): string => text.replaceAll(/-[A-Z0-9]{8}\./g, "-.");
  const { files } = await bundlePage(projectRoot, { sourcemap: "external" });
  const read = (name: string): string => Buffer.from(files.get(name) ?? []).toString();
  const names = [...files.keys()].filter((name) => name.endsWith(".js"));
  const maps = new Map(names.map((name) => [withoutHashes(read(name)), read(`${name}.map`)]));
  const scripts = new Map<string, { source: string; sourceMap: unknown }>();
  for (const name of await readdir(path.join(projectRoot, "public/page"))) {
    if (!name.endsWith(".js")) continue;
    const source = await readFile(path.join(projectRoot, "public/page", name), "utf8");
    const map = maps.get(withoutHashes(source));
    if (map !== undefined) scripts.set(name, { source, sourceMap: JSON.parse(map) });
  }
  return (name) => {
    const script = scripts.get(name);
    if (!script) throw new Error(`${name} is no script of the page`);
    return script;
  };
}
