import type { Document } from "../../protocol/model/document.ts";
import type { StoredImage } from "../stored-image.ts";
import { type DocumentRow, toDocument } from "./rows.ts";

const COLUMNS =
  "seq, version, title, status, width, height, image, metadata, created_at, updated_at, deleted_at, " +
  "updated_by, updated_by_name";

/** The document's own fields with their history. */
export class DocumentStore {
  readonly #sql: SqlStorage;
  readonly #documentId: () => string;

  constructor(sql: SqlStorage, documentId: () => string) {
    this.#sql = sql;
    this.#documentId = documentId;
  }

  /** The present fields, with the head as `seq`. */
  read(head: number): Document {
    const row = this.#sql
      .exec<DocumentRow>(`SELECT ${COLUMNS} FROM document_rows ORDER BY seq DESC LIMIT 1`)
      .one();
    return toDocument(row, this.#documentId(), head);
  }

  /** The fields as they were at `seq`; null: the document had not been made yet. */
  readAt(seq: number): Document | null {
    const [row] = this.#sql
      .exec<DocumentRow>(`SELECT ${COLUMNS} FROM document_rows WHERE seq <= ? ORDER BY seq DESC LIMIT 1`, seq)
      .toArray();
    return row ? toDocument(row, this.#documentId(), seq) : null;
  }

  write(document: Document): void {
    const { seq, image } = document;
    const stored: StoredImage | null = image && {
      sha256: image.sha256,
      content_type: image.content_type,
      bytes: image.bytes,
      width: image.width,
      height: image.height,
    };
    // The present row is the last one. It is found by its key, however long the history is.
    this.#sql.exec(
      "UPDATE document_rows SET until = ? WHERE seq = (SELECT MAX(seq) FROM document_rows)",
      seq,
    );
    this.#sql.exec(
      `INSERT INTO document_rows (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      seq,
      document.version,
      document.title,
      document.status,
      document.width,
      document.height,
      stored && JSON.stringify(stored),
      JSON.stringify(document.metadata),
      Date.parse(document.created_at),
      Date.parse(document.updated_at),
      document.deleted_at === null ? null : Date.parse(document.deleted_at),
      document.updated_by,
      document.updated_by_name,
    );
  }
}
