import type { LabelDefinition, LabelSet } from "../../protocol/model/label-set.ts";
import { toTimestamp } from "../../protocol/model/scalars.ts";
import { emptyLabelSet } from "../label-sets.ts";

type LabelRow = {
  seq: number;
  version: number;
  labels: string;
  updated_at: number;
  updated_by: string | null;
  updated_by_name: string | null;
};

const COLUMNS = "seq, version, labels, updated_at, updated_by, updated_by_name";

/** The document's label set with its history: a row for each change. Without a row, it is empty. */
export class LabelStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The set as it was at `seq`. */
  readAt(seq: number, document: { id: string; created_at: string }): LabelSet {
    const [row] = this.#sql
      .exec<LabelRow>(`SELECT ${COLUMNS} FROM label_rows WHERE seq <= ? ORDER BY seq DESC LIMIT 1`, seq)
      .toArray();
    if (!row) return emptyLabelSet(document.id, document.created_at);
    return {
      document_id: document.id,
      labels: JSON.parse(row.labels) as LabelDefinition[],
      version: row.version,
      seq: row.seq,
      updated_by: row.updated_by,
      updated_by_name: row.updated_by_name,
      updated_at: toTimestamp(row.updated_at),
    };
  }

  write({ seq, version, labels, updated_at, updated_by, updated_by_name }: LabelSet): void {
    this.#sql.exec(
      `INSERT INTO label_rows (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)`,
      seq,
      version,
      JSON.stringify(labels),
      Date.parse(updated_at),
      updated_by,
      updated_by_name,
    );
  }
}
