import type { ErrorCode } from "../../protocol/errors.ts";
import { PAGE_SIZE_MAX } from "../../protocol/limits.ts";
import type { Paged } from "../../protocol/model/scalars.ts";
import type { Problem } from "../../protocol/problem.ts";
import { AcetateError } from "../acetate-error.ts";
import { backOff } from "../backoff.ts";
import { newId } from "../new-id.ts";
import type { TokenSource } from "../token-source.ts";
import { orCancelled, toCancelled, wait } from "./cancel.ts";
import { sendWithProgress } from "./upload.ts";

/** Tries of a request before its failure is told: with back-off, about four seconds. */
const TRIES_DEFAULT = 5;
/** A service that asks for a longer pause is not waited for: the caller is told, with `retryAfterMs`. */
const PAUSE_MAX_MS = 30_000;
/** Answers that say "later". */
const RETRYABLE: ReadonlySet<number | null> = new Set([429, 502, 503, 504]);
/** What an answer means that is not the service's own: a proxy has made it. Others are `internal`. */
const foreignCodes: Record<number, ErrorCode> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  413: "too_large",
  429: "rate_limited",
  502: "unavailable",
  503: "unavailable",
  504: "unavailable",
};

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
  file?: Blob;
  /** Hears which part of `file` was sent, from 0 to 1. */
  onProgress?: ((progress: number) => void) | undefined;
  /** A status that is an answer although it is none of success. */
  alsoStatus?: number;
}

/**
 * Sends requests to the service: with the token, and again where that may help. Whatever goes wrong is an
 * `AcetateError`.
 */
export class Http {
  readonly #base: string;
  readonly #tokens: TokenSource;
  readonly #fetch: typeof fetch | undefined;
  readonly #tries: number;

  constructor(url: string | URL, tokens: TokenSource, options: HttpOptions = {}) {
    const { origin, pathname } = toAbsolute(url);
    this.#base = origin + pathname.replace(/\/$/, "");
    this.#tokens = tokens;
    this.#fetch = options.fetch;
    this.#tries = options.tries ?? TRIES_DEFAULT;
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
  json<T>(method: string, path: string, call?: Call): Promise<T> {
    return this.#send(method, path, call, (response) =>
      response.status === 204 ? undefined : response.json(),
    );
  }

  /** All items of a list, page by page. One that moves to another page meanwhile may come twice, or not at all. */
  async *list<T>(path: string, { query, signal }: Call): AsyncGenerator<T, void> {
    for (let page = 1; ; page++) {
      const call = { query: { size: PAGE_SIZE_MAX, ...query, page }, signal };
      const { items, size, total } = await this.json<Paged<T>>("GET", path, call);
      yield* items;
      if (page * size >= total) return;
    }
  }

  /** The file that is the answer, with its type. */
  blob(path: string, call?: Call): Promise<Blob> {
    return this.#send("GET", path, call, (response) => response.blob());
  }

  async #send<T>(
    method: string,
    path: string,
    call: Call = {},
    read: (response: Response) => T | Promise<T>,
  ): Promise<T> {
    // All tries of a write have one name.
    const key = method === "GET" ? undefined : (call.idempotencyKey ?? newId());
    let isRefreshed = false;
    for (let failures = 0; ;) {
      if (call.signal?.aborted) throw toCancelled(call.signal);
      const getting = this.#tokens.get();
      const token = await orCancelled(getting, call.signal);
      try {
        return await this.#try(method, path, call, key, token, read);
      } catch (error) {
        if (!(error instanceof AcetateError)) throw error;
        if (error.status === 401 && this.#tokens.canRefresh && !isRefreshed) {
          // Another call that was refused may have asked for the next one already.
          if (this.#tokens.get() === getting) this.#tokens.forget();
          isRefreshed = true;
          continue;
        }
        if (!mayHelp(error) || ++failures >= this.#tries) throw error;
        await wait((error.retryAfterMs ?? 0) + backOff(failures - 1), call.signal);
      }
    }
  }

  async #try<T>(
    method: string,
    path: string,
    { query, signal, ifMatch, json, file, onProgress, alsoStatus }: Call,
    key: string | undefined,
    token: string | null,
    read: (response: Response) => T | Promise<T>,
  ): Promise<T> {
    const headers = new Headers();
    if (token !== null) headers.set("Authorization", `Bearer ${token}`);
    if (key !== undefined) headers.set("Idempotency-Key", key);
    if (ifMatch !== undefined) headers.set("If-Match", `"${ifMatch}"`);
    if (json !== undefined) headers.set("Content-Type", "application/json");
    const body = json === undefined ? (file ?? null) : JSON.stringify(json);
    const init = { method, headers, body, signal: signal ?? null };
    try {
      const address = this.address(path, query);
      const response =
        file && onProgress
          ? await sendWithProgress(address, { ...init, body: file }, onProgress, this.#fetch)
          : await (this.#fetch ?? fetch)(address, init);
      if (response.ok || response.status === alsoStatus) return await read(response);
      throw toError(response.status, response.headers.get("Retry-After"), await response.text());
    } catch (error) {
      if (error instanceof AcetateError) throw error;
      if (signal?.aborted) throw toCancelled(signal);
      // Or the answer was cut off, or is not the service's.
      throw new AcetateError("network", "The service can't be reached: check the connection", {
        cause: error,
      });
    }
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

/** Whether the same request may succeed a little later. */
function mayHelp({ code, status, retryAfterMs }: AcetateError): boolean {
  if (code === "network") return true;
  // Without its secret the service stays shut until somebody sets it up.
  return RETRYABLE.has(status) && code !== "secret_missing" && (retryAfterMs ?? 0) <= PAUSE_MAX_MS;
}

/** What a refusal says: problem details (RFC 9457), or anything at all where a proxy has answered. */
function toError(status: number, retryAfter: string | null, text: string): AcetateError {
  const { code, detail, current, errors, index, request_id: requestId } = readProblem(status, text);
  const retryAfterMs = toMilliseconds(retryAfter);
  return new AcetateError(code, detail, { status, current, errors, index, retryAfterMs, requestId });
}

function readProblem(status: number, text: string): Pick<Problem, "code" | "detail"> & Partial<Problem> {
  try {
    const problem = JSON.parse(text) as Partial<Problem> | null;
    if (problem?.code && problem.detail) return { ...problem, code: problem.code, detail: problem.detail };
  } catch {
    // It is not JSON.
  }
  const detail = `The answer is ${status}, and not from the service: look at what is in between`;
  return { code: foreignCodes[status] ?? "internal", detail };
}

/** `Retry-After` (RFC 9110 §10.2.3): seconds, or a date. */
function toMilliseconds(retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined;
  const seconds = Number(retryAfter);
  const ms = Number.isNaN(seconds) ? Date.parse(retryAfter) - Date.now() : seconds * 1000;
  return ms >= 0 ? ms : undefined;
}
