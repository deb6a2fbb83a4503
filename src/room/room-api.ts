import type { Access } from "./access.ts";
import type {
  Annotation,
  AnnotationInput,
  AnnotationPatch,
  Operation,
} from "../protocol/model/annotation.ts";
import type { AnnotationFilter } from "../catalog/annotation-conditions.ts";
import type { Comment, CommentInput, CommentPatch } from "../protocol/model/comment.ts";
import type { Document, DocumentCreate, DocumentPatch } from "../protocol/model/document.ts";
import type { LabelSet, LabelSetInput } from "../protocol/model/label-set.ts";
import type { StoredImage } from "./stored-image.ts";
import type { Result } from "../protocol/errors.ts";
import type { ExportJob } from "../protocol/model/export-job.ts";
import type { Page, Paged } from "../protocol/model/scalars.ts";
import type { RevertResult, Version } from "../protocol/model/version.ts";
import type { CommentFilter } from "./store/comments.ts";
import type { Piece, PieceCursor } from "./json-pieces.ts";
import type { ChangesQuery } from "./resume.ts";

/** What every write may carry. */
export interface WriteOptions {
  /** REST's `Idempotency-Key`, the room's `opId`. A repeat with the same content changes nothing. */
  opId?: string | undefined;
  /** The versions named by an `If-Match` header, or `*`. */
  ifMatch?: readonly number[] | "*" | undefined;
}

/** A document's object: its methods, and `fetch` for sockets. */
export type RoomStub = RoomApi & Pick<Fetcher, "fetch">;

export interface Created<T> {
  value: T;
  /** false: the same request made it before. */
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

/** What an export shows: the document at a seq that is fixed when the export is asked for. */
export interface ExportTarget {
  seq: number;
  document: Document;
}

/** All that decides what a document looks like. CRDT updates and versions change none of it. */
export interface Appearance {
  /** The present. */
  seq: number;
  document: Document;
  /** The last seq that changed an annotation; 0: there never was one. */
  annotationsSeq: number;
}

/** Some of the annotations at a seq. They come in pages, since an RPC answer holds at most 32 MiB. */
export interface AnnotationsPage {
  annotations: Annotation[];
  /** Pass as `after` for the next page; null: that was all. */
  next: number | null;
}

/** Some of the comments at a seq. */
export interface CommentsPage {
  comments: Comment[];
  /** Pass as `after` for the next page; null: that was all. */
  next: number | null;
}

/**
 * What a document's object answers over RPC. Each method checks `access` (role, document, expiry, revocation) itself.
 * It returns failures as values, since errors lose their class over RPC.
 */
export interface RoomApi {
  /** Answers the document if it exists and is not deleted, and the token is good for it with at least `role`. */
  authorize(access: Access, role: "viewer" | "editor" | "admin"): Promise<Result<Document>>;
  /**
   * Answers the `iat` (seconds) for a new token with `role`. It is taken here, where revocations are made: a token is
   * either issued after a revocation, or refused by it.
   */
  issueToken(access: Access, role: "viewer" | "editor" | "admin"): Promise<Result<number>>;
  /** Refuses every token issued so far and closes their sockets. Answers the new `min_iat` (seconds). */
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
  /** Answers whether `setImage` would be refused now. Changes nothing: ask before the bytes are stored. */
  checkImage(access: Access, image: StoredImage, options: WriteOptions): Promise<Result<null>>;
  /** The bytes are in R2 already. */
  setImage(access: Access, image: StoredImage, options: WriteOptions): Promise<Result<Document>>;

  getLabels(access: Access): Promise<Result<LabelSet>>;
  setLabels(access: Access, input: LabelSetInput, options: WriteOptions): Promise<Result<LabelSet>>;

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
  restoreAnnotation(
    access: Access,
    id: string,
    version: number | undefined,
    options: WriteOptions,
  ): Promise<Result<Annotation>>;
  applyBatch(access: Access, operations: Operation[], options: WriteOptions): Promise<Result<BatchResult>>;

  createComment(
    access: Access,
    input: CommentInput,
    options: WriteOptions,
  ): Promise<Result<Created<Comment>>>;
  listComments(access: Access, filter: CommentFilter, page: Page): Promise<Result<Paged<Comment>>>;
  getComment(access: Access, id: string): Promise<Result<Comment>>;
  updateComment(
    access: Access,
    id: string,
    version: number | undefined,
    patch: CommentPatch,
    options: WriteOptions,
  ): Promise<Result<Comment>>;
  deleteComment(
    access: Access,
    id: string,
    version: number | undefined,
    options: WriteOptions,
  ): Promise<Result<Comment>>;

  createVersion(
    access: Access,
    input: { label?: string | undefined; author?: string | undefined },
    options: WriteOptions,
  ): Promise<Result<Version>>;
  listVersions(access: Access, page: Page): Promise<Result<Paged<Version>>>;
  getVersion(access: Access, id: string): Promise<Result<Version>>;
  /** A version with its state (`versionWithStateSchema`), piece by piece. */
  readVersion(access: Access, id: string, cursor?: PieceCursor | null): Promise<Result<Piece>>;
  /** What changed from the version to `against`, or to the present (`versionDiffSchema`), piece by piece. */
  diffVersion(
    access: Access,
    id: string,
    against: string | undefined,
    cursor?: PieceCursor | null,
  ): Promise<Result<Piece>>;
  revertVersion(access: Access, id: string, options: WriteOptions): Promise<Result<RevertResult>>;

  /** The change feed (`changesSchema`): one piece, or several where it starts over. */
  readChanges(access: Access, query: ChangesQuery, cursor?: PieceCursor | null): Promise<Result<Piece>>;
  appendUpdates(access: Access, updates: AppendUpdate[]): Promise<Result<Appended>>;

  /**
   * Fixes what an export shows, and watches over its job until it is final. The same job again gets the same answer.
   */
  openExport(access: Access, jobId: string, versionId: string | undefined): Promise<Result<ExportTarget>>;
  /** Tells the room's sockets how a job stands. A final job is watched no longer. */
  reportExport(job: ExportJob): Promise<void>;
  /** For thumbnails: what the document looks like at present. */
  readAppearance(access: Access): Promise<Result<Appearance>>;
  /** For the renderer: the document as it was at `seq`. */
  readDocumentAt(seq: number): Promise<Result<Document>>;
  /** For the renderer: the label set as it was at `seq`. */
  readLabelSetAt(seq: number): Promise<Result<LabelSet>>;
  /** For the renderer: the active annotations at `seq` after the ordinal `after`, in the order of creation. */
  readAnnotationsAt(seq: number, after: number | null): Promise<Result<AnnotationsPage>>;
  /** For the renderer: the comments at `seq` after the ordinal `after`, in the order of creation. */
  readCommentsAt(seq: number, after: number | null): Promise<Result<CommentsPage>>;
}
