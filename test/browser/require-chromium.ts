import { findChromium } from "../../tools/find-chromium.ts";

/** The program of Chromium. `npm run test:browser` looks for it before any test does. */
export function requireChromium(): string {
  const program = findChromium();
  if (program === undefined) throw new Error("There is no Chromium: npm run test:browser says how to get it");
  return program;
}
