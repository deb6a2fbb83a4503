import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { AcetateError } from "../../client/acetate-error.ts";
import type { Client } from "../../client/rest/create-client.ts";
import { newId } from "../../client/new-id.ts";
import { TITLE_MAX } from "../../protocol/limits.ts";
import type { Document } from "../../protocol/model/document.ts";
import type { UnsupportedFormat } from "../../protocol/other-formats.ts";
import { type PictureProblem, preparePicture, UnusablePicture } from "./prepare-picture.ts";

/** More at once would only make each of them slower. */
const AT_ONCE = 2;

export type UploadState =
  | { is: "waiting" }
  | { is: "preparing" }
  | { is: "sending"; progress: number }
  | { is: "unusable"; problem: PictureProblem }
  | { is: "refused"; error: AcetateError }
  /** The network or the service failed: it can be tried again. */
  | { is: "stopped"; isOffline: boolean };

/** A picture on its way to become a document. */
export interface Upload {
  id: string;
  file: File;
  title: string;
  /** A blob: address to show it; it is revoked when the upload is gone. */
  preview: string;
  state: Signal<UploadState>;
}

/** A picture that was sent in another format than it had. */
export interface Redrawn {
  name: string;
  format: UnsupportedFormat;
}

export interface UploadOptions {
  client: Client;
  token: string | null;
  onAdded: (document: Document) => void;
}

/** Pictures that are being added, in the order in which they were chosen. */
export class Uploads {
  readonly list = signal<readonly Upload[]>([]);
  /** How many of this go were added, and of how many. */
  readonly done = signal(0);
  readonly all = signal(0);
  /** Those of this go that were sent in another format. */
  readonly redrawn = signal<readonly Redrawn[]>([]);
  readonly isActive: ReadonlySignal<boolean>;
  /** Something would be lost if the page were left now. */
  readonly isUnfinished: ReadonlySignal<boolean>;

  readonly #options: UploadOptions;
  readonly #aborts = new Map<string, AbortController>();

  constructor(options: UploadOptions) {
    this.#options = options;
    this.isActive = computed(() => this.list.value.some(({ state }) => isOnItsWay(state.value)));
    this.isUnfinished = computed(
      () => this.isActive.value || this.list.value.some(({ state }) => state.value.is === "stopped"),
    );
  }

  /** @param title of each of them; without it, the file's name */
  add(files: Iterable<File>, title?: string): void {
    const added = Array.from(files, (file) => ({
      id: newId(),
      file,
      title: title ?? titleOf(file),
      preview: URL.createObjectURL(file),
      state: signal<UploadState>({ is: "waiting" }),
    }));
    if (added.length === 0) return;
    if (!this.isActive.value) {
      this.all.value = this.done.value = 0;
      this.redrawn.value = [];
    }
    this.all.value += added.length;
    this.list.value = [...this.list.value, ...added];
    this.#sendNext();
  }

  /** Stops an upload, or forgets one that failed. */
  dismiss(upload: Upload): void {
    const { value: state } = upload.state;
    if (isOnItsWay(state)) this.all.value -= 1;
    if (state.is === "sending" || state.is === "stopped") this.#takeBack(upload);
    this.#forget(upload);
    this.#aborts.get(upload.id)?.abort();
    this.#sendNext();
  }

  /** The network is back, or the person tries again: goes on with all that stopped. */
  resume(): void {
    for (const { state } of this.list.value) {
      if (state.value.is !== "stopped") continue;
      state.value = { is: "waiting" };
      this.all.value += 1;
    }
    this.#sendNext();
  }

  /** The page is being left: takes back the documents whose picture is not there yet. */
  leave(): void {
    for (const upload of this.list.value) {
      const { is } = upload.state.value;
      if (is === "sending" || is === "stopped") this.#takeBackAtOnce(upload);
    }
  }

  #sendNext(): void {
    for (const upload of this.list.value) {
      if (this.#aborts.size >= AT_ONCE) return;
      if (upload.state.value.is === "waiting" && !this.#aborts.has(upload.id)) void this.#send(upload);
    }
  }

  async #send(upload: Upload): Promise<void> {
    const { id, title, state } = upload;
    const abort = new AbortController();
    const { signal } = abort;
    this.#aborts.set(id, abort);
    state.value = { is: "preparing" };
    try {
      const { file, madeFrom } = await preparePicture(upload.file);
      if (signal.aborted) return;
      state.value = { is: "sending", progress: 0 };
      const { documents } = this.#options.client;
      // With ids of our own a second try makes no second document.
      await documents.create({ id, title }, { signal });
      const onProgress = (progress: number): void => void (state.value = { is: "sending", progress });
      const document = await documents.uploadImage(id, file, { signal, onProgress });
      if (madeFrom !== null)
        this.redrawn.value = [...this.redrawn.value, { name: upload.file.name, format: madeFrom }];
      this.done.value += 1;
      this.#forget(upload);
      this.#options.onAdded(document);
    } catch (error) {
      if (!signal.aborted) this.#fail(upload, error);
    } finally {
      this.#aborts.delete(id);
      this.#sendNext();
    }
  }

  #fail(upload: Upload, error: unknown): void {
    this.all.value -= 1;
    if (error instanceof UnusablePicture) upload.state.value = { is: "unusable", problem: error.problem };
    else if (!(error instanceof AcetateError)) throw error;
    else if (error.code === "network" || error.code === "unavailable") {
      const stopped = { is: "stopped", isOffline: error.code === "network" } as const;
      upload.state.value = stopped;
      // What waits would only find out the same, after many tries.
      for (const { state } of this.list.value) {
        if (state.value.is !== "waiting") continue;
        state.value = stopped;
        this.all.value -= 1;
      }
    } else {
      upload.state.value = { is: "refused", error };
      this.#takeBack(upload);
    }
  }

  /** Deletes the document: without its picture it is of no use to anybody. It may not be there at all. */
  #takeBack({ id }: Upload): void {
    this.#options.client.documents.delete(id).catch(() => undefined);
  }

  /** The same while the page goes away: the client's requests begin a moment later, and that would be too late. */
  #takeBackAtOnce({ id }: Upload): void {
    const { token } = this.#options;
    const headers = new Headers(token === null ? {} : { Authorization: `Bearer ${token}` });
    fetch(`/v1/documents/${id}`, { method: "DELETE", headers, keepalive: true }).catch(() => undefined);
  }

  #forget(upload: Upload): void {
    URL.revokeObjectURL(upload.preview);
    this.list.value = this.list.value.filter(({ id }) => id !== upload.id);
  }
}

function isOnItsWay({ is }: UploadState): boolean {
  return is === "waiting" || is === "preparing" || is === "sending";
}

/** "IMG_2041.jpeg" → "IMG_2041". */
function titleOf({ name }: File): string {
  const title = name.replace(/\.[a-z0-9]{2,5}$/i, "").trim();
  // A title that is cut may end in half of a character.
  return (title === "" ? name.trim() || "Picture" : title)
    .slice(0, TITLE_MAX)
    .replace(/[\ud800-\udbff]$/, "");
}
