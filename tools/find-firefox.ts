import { findProgram } from "./find-program.ts";

/** The program that the variable `FIREFOX` names, or one on the PATH; undefined: there is none. */
export function findFirefox(): string | undefined {
  // As Debian and others call it.
  return findProgram("FIREFOX", ["firefox-esr", "firefox"]);
}
