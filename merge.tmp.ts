// node merge.tmp.ts [node]: reports the snapshot, with Node's data if wanted
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { CoverageReport } from "monocart-coverage-reports";
const scripts = JSON.parse(await readFile("/tmp/cover/scripts.json", "utf8"));
const withNode = process.argv[2] === "node",
  chromium = process.argv[2] !== "only";
const report = new CoverageReport({
  name: "x",
  logging: "error",
  outputDir: "/tmp/cover/report-" + (process.argv[2] ?? "c"),
  clean: true,
  sourceFilter: (s: string) => /^src\/(annotator|page)\/.*\.tsx?$/.test(s),
  sourcePath: (s: string) => s.replace(/^.*?(?=src\/)/, ""),
  entryFilter: (entry: { url: string }) =>
    !entry.url.startsWith("file:") || (/coverage\/annotator\//.test(entry.url) && !/\/v8\//.test(entry.url)),
  reports: [
    ["console-summary", { metrics: ["lines", "branches", "functions"] }],
    "v8",
    "json",
    "json-summary",
  ],
});
if (chromium)
  for (const name of await readdir("/tmp/cover/kept")) {
    const entries = JSON.parse(await readFile("/tmp/cover/kept/" + name, "utf8"));
    const s = entries.map((e: { url: string }) => ({ ...e, ...scripts[path.basename(e.url)] }));
    if (s.length) await report.add(s);
  }
if (withNode || !chromium) await report.addFromDir("coverage/annotator/v8");
await report.generate();
