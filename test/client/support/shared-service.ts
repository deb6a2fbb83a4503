import type { TestProject } from "vitest/node";
import { makeStateFolder, Service } from "../../e2e/support/service.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The address of the service that the files of a run share. */
    sharedService: string;
  }
}

/**
 * A `globalSetup`: one service for all test files of a run. To start one takes longer than most files do. Documents are
 * separate by their ids; a file that lists documents, restarts the service or sets variables has one of its own.
 */
export default async function startSharedService(project: TestProject): Promise<() => Promise<void>> {
  const state = await makeStateFolder();
  const service = await Service.start({ databaseUrl: state.url });
  project.provide("sharedService", service.url.href);
  return async () => {
    await service.stop();
    await state.remove();
  };
}
