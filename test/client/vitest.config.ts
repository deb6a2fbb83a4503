import { defineConfig } from "vitest/config";
import { patience } from "../support/patience.ts";

/** Tests of the client library in Node, one of the places where it runs. */
export default defineConfig({
  test: {
    include: ["test/client/**/*.test.ts"],
    globalSetup: ["./test/client/support/shared-service.ts", "./test/client/support/shared-token-service.ts"],
    maxWorkers: 2,
    ...patience,
    coverage: {
      provider: "istanbul",
      include: ["src/client/**/*.ts"],
      reportsDirectory: "./coverage/client",
      reporter: ["text-summary", ["text", { skipFull: true }], "json-summary"],
      thresholds: { lines: 90, statements: 90, functions: 90, branches: 90 },
    },
  },
});
