import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { AcetateError } from "../../client/acetate-error.ts";
import type { Client } from "../../client/rest/create-client.ts";
import { Keep } from "../../annotator/editor/keep.ts";
import { PAGE_SIZE_MAX } from "../../protocol/limits.ts";
import type { Document, DocumentPage, DocumentSort, DocumentSummary } from "../../protocol/model/document.ts";

/** Two or three screens. */
const PAGE_SIZE = 24;
/** So long nobody has typed before a search is sent. */
const SEARCH_PAUSE_MS = 200;
/** Changes of other windows that come within this time are read together. */
const REFRESH_PAUSE_MS = 300;

const keep = new Keep(() => localStorage);
const SORT = "acetate:sort";

/** The orders, as people look for them. */
export const orders: readonly DocumentSort[] = ["changed", "title", "created"];

/** The documents that are shown: found by a text, page by page, in the order that the person chose. */
export class DocumentList {
  readonly documents: ReadonlySignal<readonly DocumentSummary[]>;
  readonly total = signal(0);
  readonly query = signal("");
  readonly sort = signal<DocumentSort>(readSort());
  readonly showsDeleted = signal(false);
  /** Where there is nothing to show: whether there are deleted ones. */
  readonly hasDeleted = signal(false);
  readonly isLoading = signal(true);
  /** Why the list could not be read, or a change not be made. */
  readonly error = signal<AcetateError | null>(null);
  /** Whether there are more pages. */
  readonly hasMore: ReadonlySignal<boolean>;
  /** How many the next page will have. */
  readonly nextCount: ReadonlySignal<number>;

  readonly #client: Client;
  readonly #items = signal<readonly DocumentSummary[]>([]);
  readonly #next = signal<string | null>(null);
  /** The other windows of this browser that show the list. */
  readonly #windows = new BroadcastChannel("acetate:documents");
  #reads = 0;
  #searchTimer: ReturnType<typeof setTimeout> | undefined;
  #refreshTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client) {
    this.#client = client;
    // One that was changed meanwhile may come again.
    this.documents = computed(() => [...new Map(this.#items.value.map((item) => [item.id, item])).values()]);
    this.hasMore = computed(() => this.#next.value !== null);
    this.nextCount = computed(() =>
      Math.min(PAGE_SIZE, Math.max(1, this.total.value - this.documents.value.length)),
    );
    this.#windows.addEventListener("message", () => this.#refreshSoon());
  }

  /** Reads the first page anew. */
  async reload(): Promise<void> {
    const isRead = await this.#read(async () => this.#readPage(PAGE_SIZE), []);
    const isNone = this.#items.value.length === 0 && this.query.value === "" && !this.showsDeleted.value;
    if (isRead && isNone) await this.#lookForDeleted();
  }

  async loadMore(): Promise<void> {
    await this.#read(async () => this.#readPage(PAGE_SIZE, this.#next.value), this.#items.value);
  }

  /** Reads what is shown anew, without taking anything away meanwhile. */
  async refresh(): Promise<void> {
    const shown = this.#items.value.length;
    const found = await this.#read(async () => {
      const first = await this.#readPage(Math.min(Math.max(shown, PAGE_SIZE), PAGE_SIZE_MAX));
      const { items } = first;
      let { next } = first;
      while (next !== null && items.length < shown) {
        const more = await this.#readPage(PAGE_SIZE_MAX, next);
        items.push(...more.items);
        ({ next } = more);
      }
      return { ...first, items: this.#withGone(items), next };
    }, []);
    if (!found) this.error.value = null;
  }

  search(query: string): void {
    this.query.value = query;
    clearTimeout(this.#searchTimer);
    this.#searchTimer = setTimeout(() => void this.reload(), SEARCH_PAUSE_MS);
  }

  showDeleted(shows: boolean): void {
    this.showsDeleted.value = shows;
    void this.reload();
  }

  sortBy(sort: DocumentSort): void {
    this.sort.value = sort;
    keep.write(SORT, sort);
    void this.reload();
  }

  /** Puts a new document at the top. */
  add(document: Document): void {
    const nothing = { annotation_count: 0, open_thread_count: 0, contributor_count: 0 };
    batch(() => {
      this.#items.value = [
        { ...document, ...nothing, changed_at: document.updated_at },
        ...this.#items.value.filter(({ id }) => id !== document.id),
      ];
      this.total.value += 1;
    });
    this.#tellOthers();
  }

  async createBlank(title: string, size: { width: number; height: number }): Promise<Document | null> {
    const made = await this.#attempt(() => this.#client.documents.create({ title, ...size }));
    if (made) this.#tellOthers();
    return made;
  }

  async rename(id: string, title: string): Promise<void> {
    await this.#change(id, () => this.#client.documents.update(id, { title }));
  }

  /** The document stays where it was, marked as deleted, so that it can be restored at once. */
  async delete(document: DocumentSummary): Promise<boolean> {
    return this.#change(document.id, async () => {
      await this.#client.documents.delete(document.id);
      return { ...document, status: "deleted" };
    });
  }

  async restore(id: string): Promise<boolean> {
    return this.#change(id, () => this.#client.documents.restore(id));
  }

  /** @returns whether it was made */
  async #change(id: string, act: () => Promise<Document>): Promise<boolean> {
    const changed = await this.#attempt(act);
    if (!changed) return false;
    this.#items.value = this.#items.value.map((item) => (item.id === id ? { ...item, ...changed } : item));
    this.#tellOthers();
    return true;
  }

  async #lookForDeleted(): Promise<void> {
    const found = await this.#attempt(() => this.#client.documents.list({ size: 1, include_deleted: true }));
    this.hasDeleted.value = found !== null && found.total > 0;
  }

  #tellOthers(): void {
    // eslint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
    this.#windows.postMessage(null);
  }

  #refreshSoon(): void {
    clearTimeout(this.#refreshTimer);
    // A window that nobody sees reads it when it is looked at again.
    this.#refreshTimer = setTimeout(() => {
      if (!document.hidden) void this.refresh();
    }, REFRESH_PAUSE_MS);
  }

  #readPage(size: number, after: string | null = null): Promise<DocumentPage> {
    return this.#client.documents.list({
      size,
      sort: this.sort.value,
      include_deleted: this.showsDeleted.value,
      ...(after !== null && { after }),
      ...(this.query.value.trim() !== "" && { q: this.query.value.trim() }),
    });
  }

  async #read(act: () => Promise<DocumentPage>, before: readonly DocumentSummary[]): Promise<boolean> {
    const read = ++this.#reads;
    this.isLoading.value = true;
    const found = await this.#attempt(act);
    // A later search has begun.
    if (read !== this.#reads) return true;
    batch(() => {
      this.isLoading.value = false;
      if (!found) return;
      this.#next.value = found.next;
      this.total.value = found.total;
      this.#items.value = [...before, ...found.items];
    });
    return found !== null;
  }

  /** What was deleted here just now stays where it was, as long as it can be restored there. */
  #withGone(items: readonly DocumentSummary[]): DocumentSummary[] {
    const found = new Set(items.map(({ id }) => id));
    const all = [...items];
    for (const [index, item] of this.#items.value.entries()) {
      if (item.status === "deleted" && !found.has(item.id)) all.splice(index, 0, item);
    }
    return all;
  }

  async #attempt<T>(act: () => Promise<T>): Promise<T | null> {
    try {
      const result = await act();
      this.error.value = null;
      return result;
    } catch (error) {
      if (!(error instanceof AcetateError)) throw error;
      this.error.value = error;
      return null;
    }
  }
}

function readSort(): DocumentSort {
  const kept = keep.read(SORT);
  return orders.find((sort) => sort === kept) ?? "changed";
}
