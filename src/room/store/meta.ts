import { type CrdtContent, emptyContent } from "../crdt-content.ts";
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

  /** The hash of the request that made the document. It tells a repeat from another request with the same id. */
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

  /** The `minIat` that was last marked for the catalog. Older versions of the service marked none. */
  get markedMinIat(): number {
    return this.#readNumber("marked_min_iat");
  }
  set markedMinIat(seconds: number) {
    this.#write("marked_min_iat", seconds);
  }

  /** See `ContributorStore`. null: an older version of the service kept none. */
  get contributors(): string[] | null {
    const text = this.#readText("contributors");
    return text === null ? null : (JSON.parse(text) as string[]);
  }
  set contributors(people: string[]) {
    this.#write("contributors", JSON.stringify(people));
  }

  /** The present CRDT content. */
  get content(): CrdtContent {
    const text = this.#readText("content");
    return text === null ? emptyContent : (JSON.parse(text) as CrdtContent);
  }
  set content(content: CrdtContent) {
    this.#write("content", JSON.stringify(content));
  }

  /** The content as it was before the last snapshot; null: there was no snapshot yet, or none since a revert. */
  get previousContent(): CrdtContent | null {
    const text = this.#readText("previous_content");
    return text === null ? null : (JSON.parse(text) as CrdtContent);
  }
  set previousContent(content: CrdtContent | null) {
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

  /** Commits up to this seq are packed; see commit-packer.ts. */
  get packedThrough(): number {
    return this.#readNumber("packed_through");
  }
  set packedThrough(seq: number) {
    this.#write("packed_through", seq);
  }

  /** The highest seq of an update that compaction dropped. Nobody can resume from before it. */
  get compactedThrough(): number {
    return this.#readNumber("compacted_through");
  }
  set compactedThrough(seq: number) {
    this.#write("compacted_through", seq);
  }
}
