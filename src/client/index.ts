/**
 * The client library of Acetate: open a document, show it, edit it, and lose nothing. For browsers, Node ≥ 22.12 and
 * Workers. docs/client.md shows each function.
 */
export { AcetateError, type ClientErrorCode } from "./acetate-error.ts";
export type { OperationMessage, OutboxStore, StoredOperation } from "./outbox/operation.ts";
export type { Readable } from "./readable.ts";
export type * from "./room-api.ts";
export type { ExportCall, ExportRequest } from "./rest/exports.ts";
