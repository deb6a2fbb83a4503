import { mkdirSync, readdirSync, readFileSync, readlinkSync, existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * One service for one state folder. Each would keep what it knows of a document in its own memory, so that two give the same seq twice.
 *
 * The lock is the operating system's, on a file of SQLite's, so it goes with the process, however that ends. But the runtime (workerd)
 * outlives a parent that was killed, and goes on serving: it is seen by the databases that it has open.
 */

const LOCK_FILE = "service-lock.sqlite";
/** Who holds the lock: nobody else can read the locked file. */
const HOLDER_FILE = "service.json";
/** A runtime that was asked to end takes a moment. */
const RUNTIME_END_MS = 3_000;
const POLL_MS = 100;

/** Another service has the folder: the message says which, and what to do. */
export class StateFolderInUse extends Error {}

/**
 * Folders that this process holds, until it ends.
 *
 * @type {Map<string, DatabaseSync>}
 */
const held = new Map();

/**
 * Keeps the folder for this process. Throws `StateFolderInUse`.
 *
 * @param {string} persistence the folder `v3` under the state folder, as Miniflare names it
 */
export async function holdStateFolder(persistence) {
  const folder = path.resolve(persistence);
  if (held.has(folder)) return;
  mkdirSync(folder, { recursive: true });
  const lock = new DatabaseSync(path.join(folder, LOCK_FILE));
  held.set(folder, lock);
  try {
    if (!tryLock(lock)) throw new StateFolderInUse(describeHolder(folder));
    const end = Date.now() + RUNTIME_END_MS;
    for (let file = findOpenDatabase(folder); file !== undefined; file = findOpenDatabase(folder)) {
      if (Date.now() >= end) throw new StateFolderInUse(describeRuntime(folder, file));
      await sleep(POLL_MS);
    }
  } catch (error) {
    releaseStateFolder(folder);
    throw error;
  }
  const holder = { pid: process.pid, command: process.argv.slice(1).join(" "), since: new Date() };
  writeFileSync(path.join(folder, HOLDER_FILE), `${JSON.stringify(holder)}\n`);
}

/**
 * Lets the folder go again.
 *
 * @param {string} persistence
 */
export function releaseStateFolder(persistence) {
  const folder = path.resolve(persistence);
  held.get(folder)?.close();
  held.delete(folder);
}

/**
 * Throws `StateFolderInUse` where another process has the folder.
 *
 * @param {string} persistence
 */
export async function checkStateFolder(persistence) {
  if (held.has(path.resolve(persistence))) return;
  await holdStateFolder(persistence);
  releaseStateFolder(persistence);
}

/** @param {DatabaseSync} database */
function tryLock(database) {
  try {
    // In WAL mode only the exclusive mode shuts out others who merely have the file open.
    database.exec("PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    // SQLITE_BUSY
    if (error instanceof Error && "errcode" in error && error.errcode === 5) return false;
    throw error;
  }
}

/**
 * One of the files that a running runtime always has open.
 *
 * @param {string} folder
 * @returns {string | undefined}
 */
function findOpenDatabase(folder) {
  const files = ["do", "d1"].flatMap((kind) => {
    const parent = path.join(folder, kind);
    return existsSync(parent)
      ? readdirSync(parent).map((name) => path.join(parent, name, "metadata.sqlite"))
      : [];
  });
  return files.find((file) => {
    if (!existsSync(file)) return false;
    const database = new DatabaseSync(file);
    try {
      return !tryLock(database);
    } finally {
      database.close();
    }
  });
}

/** @param {string} folder */
function describeHolder(folder) {
  return describeUse(folder, readHolder(folder) ?? "another process");
}

/**
 * @param {string} folder
 * @param {string} file
 */
function describeRuntime(folder, file) {
  const pid = findProcess(file);
  const name =
    pid === undefined
      ? `the runtime (workerd) of a service that was killed: find it with "lsof ${file}"`
      : `the runtime (workerd, process ${pid}) of a service that was killed: end it with "kill ${pid}"`;
  return describeUse(folder, name);
}

/**
 * @param {string} folder
 * @param {string} user
 */
function describeUse(folder, user) {
  return [
    `The state in ${path.dirname(folder)} is in use by ${user}.`,
    "Two services on the same state would contradict each other. Stop that one, or name another folder:",
    "  DATABASE_URL=sqlite://<folder> npm start",
    "  npm run serve -- --state <folder>",
    "  npx wrangler dev --persist-to <folder>",
  ].join("\n");
}

/**
 * @param {string} folder
 * @returns {string | undefined}
 */
function readHolder(folder) {
  try {
    /** @type {unknown} */
    const holder = JSON.parse(readFileSync(path.join(folder, HOLDER_FILE), "utf8"));
    if (typeof holder !== "object" || holder === null) return undefined;
    if (!("pid" in holder) || !("command" in holder) || !("since" in holder)) return undefined;
    const { pid, command, since } = holder;
    return `process ${String(pid)} (${String(command)}), since ${String(since)}`;
  } catch {
    // It has just come, and has not written it yet.
    return undefined;
  }
}

/**
 * The process that has a file open, where the system tells (Linux).
 *
 * @param {string} file
 * @returns {number | undefined}
 */
function findProcess(file) {
  if (!existsSync("/proc/self/fd")) return undefined;
  for (const pid of readdirSync("/proc").map(Number)) {
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      const folder = `/proc/${pid}/fd`;
      if (readdirSync(folder).some((fd) => readlinkSync(path.join(folder, fd)) === file)) return pid;
    } catch {
      // It has ended, or is somebody else's.
    }
  }
  return undefined;
}
