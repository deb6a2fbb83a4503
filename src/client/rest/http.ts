import type { TokenSource } from "../token-source.ts";
import { AcetateError } from "../acetate-error.ts";
import { loadRest } from "./load-rest.ts";
import type { Upload } from "./upload.ts";

export interface HttpOptions {
  /** In place of the global one: for a service binding of a Worker, or for a test. */
  fetch?: typeof fetch | undefined;
  /** How often a request is sent at most. 5 by default; 1: its first failure is told. */
  tries?: number | undefined;
}

export interface CallOptions {
  /** Ends the call with an `AcetateError` of the code `cancelled`. */
  signal?: AbortSignal | undefined;
}

export interface WriteOptions extends CallOptions {
  /**
   * Names the write (`Idempotency-Key`), so that it happens once however often it is sent. By default each call has a
   * name of its own, which its retries share. Give one if you may make the same call again later.
   */
  idempotencyKey?: string | undefined;
}

export interface ChangeOptions extends WriteOptions {
  /** Refuses the write with `precondition_failed` where the resource's `version` is not this one (`If-Match`). */
  ifMatch?: number | undefined;
}

export interface Call extends ChangeOptions {
  query?: object | undefined;
  /** The body, as JSON. */
  json?: unknown;
  /** The body, as bytes. */
  file?: Upload;
  /** Hears which part of `file` was sent, from 0 to 1. */
  onProgress?: ((progress: number) => void) | undefined;
  /** A status that is an answer although it is none of success. */
  alsoStatus?: number;
}

/** Where the service is, and who asks. What sends requests is loaded with the first of them. */
export class Http {
  readonly tokens: TokenSource;
  readonly options: HttpOptions;
  readonly #base: string;

  constructor(url: string | URL, tokens: TokenSource, options: HttpOptions = {}) {
    const { origin, pathname } = toAbsolute(url);
    this.#base = origin + pathname.replace(/\/$/, "");
    this.tokens = tokens;
    this.options = options;
  }

  /** The address of a path, with the members of `query` that are set. */
  address(path: string, query: object = {}): string {
    const address = new URL(this.#base + path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) address.searchParams.set(name, String(value));
    }
    return address.href;
  }

  /** The JSON of the answer; undefined where it has none. */
  async json<T>(method: string, path: string, call: Call = {}): Promise<T> {
    return (await loadRest(call.signal)).requestJson(this, method, path, call);
  }

  /** The file that is the answer, with its type. */
  async blob(path: string, call: Call = {}): Promise<Blob> {
    return (await loadRest(call.signal)).requestBlob(this, path, call);
  }

  /** All items of a list, page by page. One that moves to another page meanwhile may come twice, or not at all. */
  async *list<T>(path: string, call: Call): AsyncGenerator<T, void> {
    yield* (await loadRest(call.signal)).requestList<T>(this, path, call);
  }
}

/** In a page, an address may be relative. */
function toAbsolute(url: string | URL): URL {
  const { location } = globalThis as { location?: Location };
  try {
    return new URL(url, location?.href);
  } catch (error) {
    throw new AcetateError("invalid", `This is no address of a service: ${String(url)}`, { cause: error });
  }
}
