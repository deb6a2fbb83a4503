import path from "node:path";
import { defineConfig, type ViteUserConfig } from "vitest/config";
import { projectRoot } from "../../tools/project.ts";
import { patience } from "../support/patience.ts";
import { bundleTests, BUNDLED_TESTS } from "./bundle-tests.ts";

/**
 * Tests of the annotator and of the page in Node: of their pure parts, and, in jsdom, of what they say and do. What
 * needs a layout, a browser or a service is tested in `test/browser/page`. With `PAGE_COVERAGE=1` these tests leave
 * behind what they ran: `test/browser/page/page-coverage.ts` adds it to what the page did.
 */
export default defineConfig(async (): Promise<ViteUserConfig> => {
  const isMeasured = process.env["PAGE_COVERAGE"] === "1";
  if (isMeasured) await bundleTests();
  return {
    // As for the page. Vite does not find the page's tsconfig.
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    test: {
      include: [isMeasured ? `${BUNDLED_TESTS}/**/*.test.js` : "test/annotator/**/*.test.ts"],
      maxWorkers: 2,
      ...patience,
      ...(isMeasured && {
        env: { NODE_V8_COVERAGE: path.join(projectRoot, BUNDLED_TESTS, "v8") },
        setupFiles: "./test/annotator/keep-coverage.ts",
        experimental: { viteModuleRunner: false },
      }),
    },
  };
});
