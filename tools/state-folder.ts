import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { projectRoot, UsageError } from "./project.ts";

/** The folder `wrangler dev` uses when it is not told otherwise. */
export const DEFAULT_DATABASE_URL = "sqlite://.wrangler/state";

/** Where a local run keeps everything: databases, objects, buckets. */
export interface StateFolder {
  /** Absolute. */
  path: string;
  /** Nothing is kept: the folder goes when this process ends. */
  temporary: boolean;
}

/**
 * The folder a `DATABASE_URL` names: `sqlite://<folder>`, relative to the project or absolute, or `memory://` for one
 * that is thrown away. Throws `UsageError` for anything else.
 */
export function openStateFolder(databaseUrl = DEFAULT_DATABASE_URL): StateFolder {
  if (databaseUrl === "memory://") return { path: makeTemporaryFolder(), temporary: true };
  return { path: parseSqliteUrl(databaseUrl), temporary: false };
}

/** The absolute folder of `sqlite://<folder>`. */
export function parseSqliteUrl(databaseUrl: string): string {
  const folder = /^sqlite:\/\/([^?#]+)$/.exec(databaseUrl)?.[1];
  if (folder === undefined) {
    throw new UsageError(
      `DATABASE_URL must be sqlite://<folder> (for example ${DEFAULT_DATABASE_URL}) or memory://, not "${databaseUrl}"`,
    );
  }
  return path.resolve(projectRoot, folder);
}

function makeTemporaryFolder(): string {
  // A file system in memory, where the system has one.
  const parent = existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir();
  const folder = mkdtempSync(path.join(parent, "acetate-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** What to tell whoever started the service at `url`. */
export function describeService(url: string, state: StateFolder): string {
  return `
Acetate runs
  service  ${url}
  docs     ${url}/docs
  exports  ${path.join(projectRoot, "exports")}
  state    ${state.temporary ? "thrown away at the end" : state.path}
Stop it with Ctrl-C.
`;
}
