import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig, type ViteUserConfig } from "vitest/config";
import { patience } from "./test/support/patience.ts";

// Before each file wrangler would say again that the bindings of local runs (`unsafe`) are experimental.
process.env["WRANGLER_LOG"] ??= "error";

export default defineConfig(async (): Promise<ViteUserConfig> => ({
  plugins: [
    cloudflareTest({
      // Else the runtime tells of every connection that a test cuts off, with the addresses of its own stack.
      verbose: false,
      // The service as it is, with a queue that a test can close.
      main: "./test/support/worker.ts",
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
          // A longer run of the JPEG decoder's fuzzing: JPEG_FUZZ_RUNS=100000 npx vitest run test/raster/jpeg-damage
          JPEG_FUZZ_RUNS: process.env["JPEG_FUZZ_RUNS"] ?? "2000",
        },
      },
    }),
  ],
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/annotator/**", "test/client/**", "test/e2e/**", "test/browser/**", "test/crash/**"],
    globalSetup: ["./test/support/prepare-assets.ts"],
    setupFiles: ["./test/support/apply-migrations.ts"],
    // What a test that passes has logged was meant to happen; of one that fails it is shown.
    silent: "passed-only",
    // Most tests start something: slower than this is worth a line.
    slowTestThreshold: 10_000,
    // Half of the time a file waits: by default a machine of two cores would run one at a time.
    maxWorkers: 2,
    // A runtime for each file would take longer to start, and to load the sources, than most files take. Storage is
    // emptied between files (`apply-migrations.ts`); what the sources keep in memory stays, as it does on Cloudflare.
    isolate: false,
    ...patience,
    coverage: {
      provider: "istanbul",
      include: ["src/**/*.ts"],
      // test/client/vitest.config.ts measures the client, test/browser/page/page-coverage.ts what runs in a page.
      exclude: ["src/client/**", "src/annotator/**", "src/page/**"],
      reportsDirectory: "./coverage/service",
      reporter: ["text-summary", ["text", { skipFull: true }], "json-summary"],
      thresholds: { lines: 90, statements: 90, functions: 90, branches: 90 },
    },
  },
}));
