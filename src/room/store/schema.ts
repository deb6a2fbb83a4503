import { firstTables } from "./migrations/0001-first-tables.ts";
import { openExports } from "./migrations/0002-open-exports.ts";
import { packCommits } from "./migrations/0003-pack-commits.ts";
import { numberAnnotations } from "./migrations/0004-number-annotations.ts";
import { refusedMarks } from "./migrations/0005-refused-marks.ts";
import { labelSets } from "./migrations/0006-label-sets.ts";
import { comments } from "./migrations/0007-comments.ts";
import { lives } from "./migrations/0008-lives.ts";
import { signatures } from "./migrations/0009-signatures.ts";
import { SCHEMA } from "./schema.sql.ts";

/**
 * How older objects get to the present tables: migration n brings a store of version n - 1 to version n. Only ever
 * append to the list; tests run it from saved states of every older version. `schema.sql.ts` is what all migrations
 * make together. After a new one run `npx vitest run test/room/migrations.test.ts -u`, which writes that file anew.
 *
 * History is temporal rows: a row carries the `seq` it came in and, once it is replaced, the seq of its successor in
 * `until`. The state at a seq s is the rows with `seq <= s AND (until IS NULL OR until > s)`. Times are ms since the
 * epoch.
 */
const migrations: readonly (string | ((sql: SqlStorage) => void))[] = [
  firstTables,
  openExports,
  packCommits,
  numberAnnotations,
  refusedMarks,
  labelSets,
  comments,
  lives,
  signatures,
];

/** The version that this code expects. */
export const SCHEMA_VERSION = migrations.length;

/** The version of the tables; 0: there are none, so the document does not exist. Writes nothing. */
export function readSchemaVersion(sql: SqlStorage): number {
  const [table] = sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'").toArray();
  if (!table) return 0;
  const [row] = sql.exec<{ value: number }>("SELECT value FROM meta WHERE key = 'schema_version'").toArray();
  return row?.value ?? 0;
}

/** Makes the tables of a new document. All migrations together would take three times as long. Inside a transaction. */
export function createSchema(sql: SqlStorage): void {
  sql.exec(SCHEMA);
  writeSchemaVersion(sql, SCHEMA_VERSION);
}

function writeSchemaVersion(sql: SqlStorage, version: number): void {
  sql.exec("INSERT OR REPLACE INTO meta (key, value) VALUES ('schema_version', ?)", version);
}

/**
 * Brings the tables up to `to`. Call it inside a transaction.
 * Throws if the tables are newer than this code: an older deployment must not write into them.
 */
export function migrateSchema(sql: SqlStorage, to: number = SCHEMA_VERSION): void {
  const from = readSchemaVersion(sql);
  if (from > SCHEMA_VERSION) {
    throw new Error(`The object's schema is version ${from}, this code knows up to ${SCHEMA_VERSION}`);
  }
  if (from >= to) return;
  for (const migration of migrations.slice(from, to)) {
    if (typeof migration === "string") sql.exec(migration);
    else migration(sql);
  }
  writeSchemaVersion(sql, to);
}
