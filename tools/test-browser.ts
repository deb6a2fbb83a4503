import { spawnSync } from "node:child_process";
import { findChromium } from "./find-chromium.ts";
import { findFirefox } from "./find-firefox.ts";
import { projectRoot } from "./project.ts";

/**
 * `npm run test:browser`: the page, pictures and texts in real browsers. Without a Chromium nothing is tested, without
 * a Firefox what needs one is left out: it says so, says how to get one, and ends well. With `REQUIRE_BROWSERS=1`, as
 * in CI, a browser that is missing is a failure.
 */

const isRequired = process.env["REQUIRE_BROWSERS"] === "1";

function tellMissing(name: string, packageName: string, without: string): void {
  const variable = name.toUpperCase();
  console.error(
    `No ${name} was found: ${without}. On Debian: apt-get install ${packageName}. Or name one: ${variable}=/path/to/program npm run test:browser`,
  );
  if (isRequired) process.exit(1);
}

if (findChromium() === undefined) {
  tellMissing("Chromium", "chromium", "nothing was tested in a browser");
  process.exit(0);
}
const args = ["vitest", "run", "--config", "test/browser/vitest.config.ts"];
if (findFirefox() === undefined) {
  tellMissing("Firefox", "firefox-esr", "the page is tested in Chromium alone");
  args.push("--exclude", "test/browser/firefox/**");
}
const { status } = spawnSync("npx", args, { cwd: projectRoot, stdio: "inherit" });
process.exit(status ?? 1);
