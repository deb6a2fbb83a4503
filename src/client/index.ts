/**
 * The client library of Acetate: open a document, show it, edit it, and lose nothing. For browsers, Node ≥ 22.12 and
 * Workers. docs/client.md shows each function.
 */
export { AcetateError, type ClientErrorCode } from "./acetate-error.ts";
export { connect, type ConnectOptions } from "./connect.ts";
export { IndexedDbStore } from "./outbox/indexed-db-store.ts";
export { MemoryStore } from "./outbox/memory-store.ts";
export type { OperationMessage, OutboxStore, StoredOperation } from "./outbox/operation.ts";
export type { Readable } from "./readable.ts";
export type * from "./room-api.ts";
export { type Client, type ClientOptions, createClient, type UploadOptions } from "./rest/create-client.ts";
export type { ExportCall, ExportRequest } from "./rest/exports.ts";
export type { CallOptions, ChangeOptions, WriteOptions } from "./rest/http.ts";
export type * from "./rest/shapes.ts";
export type { Upload } from "./rest/upload.ts";
export type { TokenOption } from "./token-source.ts";
