import type { D1Migration } from "cloudflare:test";
import type { Env as AppEnv } from "../../src/env.ts";

declare global {
  namespace Cloudflare {
    interface Env extends AppEnv {
      TEST_MIGRATIONS: D1Migration[];
      /** Runs of the room's model test. */
      MODEL_RUNS: string;
      /** Mutated files that the JPEG decoder is tried with. */
      JPEG_FUZZ_RUNS: string;
    }
  }
}
