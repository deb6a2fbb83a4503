import { defineConfig } from "vitest/config";
import { patience } from "../support/patience.ts";

/** Tests in Node against the real thing: processes, ports, files on disk. */
export default defineConfig({
  test: {
    include: ["test/e2e/**/*.test.ts"],
    globalSetup: ["./test/client/support/shared-service.ts"],
    // Half the time a file waits for something.
    maxWorkers: 2,
    ...patience,
    teardownTimeout: 15_000,
  },
});
