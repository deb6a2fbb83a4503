import type { RevertResult, Version } from "../protocol/model/version.ts";
import { Signal } from "./readable.ts";
import type { Http } from "./rest/http.ts";
import type { Versions } from "./room-api.ts";

export interface VersionListOptions {
  http: Http;
  documentId: string;
  /** Everything is saved. */
  allSaved: () => Promise<void>;
  /** The room has everything up to a seq. */
  hasSeen: (seq: number) => Promise<void>;
  signal: AbortSignal;
}

/** The document's versions: read when somebody first asks, and kept up to date by what the room hears. */
export class VersionList implements Versions {
  readonly #options: VersionListOptions;
  readonly #list = new Signal<readonly Version[]>([]);
  readonly #versions = new Map<string, Version>();
  /** `known`: as far as the room's events tell, since it was read. */
  #state: "unknown" | "reading" | "known" = "unknown";
  #isWanted = false;

  constructor(options: VersionListOptions) {
    this.#options = options;
  }

  get value(): readonly Version[] {
    return this.#list.value;
  }

  subscribe(listener: (versions: readonly Version[]) => void): () => void {
    this.#isWanted = true;
    this.refresh();
    return this.#list.subscribe(listener);
  }

  async create(label?: string): Promise<Version> {
    const { http, documentId, allSaved, signal } = this.#options;
    await allSaved();
    const json = { document_id: documentId, ...(label !== undefined && { label }) };
    const version = await http.json<Version>("POST", "/v1/versions", { json, signal });
    this.add(version);
    return version;
  }

  async revert(id: string): Promise<Version> {
    const { http, documentId, allSaved, hasSeen, signal } = this.#options;
    await allSaved();
    const path = `/v1/versions/${encodeURIComponent(id)}/revert`;
    const query = { document_id: documentId };
    const { version, document } = await http.json<RevertResult>("POST", path, { query, signal });
    await hasSeen(document.seq);
    return version;
  }

  add(version: Version): void {
    this.#versions.set(version.id, version);
    // Before the list is read it would show this one only.
    if (this.#state === "known") this.#show();
  }

  /** Versions may have been missed. */
  forget(): void {
    if (this.#state === "known") this.#state = "unknown";
    this.refresh();
  }

  /** Reads the list if somebody wants it and it is not known. */
  refresh(): void {
    if (this.#isWanted && this.#state === "unknown") void this.#read();
  }

  async #read(): Promise<void> {
    const { http, documentId, signal } = this.#options;
    this.#state = "reading";
    try {
      const all = http.list<Version>("/v1/versions", { query: { document_id: documentId }, signal });
      for await (const version of all) this.#versions.set(version.id, version);
      this.#state = "known";
      this.#show();
    } catch {
      // Read with the next connection.
      this.#state = "unknown";
    }
  }

  #show(): void {
    this.#list.set([...this.#versions.values()].sort((a, b) => b.number - a.number));
  }
}
