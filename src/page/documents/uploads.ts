import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { AcetateError } from "../../client/acetate-error.ts";
import type { Client } from "../../client/rest/create-client.ts";
import { newId } from "../../client/new-id.ts";
import { IMAGE_MAX_BYTES, TITLE_MAX } from "../../protocol/limits.ts";
import type { Document } from "../../protocol/model/document.ts";

/** More at once would only make each of them slower. */
const AT_ONCE = 2;

export type UploadState =
  | { is: "waiting" }
  | { is: "sending"; progress: number }
  | { is: "too-large" }
  | { is: "failed"; message: string; canRetry: boolean };

/** A picture on its way to become a document. */
export interface Upload {
  id: string;
  file: File;
  /** A blob: address to show it; it is revoked when the upload is gone. */
  preview: string;
  state: Signal<UploadState>;
}

/** Pictures that are being added, in the order in which they were chosen. */
export class Uploads {
  readonly list = signal<readonly Upload[]>([]);
  /** How many of this go were added, and of how many. */
  readonly done = signal(0);
  readonly all = signal(0);
  readonly isActive: ReadonlySignal<boolean>;

  readonly #client: Client;
  readonly #onAdded: (document: Document) => void;
  readonly #aborts = new Map<string, AbortController>();

  constructor(client: Client, onAdded: (document: Document) => void) {
    this.#client = client;
    this.#onAdded = onAdded;
    this.isActive = computed(() => this.list.value.some(({ state }) => isOnItsWay(state.value)));
  }

  add(files: Iterable<File>): void {
    const added = Array.from(files, (file) => ({
      id: newId(),
      file,
      preview: URL.createObjectURL(file),
      state: signal<UploadState>(file.size > IMAGE_MAX_BYTES ? { is: "too-large" } : { is: "waiting" }),
    }));
    if (!this.isActive.value) this.all.value = this.done.value = 0;
    this.all.value += added.filter(({ state }) => state.value.is === "waiting").length;
    this.list.value = [...this.list.value, ...added];
    this.#sendNext();
  }

  /** Stops an upload, or forgets one that failed. */
  dismiss(upload: Upload): void {
    this.#aborts.get(upload.id)?.abort();
    const { value: state } = upload.state;
    if (state.is === "waiting") this.all.value -= 1;
    if (state.is === "failed" && state.canRetry) this.#takeBack(upload);
    this.#forget(upload);
    this.#sendNext();
  }

  retry(upload: Upload): void {
    upload.state.value = { is: "waiting" };
    this.all.value += 1;
    this.#sendNext();
  }

  #sendNext(): void {
    for (const upload of this.list.value) {
      if (this.#aborts.size >= AT_ONCE) return;
      if (upload.state.value.is === "waiting" && !this.#aborts.has(upload.id)) void this.#send(upload);
    }
  }

  async #send(upload: Upload): Promise<void> {
    const abort = new AbortController();
    this.#aborts.set(upload.id, abort);
    upload.state.value = { is: "sending", progress: 0 };
    const { documents } = this.#client;
    try {
      // With ids of our own a second try makes no second document.
      await documents.create({ id: upload.id, title: titleOf(upload.file) }, { signal: abort.signal });
      const document = await documents.uploadImage(upload.id, upload.file, {
        signal: abort.signal,
        onProgress: (progress) => (upload.state.value = { is: "sending", progress }),
      });
      this.done.value += 1;
      this.#forget(upload);
      this.#onAdded(document);
    } catch (error) {
      if (!(error instanceof AcetateError)) throw error;
      this.all.value -= 1;
      const canRetry = error.code === "network" || error.code === "unavailable";
      if (!abort.signal.aborted) upload.state.value = { is: "failed", message: error.message, canRetry };
      if (!canRetry) this.#takeBack(upload);
    } finally {
      this.#aborts.delete(upload.id);
      this.#sendNext();
    }
  }

  /** Deletes the document: without its picture it is of no use to anybody. It may not be there at all. */
  #takeBack({ id }: Upload): void {
    this.#client.documents.delete(id).catch(() => undefined);
  }

  #forget(upload: Upload): void {
    URL.revokeObjectURL(upload.preview);
    this.list.value = this.list.value.filter(({ id }) => id !== upload.id);
  }
}

function isOnItsWay({ is }: UploadState): boolean {
  return is === "waiting" || is === "sending";
}

/** "IMG_2041.jpeg" → "IMG_2041". */
function titleOf({ name }: File): string {
  const title = name.replace(/\.[a-z0-9]{2,5}$/i, "").trim();
  return (title === "" ? name.trim() || "Picture" : title).slice(0, TITLE_MAX);
}
