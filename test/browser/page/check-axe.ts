import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

interface Axe {
  run(options: { resultTypes: string[] }): Promise<AxeResults>;
}

interface AxeResults {
  violations: { id: string; impact: string | null; nodes: { html: string; failureSummary?: string }[] }[];
}

const file = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
let source: string | undefined;

/** What axe-core finds seriously wrong with a page as it is, shadow roots included. */
export async function findSeriousProblems(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) {
    source ??= await readFile(file, "utf8");
    await page.evaluate(source);
  }
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe };
    // Of what is right, it need not make a report; and what it makes stays in the page.
    const results = await axe.run({ resultTypes: ["violations"] });
    return results.violations;
  });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
}
