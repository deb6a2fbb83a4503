import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { checkStateFolder, holdStateFolder, StateFolderInUse } from "./exports-mirror/state-lock.js";
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

/** Keeps the folder for this process. Throws `UsageError` where another service has it. */
export async function holdState({ path: folder }: StateFolder): Promise<void> {
  await holdStateFolder(persistenceOf(folder)).catch(refuse);
}

/** Throws `UsageError` where another service has the folder. */
export async function checkState({ path: folder }: Pick<StateFolder, "path">): Promise<void> {
  await checkStateFolder(persistenceOf(folder)).catch(refuse);
}

/** Where `wrangler dev --persist-to` keeps everything. */
export function persistenceOf(folder: string): string {
  return path.join(folder, "v3");
}

function refuse(error: unknown): never {
  if (error instanceof StateFolderInUse) throw new UsageError(error.message);
  throw error;
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
