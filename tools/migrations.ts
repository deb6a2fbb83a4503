import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { checkState, persistenceOf } from "./state-folder.ts";

export interface Migration {
  name: string;
  sql: string;
}

/**
 * Brings the local D1 database in `stateFolder` up to date with `migrations/` of the project at `root`. A stamp beside
 * the database makes the next call cheap, and keeps it from opening a database that a running service has open.
 */
export async function applyMigrations(root: string, stateFolder: string): Promise<void> {
  // The folder that `migrations_dir` names.
  const migrations = await readMigrations(path.join(root, "migrations"));
  const persistence = persistenceOf(stateFolder);
  const stamp = path.join(persistence, "d1", "migrations-applied");
  const stamped = migrations.map(({ name, sql }) => `${name} ${hash(sql)}\n`).join("");
  if ((await readFile(stamp, "utf8").catch(() => "")) === stamped) return;

  // Its service would go on with tables that have changed.
  await checkState({ path: stateFolder });
  // Loading wrangler takes a second: not before it is needed.
  const { applyToLocalDatabase } = await import("./local-database.ts");
  await applyToLocalDatabase(root, persistence, migrations);
  await writeFile(stamp, stamped);
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name) => ({ name, sql: await readFile(path.join(folder, name), "utf8") })),
  );
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
