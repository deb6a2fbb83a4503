import type { ErrorCode } from "../../protocol/errors.ts";
import { PAGE_SIZE_MAX } from "../../protocol/limits.ts";
import type { Paged } from "../../protocol/model/scalars.ts";
import type { Problem } from "../../protocol/problem.ts";
import { AcetateError } from "../acetate-error.ts";
import { backOff } from "../backoff.ts";
import { newId } from "../new-id.ts";
import type { Service } from "../service.ts";
import { orCancelled, toCancelled } from "./cancel.ts";
import { rising, sendWithProgress, toBlob, type Upload } from "./upload.ts";
import { wait } from "./wait.ts";

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

/**
 * Sends requests to the service: with the token, and again where that may help. Whatever goes wrong is an
 * `AcetateError`.
 */
export class Http {
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  /** The JSON of the answer; undefined where it has none. */
  json<T>(method: string, path: string, call?: Call): Promise<T> {
    return this.#send(method, path, call, (response) =>
      response.status === 204 ? undefined : response.json(),
    );
  }

  /**
   * All items of a list, page by page. Where its pages are told by numbers, one that moves to another page meanwhile
   * may come twice, or not at all.
   */
  async *list<T>(path: string, { query, signal }: Call): AsyncGenerator<T, void> {
    let place: { page: number } | { after: string } = { page: 1 };
    for (let read = 1; ; read++) {
      const call: Call = { query: { size: PAGE_SIZE_MAX, ...query, ...place }, signal };
      const answer: Paged<T> & { next?: string | null } = await this.json("GET", path, call);
      yield* answer.items;
      const { size, total, next } = answer;
      if (next === undefined ? read * size >= total : next === null) return;
      place = typeof next === "string" ? { after: next } : { page: read + 1 };
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
    const { tokens, options } = this.#service;
    const { signal } = call;
    // All tries of a write have one name.
    const key = method === "GET" ? undefined : (call.idempotencyKey ?? newId());
    const file = call.file && (await toBlob(call.file));
    const onProgress = call.onProgress && rising(call.onProgress);
    let isRefreshed = false;
    for (let failures = 0; ;) {
      if (signal?.aborted) throw toCancelled(signal);
      const getting = tokens.get();
      const headers = headersOf(call, await orCancelled(getting, signal), key, options.name);
      const body = call.json === undefined ? (file ?? null) : JSON.stringify(call.json);
      const init = { method, headers, body, signal: signal ?? null };
      try {
        const address = this.#service.address(path, call.query);
        const response =
          file && onProgress
            ? await sendWithProgress(address, { ...init, body: file }, onProgress, options.fetch)
            : await (options.fetch ?? fetch)(address, init);
        if (!response.ok && response.status !== call.alsoStatus) throw await toRefusal(response);
        const answer = await read(response);
        onProgress?.(1);
        return answer;
      } catch (thrown) {
        const error = toError(thrown, signal);
        if (error.status === 401 && tokens.canRefresh && !isRefreshed) {
          // Another call that was refused may have asked for the next one already.
          if (tokens.get() === getting) tokens.forget();
          isRefreshed = true;
          continue;
        }
        if (!mayHelp(error) || ++failures >= (options.tries ?? TRIES_DEFAULT)) throw error;
        await wait((error.retryAfterMs ?? 0) + backOff(failures - 1), signal);
      }
    }
  }
}

/** @param key the name of a write; undefined: it is none */
function headersOf(
  { ifMatch, json }: Call,
  token: string | null,
  key: string | undefined,
  name: string | undefined,
): Headers {
  const headers = new Headers();
  if (token !== null) headers.set("Authorization", `Bearer ${token}`);
  // Header values are bytes.
  else if (key !== undefined && name !== undefined) headers.set("Acetate-Name", encodeURIComponent(name));
  if (key !== undefined) headers.set("Idempotency-Key", key);
  if (ifMatch !== undefined) headers.set("If-Match", `"${ifMatch}"`);
  if (json !== undefined) headers.set("Content-Type", "application/json");
  return headers;
}

function toError(thrown: unknown, signal: AbortSignal | undefined): AcetateError {
  if (thrown instanceof AcetateError) return thrown;
  if (signal?.aborted) return toCancelled(signal);
  // Or the answer was cut off, or is not the service's.
  const message = "The service can't be reached: check the connection";
  return new AcetateError("network", message, { cause: thrown });
}

/** Whether the same request may succeed a little later. */
function mayHelp({ code, status, retryAfterMs }: AcetateError): boolean {
  if (code === "network") return true;
  // Without its secret the service stays shut until somebody sets it up.
  return RETRYABLE.has(status) && code !== "secret_missing" && (retryAfterMs ?? 0) <= PAUSE_MAX_MS;
}

/** What a refusal says: problem details (RFC 9457), or anything at all where a proxy has answered. */
async function toRefusal(response: Response): Promise<AcetateError> {
  const { status, headers } = response;
  const problem = readProblem(status, await response.text());
  const { code, detail, current, errors, index, request_id: requestId } = problem;
  const retryAfterMs = toMilliseconds(headers.get("Retry-After"));
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
