import { type Content, emptyContent } from "../crdt-content.ts";
import type { IndexState } from "./op-id-index.ts";

const READ = "SELECT value FROM meta WHERE key = ?";

/** Single values of a document's object. */
export class MetaStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  #readText(key: string): string | null {
    const [row] = this.#sql.exec<{ value: string | null }>(READ, key).toArray();
    return row?.value ?? null;
  }

  #readNumber(key: string): number {
    const [row] = this.#sql.exec<{ value: number }>(READ, key).toArray();
    return row?.value ?? 0;
  }

  #write(key: string, value: string | number | null): void {
    this.#sql.exec("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", key, value);
  }

  get documentId(): string {
    return this.#readText("document_id") ?? "";
  }
  set documentId(id: string) {
    this.#write("document_id", id);
  }

  /** The hash of the request that made the document: its repeat is told from another one with the same id. */
  get createHash(): string {
    return this.#readText("create_hash") ?? "";
  }
  set createHash(hash: string) {
    this.#write("create_hash", hash);
  }

  /** Seconds since the epoch: tokens issued before are refused. */
  get minIat(): number {
    return this.#readNumber("min_iat");
  }
  set minIat(seconds: number) {
    this.#write("min_iat", seconds);
  }

  /** The `minIat` that was last marked for the catalog; an older service marked none. */
  get markedMinIat(): number {
    return this.#readNumber("marked_min_iat");
  }
  set markedMinIat(seconds: number) {
    this.#write("marked_min_iat", seconds);
  }

  /** The present CRDT content. */
  get content(): Content {
    const text = this.#readText("content");
    return text === null ? emptyContent : (JSON.parse(text) as Content);
  }
  set content(content: Content) {
    this.#write("content", JSON.stringify(content));
  }

  /** The content as it was before its last snapshot; null where there was none, or after a revert. */
  get previousContent(): Content | null {
    const text = this.#readText("previous_content");
    return text === null ? null : (JSON.parse(text) as Content);
  }
  set previousContent(content: Content | null) {
    this.#write("previous_content", content === null ? null : JSON.stringify(content));
  }

  /** null: no opId has been moved into the index yet. */
  get opIdIndex(): IndexState | null {
    const text = this.#readText("operation_index");
    return text === null ? null : (JSON.parse(text) as IndexState);
  }
  set opIdIndex(state: IndexState) {
    this.#write("operation_index", JSON.stringify(state));
  }

  /** Commits up to this seq hold no opIds, and as many updates as a row may; see commit-packer.ts. */
  get packedThrough(): number {
    return this.#readNumber("packed_through");
  }
  set packedThrough(seq: number) {
    this.#write("packed_through", seq);
  }

  /** The highest seq of an update that compaction dropped: nothing before it can be resumed from. */
  get compactedThrough(): number {
    return this.#readNumber("compacted_through");
  }
  set compactedThrough(seq: number) {
    this.#write("compacted_through", seq);
  }
}
