import type { Env } from "./env.ts";

/** Nothing was stored: the disk of a local run is full. */
export class StorageFull extends Error {}

/** Whether this is a local run, whose storage is a disk. */
export function isLocal({ OBJECT_FILES }: Pick<Env, "OBJECT_FILES">): boolean {
  return OBJECT_FILES !== undefined && typeof OBJECT_FILES !== "string";
}

/**
 * Whether an error says that the disk is full. SQLite says so itself, through whatever it is called. The local R2 has no words for it
 * (0: none of its own errors).
 */
export function meansStorageFull(error: Error, env: Pick<Env, "OBJECT_FILES">): boolean {
  if (error instanceof StorageFull || error.message.includes("SQLITE_FULL")) return true;
  return isLocal(env) && error.message === "put: Unspecified error (0)";
}
