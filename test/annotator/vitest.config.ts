import { defineConfig } from "vitest/config";

/** Tests of the pure parts of the annotator, in Node. What it does in a page is tested in `test/browser/page`. */
export default defineConfig({
  test: {
    include: ["test/annotator/**/*.test.ts"],
    maxWorkers: 2,
  },
});
