import type { Env } from "./env.ts";

/** The disk of a local run is full: nothing was stored. */
export class StorageFull extends Error {}

/** Whether this is a local run, whose storage is a disk. */
export function isLocal({ OBJECT_FILES }: Pick<Env, "OBJECT_FILES">): boolean {
  return OBJECT_FILES !== undefined && typeof OBJECT_FILES !== "string";
}

/**
 * Whether an error means that the disk is full. SQLite says so in its message. The local R2 reports an error with code
 * 0, which is none of its documented ones.
 */
export function meansStorageFull(error: Error, env: Pick<Env, "OBJECT_FILES">): boolean {
  if (error instanceof StorageFull || error.message.includes("SQLITE_FULL")) return true;
  return isLocal(env) && /^\w+: Unspecified error \(0\)$/.test(error.message);
}
