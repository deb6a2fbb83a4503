/**
 * Every failure the service names, in one table: its HTTP status, the close code where a socket can't go on after it,
 * and whether the same request may succeed later.
 */
export const errorTable = {
  invalid: { status: 400, title: "The request is not valid" },
  invalid_json: { status: 400, title: "The body is not JSON" },
  invalid_image: { status: 400, title: "The picture can't be read" },
  base_ahead: { status: 400, title: "The base version is beyond the head" },
  snapshot_rejected: { status: 409, title: "The snapshot is not newer than the last one" },
  unauthorized: { status: 401, title: "A token is needed", close: 4401 },
  token_invalid: { status: 401, title: "The token is not valid", close: 4401 },
  token_expired: { status: 401, title: "The token has expired", close: 4401 },
  token_revoked: { status: 401, title: "The token was revoked", close: 4401 },
  forbidden: { status: 403, title: "The token's role does not allow this" },
  forbidden_document: { status: 403, title: "The token is for another document", close: 4403 },
  forbidden_origin: { status: 403, title: "This origin is not allowed", close: 4403 },
  not_found: { status: 404, title: "There is nothing at this address" },
  document_not_found: { status: 404, title: "There is no such document", close: 4404 },
  document_deleted: { status: 404, title: "The document is deleted", close: 4410 },
  annotation_not_found: { status: 404, title: "There is no such annotation" },
  comment_not_found: { status: 404, title: "There is no such comment" },
  version_not_found: { status: 404, title: "There is no such version" },
  export_not_found: { status: 404, title: "There is no such export" },
  image_not_found: { status: 404, title: "There is no such picture" },
  method_not_allowed: { status: 405, title: "The method is not allowed here" },
  stale_version: { status: 409, title: "The version is not the current one" },
  stale_base: { status: 409, title: "The update was made before a revert" },
  op_id_reused: { status: 409, title: "The operation id was used for something else" },
  id_taken: { status: 409, title: "The id is taken" },
  annotation_deleted: { status: 409, title: "The annotation is deleted" },
  comment_deleted: { status: 409, title: "The comment is deleted" },
  annotation_not_deleted: { status: 409, title: "The annotation is not deleted" },
  image_sets_size: { status: 409, title: "The picture sets the size" },
  ambiguous_id: { status: 409, title: "Several documents use this id" },
  export_not_ready: { status: 409, title: "The export is not finished" },
  export_finished: { status: 409, title: "The export is finished" },
  precondition_failed: { status: 412, title: "The resource has changed" },
  too_large: { status: 413, title: "Too large", close: 4413 },
  image_too_large: { status: 413, title: "The picture is too large" },
  unsupported_media_type: { status: 415, title: "The content type is not supported" },
  range_not_satisfiable: { status: 416, title: "The range can't be satisfied" },
  not_drawable: { status: 422, title: "The document can't be drawn" },
  upgrade_required: { status: 426, title: "This address speaks WebSocket" },
  rate_limited: { status: 429, title: "Too many requests", close: 4429, retryable: true },
  too_slow: { status: 429, title: "The client reads too slowly", close: 4408, retryable: true },
  protocol_error: { status: 400, title: "The frame is not of the protocol", close: 4400 },
  unknown_type: { status: 400, title: "The message type is unknown" },
  room_full: { status: 503, title: "The document has too many connections", retryable: true },
  secret_missing: { status: 503, title: "The service is not set up" },
  unavailable: { status: 503, title: "Not available just now", retryable: true },
  storage_full: { status: 507, title: "The storage is full", retryable: true },
  internal: { status: 500, title: "Something went wrong here", retryable: true },
} as const satisfies Record<string, ErrorKind>;

interface ErrorKind {
  readonly status: number;
  readonly title: string;
  /** The close code, where the error ends a socket. */
  readonly close?: number;
  /** true: the same request may succeed later, unchanged. */
  readonly retryable?: boolean;
}

export type ErrorCode = keyof typeof errorTable;
/** All codes, in the form that zod's enum takes. */
export const errorCodes = Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]];

/**
 * What the table says of a code.
 *
 * @example
 * errorKind("rate_limited").status; // 429
 */
export function errorKind(code: ErrorCode): ErrorKind {
  return errorTable[code];
}

/** A field that was refused. `path` is as in `geometry.points.3.0`; empty, it is the whole body. */
export interface FieldError {
  path: string;
  message: string;
}

/** A refusal, as plain data: errors lose their class over RPC. */
export interface Failure {
  code: ErrorCode;
  /** What is wrong and what to do next, for people. */
  message: string;
  errors?: FieldError[];
  /** The resource as it is now, in its REST form, where the request came too late. */
  current?: unknown;
  /** The operation of a batch that was refused, from 0. */
  index?: number;
  retryAfterMs?: number;
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: Failure };

export function ok<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

export function fail(
  code: ErrorCode,
  message: string,
  more: Omit<Failure, "code" | "message"> = {},
): { ok: false; error: Failure } {
  return { ok: false, error: { code, message, ...more } };
}
