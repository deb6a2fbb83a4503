import { defineConfig } from "vitest/config";
import { patience } from "../support/patience.ts";

/** Tests in Node that drive a Chromium and the real service. */
export default defineConfig({
  test: {
    include: ["test/browser/**/*.test.ts"],
    globalSetup: [
      "./test/client/support/shared-service.ts",
      "./test/browser/page/shared-browser.ts",
      "./test/browser/page/page-coverage.ts",
    ],
    maxWorkers: 2,
    ...patience,
    teardownTimeout: 15_000,
  },
});
