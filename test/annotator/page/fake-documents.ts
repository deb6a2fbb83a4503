import type { DocumentSummary } from "../../../src/protocol/model/document.ts";

type Failure = { status: number; code: string; detail: string } | "away" | null;

/** Tasks that the client takes between an answer and what it does with it, and then some. */
const TURNS = 5;

/** The documents of a service, as far as the list asks for them. The real one is asked in `test/browser/page`. */
export class FakeDocuments {
  /** The newest first. */
  documents: DocumentSummary[] = [];
  /** What comes of the next requests. null: what they ask for. */
  failure: Failure = null;
  /** The queries of the list, in order. */
  readonly asked: URLSearchParams[] = [];
  /** The pictures that were asked for. */
  readonly pictures: URL[] = [];
  #pending = 0;

  add(title: string, more: Partial<DocumentSummary> = {}): void {
    const now = new Date().toISOString();
    this.documents.unshift({
      id: crypto.randomUUID(),
      title,
      width: 1_200,
      height: 800,
      image: null,
      metadata: {},
      status: "active",
      version: 1,
      seq: 1,
      annotation_count: 0,
      open_thread_count: 0,
      contributor_count: 0,
      changed_at: now,
      created_at: now,
      updated_at: now,
      deleted_at: null,
      updated_by: null,
      updated_by_name: null,
      ...more,
    });
  }

  /** Resolves when all that was asked so far is answered, and what the answers bring is asked and answered, too. */
  async settle(): Promise<void> {
    for (let idle = 0; idle < TURNS; idle = this.#pending > 0 ? 0 : idle + 1)
      await new Promise((resolve) => setTimeout(resolve));
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    this.#pending++;
    try {
      await new Promise((resolve) => setTimeout(resolve));
      if (this.failure === "away") throw new TypeError("Failed to fetch");
      if (this.failure) return Response.json(this.failure, { status: this.failure.status });
      return this.#answer(new Request(input, init));
    } finally {
      this.#pending--;
    }
  };

  #answer({ method, url }: Request): Response {
    const { pathname, searchParams: query } = new URL(url);
    const [, , , id, action] = pathname.split("/");
    if (id === undefined) return this.#list(query);
    if (method === "GET") {
      this.pictures.push(new URL(url));
      return new Response(new Blob(["picture"]));
    }
    const status = action === "restore" ? "active" : "deleted";
    this.documents = this.documents.map((each) => (each.id === id ? { ...each, status } : each));
    if (method === "DELETE") return new Response(null, { status: 204 });
    return Response.json(this.documents.find((each) => each.id === id));
  }

  #list(query: URLSearchParams): Response {
    this.asked.push(query);
    const all = this.documents.filter(
      ({ title, status }) =>
        title.includes(query.get("q") ?? "") &&
        (status === "active" || query.get("include_deleted") === "true"),
    );
    const from = Number(query.get("after") ?? 0);
    const end = from + Number(query.get("size"));
    const next = end < all.length ? String(end) : null;
    return Response.json({ items: all.slice(from, end), total: all.length, page: 1, size: 24, next });
  }
}
