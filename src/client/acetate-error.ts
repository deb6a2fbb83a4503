import type { ErrorCode, FieldError } from "../protocol/errors.ts";

/**
 * What went wrong on this side: `network` (nothing came back), `load_failed` (a part of the library did not load),
 * `closed` (the room was closed meanwhile), `cancelled`, `token` (your token function failed), `store` (the outbox's
 * store failed), `export_failed`.
 */
export type ClientErrorCode =
  | "network"
  | "load_failed"
  | "closed"
  | "cancelled"
  | "token"
  | "store"
  | "export_failed";

interface Details {
  /** The HTTP status; null: the error did not come over HTTP. */
  status?: number | null;
  /** The resource as it is now, where the request came too late. */
  current?: unknown;
  /** Every field that was refused. */
  errors?: readonly FieldError[] | undefined;
  /** The operation of a batch that was refused, from 0. */
  index?: number | undefined;
  /** How long to wait before the next try. */
  retryAfterMs?: number | undefined;
  /** Quote it when you report an `internal` error. */
  requestId?: string | undefined;
  cause?: unknown;
}

/**
 * The one class of this library's errors. `message` is for people, and says what to do next.
 *
 * @example
 * try {
 *   await api.annotations.update(id, { version: 1, text: "New" });
 * } catch (error) {
 *   if (error instanceof AcetateError && error.code === "stale_version") show(error.current);
 * }
 */
export class AcetateError extends Error {
  override readonly name = "AcetateError";
  readonly code: ErrorCode | ClientErrorCode;
  readonly status: number | null;
  readonly current: unknown;
  readonly errors: readonly FieldError[];
  readonly index: number | null;
  readonly retryAfterMs: number | null;
  readonly requestId: string | null;

  constructor(code: ErrorCode | ClientErrorCode, message: string, details: Details = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.status = details.status ?? null;
    this.current = details.current;
    this.errors = details.errors ?? [];
    this.index = details.index ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.requestId = details.requestId ?? null;
  }
}

/** An error that says what failed, and why. */
export function wrapError(code: ErrorCode | ClientErrorCode, what: string, cause: unknown): AcetateError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AcetateError(code, `${what}: ${reason}`, { cause });
}
