import { globSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { annotatorOptions } from "../../tools/annotator-options.ts";
import { projectRoot } from "../../tools/project.ts";

/** Where the tests are as scripts, with source maps. */
export const BUNDLED_TESTS = "coverage/annotator";

/**
 * Makes scripts of the tests, as the page's are made. So what V8 says of the annotator's sources in Node can be added to
 * what it says of them in Chromium: both have run the same code.
 */
export async function bundleTests(): Promise<void> {
  await rm(path.join(projectRoot, BUNDLED_TESTS), { recursive: true, force: true });
  await build({
    ...annotatorOptions,
    absWorkingDir: projectRoot,
    entryPoints: globSync("test/annotator/**/*.test.ts", { cwd: projectRoot }),
    outdir: BUNDLED_TESTS,
    bundle: true,
    packages: "external",
    splitting: true,
    minify: true,
    // Comments that begin with "/*!" stay: vitest reads the environment of a test there.
    legalComments: "inline",
    sourcemap: "linked",
    format: "esm",
    target: "es2022",
  });
}
