import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { AcetateError } from "../../client/acetate-error.ts";
import type { Client } from "../../client/rest/create-client.ts";
import type { Document } from "../../protocol/model/document.ts";

/** Two or three screens. */
const PAGE_SIZE = 24;
/** So long nobody has typed before a search is sent. */
const SEARCH_PAUSE_MS = 200;

/** The documents that are shown: found by a text, page by page, the newest first. */
export class DocumentList {
  readonly documents: ReadonlySignal<readonly Document[]>;
  readonly total = signal(0);
  readonly query = signal("");
  readonly showsDeleted = signal(false);
  readonly isLoading = signal(true);
  /** Why the list could not be read, or a change not be made. */
  readonly error = signal<AcetateError | null>(null);
  /** Whether there are more pages. */
  readonly hasMore: ReadonlySignal<boolean>;

  readonly #client: Client;
  readonly #items = signal<readonly Document[]>([]);
  #page = 0;
  #reads = 0;
  #searchTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client) {
    this.#client = client;
    // A document that is added meanwhile moves the others down: the next page begins with some that are there already.
    this.documents = computed(() => [...new Map(this.#items.value.map((item) => [item.id, item])).values()]);
    this.hasMore = computed(() => this.documents.value.length < this.total.value);
  }

  /** Reads the first page anew. */
  async reload(): Promise<void> {
    await this.#read(1);
  }

  async loadMore(): Promise<void> {
    await this.#read(this.#page + 1);
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

  /** Puts a new document at the top. */
  add(document: Document): void {
    batch(() => {
      this.#items.value = [document, ...this.#items.value];
      this.total.value += 1;
    });
  }

  async createBlank(title: string, size: { width: number; height: number }): Promise<Document | null> {
    return this.#attempt(() => this.#client.documents.create({ title, ...size }));
  }

  async rename(id: string, title: string): Promise<void> {
    await this.#attempt(async () => this.#replace(await this.#client.documents.update(id, { title })));
  }

  /** The document stays where it was, marked as deleted, so that it can be restored at once. */
  async delete(document: Document): Promise<void> {
    await this.#attempt(async () => {
      await this.#client.documents.delete(document.id);
      this.#replace({ ...document, status: "deleted" });
    });
  }

  async restore(id: string): Promise<void> {
    await this.#attempt(async () => this.#replace(await this.#client.documents.restore(id)));
  }

  async #read(page: number): Promise<void> {
    const read = ++this.#reads;
    this.isLoading.value = true;
    const found = await this.#attempt(() =>
      this.#client.documents.list({
        page,
        size: PAGE_SIZE,
        include_deleted: this.showsDeleted.value,
        ...(this.query.value.trim() !== "" && { q: this.query.value.trim() }),
      }),
    );
    // A later search has begun.
    if (read !== this.#reads) return;
    batch(() => {
      this.isLoading.value = false;
      if (!found) return;
      this.#page = page;
      this.total.value = found.total;
      this.#items.value = page === 1 ? found.items : [...this.#items.value, ...found.items];
    });
  }

  #replace(document: Document): void {
    this.#items.value = this.#items.value.map((item) => (item.id === document.id ? document : item));
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
