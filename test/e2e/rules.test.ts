import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../tools/project.ts";

const read = (file: string): string => readFileSync(path.join(projectRoot, file), "utf8");
/** Where a rule is made: `- **R12** A batch …` */
const rules = [...read("docs/spec.md").matchAll(/^- \*\*([IR]\d+)\*\*/gm)].map(([, rule = ""]) => rule);
const testFiles = globSync("test/**/*.ts", { cwd: projectRoot });

/**
 * The rules that a test's title begins with, or ends with: `R7 R8 is known for ever`, `Cross-Origin-Resource-Policy,
 * R61`.
 */
function readTitles(source: string): string[] {
  const titles = source.matchAll(/(?:\b(?:it|describe)|\))\(\s*(["'`])([^\n]*?)\1/g);
  return [...titles].flatMap(([, , title = ""]) => {
    const [leading = ""] = /^(?:[IR]\d+[ ,]+)*/.exec(title) ?? [];
    const [trailing = ""] = /(?:, [IR]\d+)*$/.exec(title) ?? [];
    return `${leading} ${trailing}`.match(/[IR]\d+/g) ?? [];
  });
}

describe("the rules of docs/spec.md", () => {
  const named = new Set(testFiles.flatMap((file) => readTitles(read(file))));

  it("have a number of their own", () => {
    expect(rules.length).toBeGreaterThan(60);
    expect(new Set(rules).size).toBe(rules.length);
  });

  it("are each named by the title of a test that holds them", () => {
    expect(rules.filter((rule) => !named.has(rule))).toEqual([]);
  });

  it("are there where a test, the code or a document names one", () => {
    const files = [
      ...testFiles,
      ...globSync("{src,tools,bench}/**/*.ts", { cwd: projectRoot }),
      ...globSync("{*,docs/*}.md", { cwd: projectRoot }),
    ];
    const unknown = files.flatMap((file) =>
      [...read(file).matchAll(/\bR[1-9]\d?\b/g)]
        .map(([rule]) => rule)
        .filter((rule) => !rules.includes(rule))
        .map((rule) => `${file}: ${rule}`),
    );
    expect(unknown).toEqual([]);
    expect([...named].filter((rule) => !rules.includes(rule))).toEqual([]);
  });
});
