import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_splitSqlQuery } from "wrangler";
import type { Migration } from "./migrations.ts";
import { readProjectConfig } from "./project-config.ts";

type Database = Awaited<ReturnType<Miniflare["getD1Database"]>>;

/**
 * Applies what is missing to the D1 database under `persistence`, and notes it as `wrangler d1 migrations apply
 * --local` does (in `d1_migrations`), in a third of its time. A migration that fails leaves nothing behind.
 */
export async function applyToLocalDatabase(
  root: string,
  persistence: string,
  migrations: Migration[],
): Promise<void> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: "",
      cf: false,
      resourcePersistencePath: persistence,
      d1Databases: { DB: readDatabaseId(root) },
    }),
  );
  try {
    await applyMissing(await miniflare.getD1Database("DB"), migrations);
  } finally {
    await miniflare.dispose();
  }
}

async function applyMissing(db: Database, migrations: Migration[]): Promise<void> {
  // The table exactly as wrangler makes it.
  await db
    .prepare(
      `CREATE TABLE IF NOT EXISTS "d1_migrations"(
		id         INTEGER PRIMARY KEY AUTOINCREMENT,
		name       TEXT UNIQUE,
		applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`,
    )
    .run();
  const { results } = await db.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
  const applied = new Set(results.map(({ name }) => name));
  for (const { name, sql } of migrations) {
    if (applied.has(name)) continue;
    const statements = unstable_splitSqlQuery(sql).map((statement) => db.prepare(statement));
    // One batch is one transaction, the note within it.
    await db.batch([...statements, db.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name)]);
  }
}

/** The id under which wrangler keeps the one database of `wrangler.toml` locally. */
function readDatabaseId(root: string): string {
  const { database } = readProjectConfig(root);
  return database.preview_database_id ?? database.database_id ?? database.binding;
}
