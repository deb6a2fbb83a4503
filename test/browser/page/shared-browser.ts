import { chromium } from "playwright-core";
import type { TestProject } from "vitest/node";
import { chromiumArguments, requireChromium } from "../require-chromium.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where playwright finds the browser that the files of a run share. */
    sharedBrowser: string;
  }
}

/** A `globalSetup`: one Chromium for all files of a run. Each page that is opened has a profile of its own. */
export default async function startSharedBrowser(project: TestProject): Promise<() => Promise<void>> {
  const server = await chromium.launchServer({
    executablePath: requireChromium(),
    args: [...chromiumArguments],
  });
  project.provide("sharedBrowser", server.wsEndpoint());
  return () => server.close();
}
