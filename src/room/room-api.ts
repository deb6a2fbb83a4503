import type { Access } from "../protocol/model/token.ts";
import type {
  Annotation,
  AnnotationFilter,
  AnnotationInput,
  AnnotationPatch,
  Operation,
} from "../protocol/model/annotation.ts";
import type { Document, DocumentCreate, DocumentPatch, StoredImage } from "../protocol/model/document.ts";
import type { Result } from "../protocol/errors.ts";
import type { ExportJob } from "../protocol/model/export-job.ts";
import type { Page, Paged } from "../protocol/model/scalars.ts";
import type { RevertResult, Version } from "../protocol/model/version.ts";
import type { Piece, PieceCursor } from "./json-pieces.ts";

/** What every write may carry. */
export interface WriteOptions {
  /** The `Idempotency-Key` of REST, the `opId` of the room: the same with the same content changes nothing. */
  opId?: string | undefined;
  /** The versions an `If-Match` header named, or `*`. */
  ifMatch?: readonly number[] | "*" | undefined;
}

/** A document's object: its methods, and `fetch` for sockets. */
export type RoomStub = RoomApi & Pick<Fetcher, "fetch">;

export interface Created<T> {
  value: T;
  /** false: it was there already, by the same request. */
  created: boolean;
}

export interface BatchResult {
  seq: number;
  annotations: Annotation[];
}

export interface AppendUpdate {
  opId: string;
  baseVersion: number;
  actorId?: string | undefined;
  deltaB64: string;
}

export interface Appended {
  version: number;
  acks: { opId: string; seq: number; duplicate: boolean }[];
}

/** Where an export starts from: the seq is fixed here and now. */
export interface ExportTarget {
  seq: number;
  document: Document;
}

/** What tells whether a document still looks the same: CRDT updates and versions change none of it. */
export interface Look {
  /** The present. */
  seq: number;
  document: Document;
  /** The last seq that changed an annotation; 0: there never was one. */
  annotationsSeq: number;
}

/** A part of a document's state at a seq; RPC answers are limited to 32 MiB, so annotations come in pages. */
export interface AnnotationsPage {
  annotations: Annotation[];
  /** Pass as `after` for the next page; null: that was all. */
  next: number | null;
}

/**
 * What a document's object answers over RPC. Each method checks `access` (role, document, expiry, revocation) itself,
 * and returns failures as values, since errors lose their class on the way.
 */
export interface RoomApi {
  /** The token is good for this document, with at least `role`, and the document is there and not deleted. */
  authorize(access: Access, role: "viewer" | "editor" | "admin"): Promise<Result<Document>>;
  /**
   * The `iat` (seconds) for a new token with `role` for this document. Taken here, where revocations are: a token is either issued
   * after one, or refused by it.
   */
  issueToken(access: Access, role: "viewer" | "editor" | "admin"): Promise<Result<number>>;
  /** Refuses every token issued so far, closes their sockets, and answers the new `min_iat` (seconds). */
  revokeTokens(access: Access): Promise<Result<number>>;

  createDocument(
    access: Access,
    input: DocumentCreate & { id: string },
    options: WriteOptions,
  ): Promise<Result<Created<Document>>>;
  getDocument(access: Access, includeDeleted: boolean): Promise<Result<Document>>;
  updateDocument(access: Access, patch: DocumentPatch, options: WriteOptions): Promise<Result<Document>>;
  deleteDocument(access: Access, options: WriteOptions): Promise<Result<Document>>;
  restoreDocument(access: Access, options: WriteOptions): Promise<Result<Document>>;
  /** The bytes are in R2 already. */
  setImage(access: Access, image: StoredImage, options: WriteOptions): Promise<Result<Document>>;

  createAnnotation(
    access: Access,
    input: AnnotationInput,
    options: WriteOptions,
  ): Promise<Result<Created<Annotation>>>;
  listAnnotations(access: Access, filter: AnnotationFilter, page: Page): Promise<Result<Paged<Annotation>>>;
  getAnnotation(access: Access, id: string): Promise<Result<Annotation>>;
  updateAnnotation(
    access: Access,
    id: string,
    version: number,
    patch: AnnotationPatch,
    options: WriteOptions,
  ): Promise<Result<Annotation>>;
  deleteAnnotation(
    access: Access,
    id: string,
    version: number | undefined,
    options: WriteOptions,
  ): Promise<Result<Annotation>>;
  applyBatch(access: Access, operations: Operation[], options: WriteOptions): Promise<Result<BatchResult>>;

  createVersion(
    access: Access,
    input: { label?: string | undefined; author?: string | undefined },
    options: WriteOptions,
  ): Promise<Result<Version>>;
  listVersions(access: Access, page: Page): Promise<Result<Paged<Version>>>;
  getVersion(access: Access, id: string): Promise<Result<Version>>;
  /** A version with its state (`versionWithStateSchema`), piece by piece. */
  readVersion(access: Access, id: string, cursor?: PieceCursor | null): Promise<Result<Piece>>;
  /** A difference (`versionDiffSchema`), piece by piece: from the version to the one `against`, or to the present. */
  diffVersion(
    access: Access,
    id: string,
    against: string | undefined,
    cursor?: PieceCursor | null,
  ): Promise<Result<Piece>>;
  revertVersion(access: Access, id: string, options: WriteOptions): Promise<Result<RevertResult>>;

  /** The change feed (`changesSchema`): one piece, but where it starts over. */
  readChanges(
    access: Access,
    since: number,
    limit: number,
    cursor?: PieceCursor | null,
  ): Promise<Result<Piece>>;
  appendUpdates(access: Access, updates: AppendUpdate[]): Promise<Result<Appended>>;

  /** Notes the export, so that it is sent again until it is final. Same job again: the same answer. */
  openExport(access: Access, jobId: string, versionId: string | undefined): Promise<Result<ExportTarget>>;
  /** Tells the room how a job stands: broadcast to its sockets; a final one is watched no longer. */
  reportExport(job: ExportJob): Promise<void>;
  /** For thumbnails: what the document looks like at present. */
  readLook(access: Access): Promise<Result<Look>>;
  /** For the renderer: the document as it was at `seq`. */
  readDocumentAt(seq: number): Promise<Result<Document>>;
  /** For the renderer and for versions: active annotations at `seq`, in the order of creation, from after the ordinal `after` on. */
  readAnnotationsAt(seq: number, after: number | null): Promise<Result<AnnotationsPage>>;
}
