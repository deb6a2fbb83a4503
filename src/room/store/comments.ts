import type { Comment } from "../../protocol/model/comment.ts";
import { type Page, type Paged, toTimestamp } from "../../protocol/model/scalars.ts";
import { ORDINALS_PER_SEQ } from "../ordinals.ts";
import { mergeByOrdinal } from "./merge-by-ordinal.ts";
import { type SignedRow, readSignature, writeSignature } from "./signatures.ts";

/** The conditions of a list. */
export interface CommentFilter {
  annotation_id?: string | undefined;
  author?: string | undefined;
  /** Of the thread that the comment is in. */
  resolved?: boolean | undefined;
  status: Comment["status"] | "all";
}

type CommentRow = SignedRow & {
  seq: number;
  id: string;
  ordinal: number;
  annotation_id: string;
  reply_to: string | null;
  status: Comment["status"];
  text: string;
  resolved_by: string | null;
  resolved_by_name: string | null;
  resolved_at: number | null;
  created_at: number;
  updated_at: number;
  edited_at: number | null;
};

const COLUMNS =
  "seq, id, ordinal, annotation_id, reply_to, version, status, text, author, author_name, resolved_by, resolved_at, " +
  "created_at, updated_at, edited_at, resolved_by_name, updated_by, updated_by_name";

/** About how many bytes of JSON a comment has beside its text. */
export const COMMENT_BYTES = 600;

/** The comments on the document's annotations, with their history. */
export class CommentStore {
  readonly #sql: SqlStorage;
  readonly #documentId: () => string;
  /** null: to be counted. */
  #openThreads: number | null = null;

  constructor(sql: SqlStorage, documentId: () => string) {
    this.#sql = sql;
    this.#documentId = documentId;
  }

  /** The present state of a comment, deleted or not. */
  read(id: string): Comment | null {
    const [comment] = this.#query("WHERE id = ? ORDER BY seq DESC LIMIT 1", id);
    return comment ?? null;
  }

  /** What a comment became at `seq`; null: no comment changed then. */
  readChangedAt(seq: number): Comment | null {
    const [comment] = this.#query("WHERE seq = ?", seq);
    return comment ?? null;
  }

  /** When a comment last changed, in ms; null: there never was one. */
  lastChangedAt(): number | null {
    const [row] = this.#sql
      .exec<{ at: number }>("SELECT updated_at AS at FROM comment_rows ORDER BY seq DESC LIMIT 1")
      .toArray();
    return row?.at ?? null;
  }

  /**
   * How many threads wait for an answer: they are not resolved, have a comment that is not deleted, and their
   * annotation is there. Counted when it may have changed, then kept.
   */
  countOpenThreads(): number {
    this.#openThreads ??= this.#sql
      .exec<{ count: number }>(
        `SELECT COUNT(*) AS count FROM comment_rows AS thread
         WHERE until IS NULL AND shown = 1 AND reply_to IS NULL AND resolved_at IS NULL
           AND (status = 'active' OR EXISTS (SELECT 1 FROM comment_rows AS reply
             WHERE reply.annotation_id = thread.annotation_id AND reply.until IS NULL
               AND reply.reply_to = thread.id AND reply.status = 'active'))
           AND (SELECT status FROM annotation_rows WHERE id = thread.annotation_id ORDER BY seq DESC LIMIT 1) = 'active'`,
      )
      .one().count;
    return this.#openThreads;
  }

  /** Annotations came or went, and their threads with them. */
  forgetOpenThreads(): void {
    this.#openThreads = null;
  }

  list(filter: CommentFilter, { page, size }: Page): Paged<Comment> {
    const { sql, params } = commentConditions(filter);
    const where = `WHERE until IS NULL AND ${sql}`;
    const items = this.#query(
      `${where} ORDER BY ordinal LIMIT ? OFFSET ?`,
      ...params,
      size,
      (page - 1) * size,
    );
    const { total } = this.#sql
      .exec<{ total: number }>(`SELECT COUNT(*) AS total FROM comment_rows ${where}`, ...params)
      .one();
    return { items, page, size, total };
  }

  /**
   * The comments that a state at `seq` has, after the ordinal `after` and in the order of creation, until they take
   * `maxBytes` of JSON. `next`: the ordinal of the last one; null: there are no more.
   */
  readAt(seq: number, after: number, maxBytes: number): { comments: Comment[]; next: number | null } {
    const comments: Comment[] = [];
    let bytes = 0;
    for (const row of this.#rowsAt(seq, after)) {
      comments.push(toComment(row, this.#documentId()));
      bytes += row.text.length + COMMENT_BYTES;
      if (bytes >= maxBytes) return { comments, next: row.ordinal };
    }
    return { comments, next: null };
  }

  /** As `readAt`, but each as JSON. */
  readTextAt(seq: number, after: number, maxBytes: number): { items: string[]; next: number | null } {
    const { comments, next } = this.readAt(seq, after, maxBytes);
    return { items: comments.map((comment) => JSON.stringify(comment)), next };
  }

  /** The last seq that changed a comment; 0: there never was one. */
  #lastChange(): number {
    return this.#sql.exec<{ seq: number }>("SELECT IFNULL(MAX(seq), 0) AS seq FROM comment_rows").one().seq;
  }

  #rowsAt(seq: number, after: number): Iterable<CommentRow> {
    // At present the deleted replies need not be looked at, however many there are.
    if (seq >= this.#lastChange()) return this.#rowsAmong(1, seq, after);
    return mergeByOrdinal(this.#rowsAmong(1, seq, after), this.#rowsAmong(0, seq, after));
  }

  /**
   * What a state at `seq` has of the comments that are shown at present, or are not. Every comment has one present row.
   * Mostly that row was also in force at `seq`.
   */
  #rowsAmong(shown: 0 | 1, seq: number, after: number): Iterable<CommentRow> {
    return this.#sql.exec<CommentRow>(
      `SELECT row_then.* FROM comment_rows AS present CROSS JOIN comment_rows AS row_then
       WHERE present.until IS NULL AND present.shown = ?4 AND present.ordinal > ?1 AND present.ordinal < ?2
         AND row_then.shown = 1 AND row_then.seq = IIF(present.seq <= ?3, present.seq, (
           SELECT MAX(seq) FROM comment_rows WHERE id = present.id AND seq <= ?3))
       ORDER BY present.ordinal`,
      after,
      (seq + 1) * ORDINALS_PER_SEQ,
      seq,
      shown,
    );
  }

  /** About how many bytes each comment of the present state has, without reading them. */
  *iterateSizes(): Generator<number> {
    const rows = this.#sql.exec<{ bytes: number }>(
      `SELECT OCTET_LENGTH(text) + ${COMMENT_BYTES} AS bytes FROM comment_rows
       WHERE until IS NULL AND shown = 1 ORDER BY ordinal`,
    );
    for (const { bytes } of rows) yield bytes;
  }

  write(comment: Comment): void {
    const { id, seq } = comment;
    this.forgetOpenThreads();
    if (comment.version > 1) {
      // The present row is found by a key, however long the history is.
      this.#sql.exec(
        "UPDATE comment_rows SET until = ?1 WHERE seq = (SELECT MAX(seq) FROM comment_rows WHERE id = ?2)",
        seq,
        id,
      );
    }
    this.#sql.exec(
      `INSERT INTO comment_rows (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      seq,
      id,
      comment.ordinal,
      comment.annotation_id,
      comment.reply_to,
      comment.version,
      comment.status,
      comment.text,
      comment.author,
      comment.author_name,
      comment.resolved_by,
      toMs(comment.resolved_at),
      toMs(comment.created_at),
      toMs(comment.updated_at),
      toMs(comment.edited_at),
      comment.resolved_by_name,
      ...writeSignature(comment),
    );
  }

  #query(rest: string, ...params: (string | number)[]): Comment[] {
    return this.#sql
      .exec<CommentRow>(`SELECT ${COLUMNS} FROM comment_rows ${rest}`, ...params)
      .toArray()
      .map((row) => toComment(row, this.#documentId()));
  }
}

function commentConditions(filter: CommentFilter): { sql: string; params: (string | number)[] } {
  const parts: string[] = [];
  const params: (string | number)[] = [];
  if (filter.annotation_id !== undefined) {
    parts.push("annotation_id = ?");
    params.push(filter.annotation_id);
  } else {
    // Leads to the index of present rows, by ordinal.
    parts.push(filter.status === "active" ? "shown = 1" : "shown IN (0, 1)");
  }
  if (filter.author !== undefined) {
    parts.push("author = ?");
    params.push(filter.author);
  }
  if (filter.status !== "all") {
    parts.push("status = ?");
    params.push(filter.status);
  }
  if (filter.resolved !== undefined) {
    parts.push(
      `(SELECT thread.resolved_at FROM comment_rows AS thread
        WHERE thread.id = IFNULL(comment_rows.reply_to, comment_rows.id) ORDER BY thread.seq DESC LIMIT 1)
       IS ${filter.resolved ? "NOT " : ""}NULL`,
    );
  }
  return { sql: parts.join(" AND "), params };
}

function toComment(row: CommentRow, documentId: string): Comment {
  return {
    id: row.id,
    document_id: documentId,
    annotation_id: row.annotation_id,
    reply_to: row.reply_to,
    text: row.text,
    author: row.author,
    author_name: row.author_name,
    resolved: row.resolved_at !== null,
    resolved_by: row.resolved_by,
    resolved_by_name: row.resolved_by_name,
    resolved_at: fromMs(row.resolved_at),
    status: row.status,
    version: row.version,
    seq: row.seq,
    ordinal: row.ordinal,
    created_at: toTimestamp(row.created_at),
    updated_at: toTimestamp(row.updated_at),
    edited_at: fromMs(row.edited_at),
    ...readSignature(row),
  };
}

function toMs(timestamp: string | null): number | null {
  return timestamp === null ? null : Date.parse(timestamp);
}

function fromMs(ms: number | null): string | null {
  return ms === null ? null : toTimestamp(ms);
}
