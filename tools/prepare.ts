import { prepareAssets } from "./assets.ts";
import { applyMigrations } from "./migrations.ts";
import { projectRoot } from "./project.ts";
import { DEFAULT_DATABASE_URL, parseSqliteUrl } from "./state-folder.ts";

/**
 * The `[build]` command of `wrangler.toml`: what must be there before wrangler makes the bundle. `npm start` names its
 * state folder in DATABASE_URL; plain `wrangler dev` has the default one.
 */
await prepareAssets(projectRoot);
// Unset where this is called by hand; `deploy` and the others have no use for a local database.
const command = process.env["WRANGLER_COMMAND"] ?? "dev";
if (command === "dev") {
  await applyMigrations(projectRoot, parseSqliteUrl(process.env["DATABASE_URL"] ?? DEFAULT_DATABASE_URL));
}
