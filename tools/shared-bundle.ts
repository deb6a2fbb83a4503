import { rmSync } from "node:fs";
import { projectRoot } from "./project.ts";

/** Names the folder to the processes that this one starts. */
const VARIABLE = "ACETATE_TEST_BUNDLE";

let made: Promise<string> | undefined;

/**
 * The folder with the bundle of the Worker that the whole run starts its services from. The first process that asks
 * makes it, and it goes with that process.
 */
export function findSharedBundle(): Promise<string> {
  const given = process.env[VARIABLE];
  if (given !== undefined) return Promise.resolve(given);
  made ??= makeSharedBundle();
  return made;
}

async function makeSharedBundle(): Promise<string> {
  // Loading wrangler takes a second, and does not work in jsdom: only where a bundle is made.
  const { bundleWorker, makeBundleFolder } = await import("./local-worker.ts");
  const folder = await makeBundleFolder(projectRoot);
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await bundleWorker(projectRoot, folder);
  process.env[VARIABLE] = folder;
  return folder;
}
