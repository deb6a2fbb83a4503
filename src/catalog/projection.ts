import type { Annotation } from "../protocol/model/annotation.ts";
import type { Activity, DocumentSummary } from "../protocol/model/document.ts";
import type { Version } from "../protocol/model/version.ts";
import { CatalogUnavailable, isWriteFailure } from "./catalog-unavailable.ts";
import { type ProjectionTable, projectionTables } from "./projection-tables.ts";
import { titleSortKey } from "./title-sort-key.ts";

/**
 * A row for the catalog. `resource` is the resource as REST shows it. An `activity` is a part of a document's row: it
 * is sent with annotations alone, and changes nothing where the row is not there yet, since that brings its own.
 */
export type ProjectedRow =
  | { kind: "document"; resource: DocumentSummary }
  | { kind: "activity"; resource: Activity & Pick<DocumentSummary, "id" | "seq"> }
  | { kind: "annotation"; resource: Annotation }
  | { kind: "version"; resource: Version }
  | { kind: "revocation"; resource: Revocation };

/** The document with this id refuses tokens from before `min_iat` (seconds). */
export interface Revocation {
  id: string;
  min_iat: number;
}

/** A row that D1 can't take. The others are stored. */
export interface RefusedRow {
  row: ProjectedRow;
  reason: string;
}

/** The most rows in one statement. Limits how much is done again when one of them is refused. */
const STATEMENT_ROWS = 500;
/** The size of a statement's parameter. D1 takes up to 2 MB. */
const STATEMENT_BYTES = 1_000_000;
/** The size of a batch. A batch is one request to D1 and one transaction there. */
const BATCH_BYTES = 8_000_000;

/** Rows of one table that go into one statement, each as the JSON that the statement reads. */
interface Chunk {
  table: ProjectionTable;
  rows: { row: ProjectedRow; json: string }[];
  bytes: number;
}

/**
 * Brings rows into the catalog, in any number and order, and any number of times. A row that is older than the one in
 * the catalog, by `seq` (a revocation: by `min_iat`), changes nothing. Throws `CatalogUnavailable` if D1 is at fault:
 * then send all rows again later.
 */
export async function projectRows(
  db: D1Database,
  rows: readonly ProjectedRow[],
): Promise<{ refused: RefusedRow[] }> {
  const refused: RefusedRow[] = [];
  for (const chunks of toBatches(toChunks(rows))) {
    try {
      await db.batch(chunks.map((chunk) => upsert(db, chunk)));
    } catch {
      // Nothing of the batch is stored. Storing the chunks one by one shows whether a row or D1 is at fault.
      for (const chunk of chunks) refused.push(...(await storeChunk(db, chunk)));
    }
  }
  return { refused };
}

function upsert(db: D1Database, chunk: Chunk): D1PreparedStatement {
  return db.prepare(chunk.table.upsert).bind(`[${chunk.rows.map(({ json }) => json).join(",")}]`);
}

/** Stores what can be stored, halving the chunk until the refused rows stand alone. */
async function storeChunk(db: D1Database, chunk: Chunk): Promise<RefusedRow[]> {
  try {
    await upsert(db, chunk).run();
    return [];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await requireCatalog(db, reason);
    const [first, ...others] = chunk.rows;
    if (first && others.length === 0) return [{ row: first.row, reason }];
    const half = Math.ceil(chunk.rows.length / 2);
    const left = await storeChunk(db, { ...chunk, rows: chunk.rows.slice(0, half) });
    const right = await storeChunk(db, { ...chunk, rows: chunk.rows.slice(half) });
    return [...left, ...right];
  }
}

/** Throws if D1 itself does not work. If it returns, the row caused the failure. */
async function requireCatalog(db: D1Database, reason: string): Promise<void> {
  if (isWriteFailure(reason)) throw new CatalogUnavailable(reason);
  try {
    const tables = Object.values(projectionTables);
    await db.batch(tables.map(({ name }) => db.prepare(`SELECT 1 FROM ${name} LIMIT 1`)));
  } catch {
    throw new CatalogUnavailable(reason);
  }
}

function toChunks(rows: readonly ProjectedRow[]): Chunk[] {
  const chunks: Chunk[] = [];
  const open: Partial<Record<ProjectedRow["kind"], Chunk>> = {};
  for (const row of rows) {
    const json = toJson(row);
    let chunk = open[row.kind];
    if (!chunk || chunk.rows.length >= STATEMENT_ROWS || chunk.bytes + json.length > STATEMENT_BYTES) {
      chunk = { table: projectionTables[row.kind], rows: [], bytes: 0 };
      open[row.kind] = chunk;
      chunks.push(chunk);
    }
    chunk.rows.push({ row, json });
    chunk.bytes += json.length;
  }
  return chunks;
}

function toBatches(chunks: readonly Chunk[]): Chunk[][] {
  const batches: Chunk[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const chunk of chunks) {
    const last = batches.at(-1);
    if (last && bytes + chunk.bytes <= BATCH_BYTES) {
      last.push(chunk);
      bytes += chunk.bytes;
    } else {
      batches.push([chunk]);
      bytes = chunk.bytes;
    }
  }
  return batches;
}

/** The columns by name. The resource is a string inside the JSON, so that exactly its own text is stored. */
function toJson(row: ProjectedRow): string {
  if (row.kind === "revocation") {
    return JSON.stringify({ document_id: row.resource.id, min_iat: row.resource.min_iat });
  }
  if (row.kind === "activity") {
    const { id, seq } = row.resource;
    return JSON.stringify({ id, seq, ...toActivityColumns(row.resource) });
  }
  const { resource } = row;
  const common = {
    id: resource.id,
    seq: resource.seq,
    created_at: Date.parse(resource.created_at),
    resource: JSON.stringify(resource),
  };
  switch (row.kind) {
    case "document":
      return JSON.stringify({
        ...common,
        ...toActivityColumns(row.resource),
        title_search: row.resource.title.toLowerCase(),
        title_sort: titleSortKey(row.resource.title),
        status: row.resource.status,
      });
    case "annotation":
      return JSON.stringify({
        ...common,
        document_id: row.resource.document_id,
        type: row.resource.type,
        author: row.resource.author,
        review: row.resource.review,
        status: row.resource.status,
        labels: JSON.stringify(row.resource.labels),
        ordinal: row.resource.ordinal,
        updated_at: Date.parse(row.resource.updated_at),
      });
    case "version":
      return JSON.stringify({ ...common, document_id: row.resource.document_id });
  }
}

function toActivityColumns({ changed_at, ...counts }: Activity): Record<keyof Activity, number> {
  const { annotation_count, open_thread_count, contributor_count } = counts;
  return { annotation_count, open_thread_count, contributor_count, changed_at: Date.parse(changed_at) };
}
