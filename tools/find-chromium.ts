import { findProgram } from "./find-program.ts";

/** The program that the variable `CHROMIUM` names, or one on the PATH; undefined: there is none. */
export function findChromium(): string | undefined {
  // As Debian, others and Google call it.
  return findProgram("CHROMIUM", ["chromium", "chromium-browser", "google-chrome"]);
}
