import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { CatalogUnavailable } from "../../catalog/catalog-unavailable.ts";
import { ConfigError } from "../../config.ts";
import { type ErrorCode, errorKind } from "../../protocol/errors.ts";
import { toProblem } from "../../protocol/problem.ts";
import { StorageStalled } from "../../files/storage-stalled.ts";
import { refuseSocket } from "../../room/sockets/accept-socket.ts";
import { isLocal, meansStorageFull } from "../../storage-full.ts";
import type { AppEnv } from "../app-env.ts";
import { toJsonLine } from "../middleware/json-lines.ts";
import { Refusal, refusal } from "./refusal.ts";

/** When to retry if the refusal does not say: a restart of a missing service takes about this long. */
const RETRY_AFTER_MS = 1_000;

const STORAGE_FULL =
  "The disk of the service is full, and nothing was changed. Free some space there, then send the request again.";

/** A browser can't read the answer to a failed handshake, but must know whether to renew its token or to wait. */
const TOLD_OVER_SOCKET: ReadonlySet<ErrorCode> = new Set([
  "unauthorized",
  "token_invalid",
  "token_expired",
  "token_revoked",
  "forbidden_document",
  "rate_limited",
]);

/**
 * Turns what was thrown into problem details (RFC 9457). An unexpected error is logged, and the answer shows nothing of
 * it.
 */
export function answerError(error: Error, c: Context<AppEnv>): Response {
  const { failure, headers } = error instanceof Refusal ? error : explain(error, c);
  if (isSocketRequest(c) && TOLD_OVER_SOCKET.has(failure.code)) return refuseSocket(c.req.raw, failure);
  const body = { ...toProblem(failure), request_id: c.var.requestId };
  const { status, retryable = false } = errorKind(failure.code);
  const retryAfterMs = failure.retryAfterMs ?? (status === 503 && retryable ? RETRY_AFTER_MS : undefined);
  return new Response(toJsonLine(body), {
    status,
    headers: {
      "Content-Type": "application/problem+json",
      "Cache-Control": "no-store",
      // For clients that look only at the status and the headers.
      ...(status === 401 && { "WWW-Authenticate": "Bearer" }),
      ...(retryAfterMs !== undefined && {
        "Retry-After": String(Math.max(1, Math.ceil(retryAfterMs / 1000))),
      }),
      ...headers,
    },
  });
}

function isSocketRequest(c: Context<AppEnv>): boolean {
  return c.req.header("Upgrade")?.toLowerCase() === "websocket";
}

/** Translates an error from a library or the platform into a refusal. */
function explain(error: Error, c: Context<AppEnv>): Refusal {
  // A validator throws this for a media type that the route does not accept.
  if (error instanceof HTTPException && error.status === 415) {
    return refusal("unsupported_media_type", "The content type must be application/json");
  }
  logError(error, c);
  if (meansStorageFull(error, c.env)) return refusal("storage_full", STORAGE_FULL);
  // The local R2 writes to a disk, and stalls when the disk is full. A deployed one is only slow.
  if (error instanceof StorageStalled && isLocal(c.env)) return refusal("storage_full", STORAGE_FULL);
  if (error instanceof ConfigError) return refusal("unavailable", error.message);
  if (isTransient(error)) return refusal("unavailable", "Not available just now: try again");
  return refusal("internal", "Something went wrong here. The request id finds it in the log.");
}

/**
 * Errors that pass by themselves: D1's errors on fixed SQL, and those of a Durable Object that the runtime calls
 * retryable.
 */
function isTransient(error: Error): boolean {
  return (
    error instanceof CatalogUnavailable ||
    error instanceof StorageStalled ||
    error.message.startsWith("D1_") ||
    // An internal error of the runtime. Locally it mostly means that the disk is full.
    error.message.startsWith("internal error") ||
    ("retryable" in error && error.retryable === true) ||
    ("overloaded" in error && error.overloaded === true)
  );
}

/** Logs neither query, headers nor body: they hold tokens and people's data. */
function logError(error: Error, c: Context<AppEnv>): void {
  const { requestId } = c.var;
  // oxlint-disable-next-line eslint/no-console -- the Worker's log
  console.error(JSON.stringify({ requestId, method: c.req.method, path: c.req.path, error: error.stack }));
}
