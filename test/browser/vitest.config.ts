import { defineConfig } from "vitest/config";

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
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A condition that the test waits for; by default for a second, which a busy machine may take.
    expect: { poll: { timeout: 20_000 } },
    teardownTimeout: 15_000,
  },
});
