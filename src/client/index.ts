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

// What the service stores and sends.
export type { ErrorCode, FieldError } from "../protocol/errors.ts";
export type { Annotation, AnnotationDraft, AnnotationPatch, Style } from "../protocol/model/annotation.ts";
export type { Comment, CommentDraft, CommentPatch } from "../protocol/model/comment.ts";
export type { Changes } from "../protocol/model/changes.ts";
export type { Document, DocumentPatch, Image } from "../protocol/model/document.ts";
export type { ExportJob } from "../protocol/model/export-job.ts";
export type { LabelDefinition, LabelDefinitionDraft, LabelSet } from "../protocol/model/label-set.ts";
export { authorOf, type Person, updaterOf } from "../protocol/model/person.ts";
export type { AnnotationType, Geometry } from "../protocol/model/geometry.ts";
export type { RevertResult, Version, VersionDiff, VersionWithState } from "../protocol/model/version.ts";
export type { BroadcastEvent, PresenceEntry, ServerMessage } from "../protocol/wire/down.ts";
export type { ClientMessageDraft } from "../protocol/wire/up.ts";
