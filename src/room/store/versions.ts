import type { Page, Paged } from "../../protocol/model/scalars.ts";
import type { Version } from "../../protocol/model/version.ts";
import type { CrdtContent } from "../crdt-content.ts";
import { type VersionRow, toVersion } from "./rows.ts";

const COLUMNS =
  "seq, id, number, label, author, automatic, document_version, annotation_count, content, created_at, author_name";

/** What is stored about a revert, beside the rows it changed. */
export interface Revert {
  seq: number;
  versionId: string;
  crdtChanged: boolean;
  inline: boolean;
}

/** Labels on seqs, and the reverts to them. */
export class VersionStore {
  readonly #sql: SqlStorage;
  readonly #documentId: () => string;
  /** By their JSON. */
  #contents: Map<string, CrdtContent> | null = null;

  constructor(sql: SqlStorage, documentId: () => string) {
    this.#sql = sql;
    this.#documentId = documentId;
  }

  read(id: string): { version: Version; content: CrdtContent } | null {
    return this.#readOne("WHERE id = ?", id);
  }

  readBySeq(seq: number): { version: Version; content: CrdtContent } | null {
    return this.#readOne("WHERE seq = ?", seq);
  }

  /** The number of the newest version; 0: there is none. */
  lastNumber(): number {
    const [last] = this.#sql
      .exec<{ number: number }>("SELECT number FROM versions ORDER BY seq DESC LIMIT 1")
      .toArray();
    return last?.number ?? 0;
  }

  /** Newest first. */
  list({ page, size }: Page): Paged<Version> {
    const items = this.#sql
      .exec<VersionRow>(
        `SELECT ${COLUMNS} FROM versions ORDER BY seq DESC LIMIT ? OFFSET ?`,
        size,
        (page - 1) * size,
      )
      .toArray()
      .map((row) => toVersion(row, this.#documentId()));
    return { items, page, size, total: this.lastNumber() };
  }

  /** The contents that compaction must leave in place. Read once, then kept, since each snapshot asks for them. */
  contents(): Iterable<CrdtContent> {
    return this.#readContents().values();
  }

  #readContents(): Map<string, CrdtContent> {
    if (this.#contents) return this.#contents;
    const rows = this.#sql.exec<{ content: string }>("SELECT DISTINCT content FROM versions");
    const contents = new Map<string, CrdtContent>();
    for (const { content } of rows) contents.set(content, JSON.parse(content) as CrdtContent);
    this.#contents = contents;
    return contents;
  }

  write(version: Version, content: CrdtContent): void {
    const contentText = JSON.stringify(content);
    this.#contents?.set(contentText, content);
    this.#sql.exec(
      `INSERT INTO versions (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      version.seq,
      version.id,
      version.number,
      version.label,
      version.author,
      version.automatic ? 1 : 0,
      version.document_version,
      version.annotation_count,
      contentText,
      Date.parse(version.created_at),
      version.author_name,
    );
  }

  writeRevert(revert: Revert): void {
    this.#sql.exec(
      "INSERT INTO reverts (seq, version_id, crdt_changed, inline) VALUES (?, ?, ?, ?)",
      revert.seq,
      revert.versionId,
      revert.crdtChanged ? 1 : 0,
      revert.inline ? 1 : 0,
    );
  }

  readRevert(seq: number): Revert | null {
    const [row] = this.#sql
      .exec<{ version_id: string; crdt_changed: number; inline: number }>(
        "SELECT version_id, crdt_changed, inline FROM reverts WHERE seq = ?",
        seq,
      )
      .toArray();
    return row
      ? { seq, versionId: row.version_id, crdtChanged: row.crdt_changed === 1, inline: row.inline === 1 }
      : null;
  }

  /** The seq of the last revert that changed CRDT content; 0: there was none. Updates made before it are stale. */
  lastCrdtRevert(): number {
    return this.#lastRevert("crdt_changed = 1");
  }

  /** The seq of the last revert that events can't carry a client over; 0: there was none. */
  resumeBarrier(): number {
    return this.#lastRevert("crdt_changed = 1 OR inline = 0");
  }

  #lastRevert(where: string): number {
    const [last] = this.#sql
      .exec<{ seq: number }>(`SELECT seq FROM reverts WHERE ${where} ORDER BY seq DESC LIMIT 1`)
      .toArray();
    return last?.seq ?? 0;
  }

  #readOne(where: string, key: string | number): { version: Version; content: CrdtContent } | null {
    const [row] = this.#sql.exec<VersionRow>(`SELECT ${COLUMNS} FROM versions ${where}`, key).toArray();
    if (!row) return null;
    return { version: toVersion(row, this.#documentId()), content: JSON.parse(row.content) as CrdtContent };
  }
}
