import type { TestProject } from "vitest/node";
import { RunningService } from "./running-service.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The address of the service with tokens that the files of a run share. */
    sharedTokenService: string;
  }
}

/** A `globalSetup`: one service with tokens, for all test files of a run that only talk to it. */
export default async function startSharedTokenService(project: TestProject): Promise<() => Promise<void>> {
  const service = await RunningService.start();
  project.provide("sharedTokenService", service.url.href);
  return () => service.stop();
}
