import { spawnSync } from "node:child_process";
import { findChromium } from "./find-chromium.ts";
import { projectRoot } from "./project.ts";

/**
 * `npm run test:browser`: pictures and texts beside a real browser's. Without a Chromium it says how to get one and
 * ends well; with `REQUIRE_CHROMIUM=1`, as in CI, that is a failure.
 */

if (findChromium() === undefined) {
  const required = process.env["REQUIRE_CHROMIUM"] === "1";
  console.error(
    "No Chromium was found: pictures were not compared with a browser's. On Debian: apt-get install chromium. Or name one: CHROMIUM=/path/to/chrome npm run test:browser",
  );
  process.exit(required ? 1 : 0);
}
const { status } = spawnSync("npx", ["vitest", "run", "--config", "test/browser/vitest.config.ts"], {
  cwd: projectRoot,
  stdio: "inherit",
});
process.exit(status ?? 1);
