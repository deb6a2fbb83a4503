import type { Version } from "../protocol/model/version.ts";
import { Signal } from "./readable.ts";
import type { RoomRequests } from "./rest/room-requests.ts";
import type { Versions } from "./room-api.ts";

export interface VersionListOptions {
  requests: () => Promise<RoomRequests>;
  /** Everything is saved. */
  allSaved: () => Promise<void>;
  /** The room has everything up to a seq. */
  hasSeen: (seq: number) => Promise<void>;
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
    const { requests, allSaved } = this.#options;
    await allSaved();
    const version = await (await requests()).createVersion(label);
    this.add(version);
    return version;
  }

  async revert(id: string): Promise<Version> {
    const { requests, allSaved, hasSeen } = this.#options;
    await allSaved();
    const { version, document } = await (await requests()).revertTo(id);
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
    this.#state = "reading";
    try {
      const requests = await this.#options.requests();
      for (const version of await requests.listVersions()) this.#versions.set(version.id, version);
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
