import { findChromium } from "../../tools/find-chromium.ts";

/** The program of Chromium. `npm run test:browser` looks for it before any test does. */
export function requireChromium(): string {
  const program = findChromium();
  if (program === undefined) throw new Error("There is no Chromium: npm run test:browser says how to get it");
  return program;
}

/**
 * What Chromium is started with. Without its sandbox it also starts for root, as in containers; it sees nothing but our
 * own pages. Of several lists of features only the last one counts, so the first lines are Playwright's own.
 */
export const chromiumArguments: readonly string[] = [
  "--no-sandbox",
  `--disable-features=${[
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    // The address bar, which nobody sees, would load pages of its own with each window: half a second of a core.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
  ].join()}`,
];
