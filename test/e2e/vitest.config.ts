import { defineConfig } from "vitest/config";

/** Tests in Node against the real thing: processes, ports, files on disk. */
export default defineConfig({
  test: {
    include: ["test/e2e/**/*.test.ts"],
    // Each file runs a service of its own; half the time it waits for something.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 15_000,
  },
});
