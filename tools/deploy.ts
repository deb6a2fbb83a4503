import { spawnSync } from "node:child_process";
import { z } from "zod";
import { exitWithError, projectRoot, wranglerProgram } from "./project.ts";
import { readProjectConfig } from "./project-config.ts";

/**
 * `npm run deploy`: the database and its migrations, then the Worker, on the account that wrangler is logged in to.
 * Every argument goes on to `wrangler deploy`; `--dry-run` touches nothing and needs no account.
 *
 * The deploy itself makes the bucket and the queues where they are missing, and finds everything by name, so that no id
 * stands in `wrangler.toml`. Only the database must be there before: migrations come first, since the new Worker needs
 * the new tables, while a migration never breaks the Worker before it.
 */

const databaseListSchema = z.array(z.object({ name: z.string() }));

try {
  deploy(process.argv.slice(2));
} catch (error) {
  exitWithError(error);
}

function deploy(extra: string[]): void {
  if (!extra.includes("--dry-run")) migrateRemoteDatabase();
  wrangler(["deploy", ...extra]);
}

function migrateRemoteDatabase(): void {
  const { database } = readProjectConfig(projectRoot);
  if (!databaseExists(database.database_name)) {
    wrangler(["d1", "create", database.database_name, "--update-config=false"]);
  }
  wrangler(["d1", "migrations", "apply", database.binding, "--remote"]);
}

function databaseExists(name: string): boolean {
  const { status, stdout } = spawnSync(
    process.execPath,
    ["--no-warnings", wranglerProgram, "d1", "list", "--json"],
    { cwd: projectRoot, encoding: "utf8", stdio: ["inherit", "pipe", "inherit"] },
  );
  if (status !== 0) process.exit(status ?? 1);
  return databaseListSchema.parse(JSON.parse(stdout)).some((database) => database.name === name);
}

/** Runs wrangler as a person would; ends this process with its exit code where it fails. */
function wrangler(args: string[]): void {
  const { status } = spawnSync(process.execPath, ["--no-warnings", wranglerProgram, ...args], {
    cwd: projectRoot,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}
