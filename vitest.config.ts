import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig(async () => ({
  plugins: [
    cloudflareTest({
      main: "./src/index.ts",
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: {
        bindings: {
          TEST_MIGRATIONS: await readD1Migrations("./migrations"),
          // Short enough to be waited for.
          PRESENCE_TIMEOUT_MS: "1500",
          // Long enough that those who wait can be seen waiting.
          JOIN_ARRIVED_MS: "1000",
          // A longer run of the model: MODEL_RUNS=1000 npx vitest run test/room/model
          MODEL_RUNS: process.env["MODEL_RUNS"] ?? "40",
        },
      },
    }),
  ],
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/e2e/**", "test/browser/**", "test/crash/**"],
    globalSetup: ["./test/support/prepare-assets.ts"],
    setupFiles: ["./test/support/apply-migrations.ts"],
    // Half of the time a file waits: by default a machine of two cores would run one at a time.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: {
      provider: "istanbul" as const,
      include: ["src/**/*.ts"],
      reporter: ["text-summary", "text", "json-summary"],
      thresholds: { lines: 90, statements: 90, functions: 90, branches: 90 },
    },
  },
}));
