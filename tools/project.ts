import { createRequire } from "node:module";
import path from "node:path";

/** The folder of `wrangler.toml`: every tool works on it, wherever it is called from. */
export const projectRoot = path.resolve(import.meta.dirname, "..");

/** The program behind the `wrangler` command: run with our own Node, since the one on PATH may be too old. */
export const wranglerProgram = createRequire(import.meta.url).resolve("wrangler");

/** Wrangler as part of a program: no figures sent, no look-up of newer versions or of this machine's place. */
export const offlineEnvironment = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
};

/** An error of who calls: shown without a stack. */
export class UsageError extends Error {}

/** Ends the process: a `UsageError` with its message and 2, anything else with its stack and 1. */
export function exitWithError(error: unknown): never {
  if (error instanceof UsageError) {
    console.error(error.message);
    process.exit(2);
  }
  console.error(error);
  process.exit(1);
}
