import { DurableObject } from "cloudflare:workers";
import { readConfig } from "../config.ts";
import type { Env } from "../env.ts";
import { noticeArrival } from "../event-loop.ts";
import type { AnnotationFilter } from "../catalog/annotation-conditions.ts";
import { type Result, ok } from "../protocol/errors.ts";
import type { Role } from "../protocol/model/token.ts";
import type { AnnotationInput, AnnotationPatch, Operation } from "../protocol/model/annotation.ts";
import type { CommentInput, CommentPatch } from "../protocol/model/comment.ts";
import type { DocumentCreate, DocumentPatch } from "../protocol/model/document.ts";
import type { LabelSetInput } from "../protocol/model/label-set.ts";
import type { ExportJob } from "../protocol/model/export-job.ts";
import type { Page } from "../protocol/model/scalars.ts";
import { type Access, issueTime } from "./access.ts";
import { readChangesPiece } from "./change-feed.ts";
import * as annotations from "./decide/annotations.ts";
import { appendUpdates } from "./decide/append-updates.ts";
import * as comments from "./decide/comments.ts";
import type { Command } from "./decide/command.ts";
import { createDocument } from "./decide/create-document.ts";
import * as documents from "./decide/documents.ts";
import { setLabels } from "./decide/labels.ts";
import * as versions from "./decide/versions.ts";
import * as history from "./history.ts";
import type { PieceCursor } from "./json-pieces.ts";
import type { ChangesQuery } from "./resume.ts";
import { revokeTokens } from "./revoke-tokens.ts";
import { Room } from "./room.ts";
import type { AppendUpdate, RoomApi, WriteOptions } from "./room-api.ts";
import type { CommentFilter } from "./store/comments.ts";
import type { StoredImage } from "./stored-image.ts";
import { acceptSocket } from "./sockets/accept-socket.ts";
import { closeSocket } from "./sockets/hub.ts";
import { MessageReceiver } from "./sockets/message-receiver.ts";
import { openExport, reportExport } from "./sync/exports.ts";

/** The runtime answers these itself, without waking a hibernated room. */
const PING = new WebSocketRequestResponsePair("ping", "pong");

/**
 * One document: a thin shell that accepts, wakes and forwards. `decide/` decides, `store/` stores, and `room.ts`
 * commits and tells. `RoomApi` describes the methods.
 */
export class DocumentRoom extends DurableObject<Env> implements RoomApi {
  readonly #room: Room;
  readonly #receiver: MessageReceiver;
  readonly #maxSockets: number;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const config = readConfig(env);
    this.#maxSockets = config.SOCKETS_PER_DOCUMENT;
    this.#room = new Room(ctx, env, config);
    this.#receiver = new MessageReceiver(this.#room);
    ctx.setWebSocketAutoResponse(PING);
  }

  // --- events: each ends with `endEvent`

  override async fetch(request: Request): Promise<Response> {
    const response = acceptSocket(this.#room, request, this.#maxSockets);
    this.#room.hub.endEvent();
    return response;
  }

  override async webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): Promise<void> {
    noticeArrival();
    const connection = this.#room.hub.get(socket);
    if (connection) this.#receiver.receive(connection, frame);
    this.#room.hub.endEvent();
  }

  override async webSocketClose(socket: WebSocket, code: number, reason: string): Promise<void> {
    // 1005 and 1006 say that no code was sent. They can't be sent either.
    this.#leave(socket, code === 1005 || code === 1006 ? 1000 : code, reason);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    this.#leave(socket, 1011, "The connection failed");
  }

  #leave(socket: WebSocket, code: number, reason: string): void {
    closeSocket(socket, code, reason);
    this.#room.hub.closed(socket);
    this.#room.hub.endEvent();
  }

  override async alarm(): Promise<void> {
    const { schedule, outbox, presence, exports, hub } = this.#room;
    await schedule.run({
      outbox: () => outbox.retry(),
      presence: async () => presence.expire(Date.now()),
      exports: () => exports.resend(Date.now()),
    });
    hub.endEvent();
  }

  // --- access

  async authorize(access: Access, role: Role) {
    return this.#read(access, (store) => ok(store.document), role);
  }

  async issueToken(access: Access, role: Role) {
    return this.#read(access, (store) => ok(issueTime(store.minIat, Date.now())), role);
  }

  async revokeTokens(access: Access) {
    return revokeTokens(this.#room, access);
  }

  // --- the document

  async createDocument(access: Access, input: DocumentCreate & { id: string }, { opId }: WriteOptions) {
    return this.#room.request(createDocument(this.#room, access, input, opId));
  }

  async getDocument(access: Access, includeDeleted: boolean) {
    if (!includeDeleted) return this.authorize(access, "viewer");
    const checked = this.#room.check(access, "viewer");
    return checked.ok ? ok(this.#room.store.document) : checked;
  }

  async updateDocument(access: Access, patch: DocumentPatch, options: WriteOptions) {
    return this.#perform(access, documents.updateDocument(patch, options.ifMatch), options);
  }

  async deleteDocument(access: Access, options: WriteOptions) {
    return this.#perform(access, documents.deleteDocument(options.ifMatch), options);
  }

  async restoreDocument(access: Access, options: WriteOptions) {
    return this.#perform(access, documents.restoreDocument(options.ifMatch), options);
  }

  async checkImage(access: Access, image: StoredImage, options: WriteOptions) {
    return this.#room.preview(access, documents.setImage(image, options.ifMatch), options.opId);
  }

  async setImage(access: Access, image: StoredImage, options: WriteOptions) {
    return this.#perform(access, documents.setImage(image, options.ifMatch), options);
  }

  async getLabels(access: Access) {
    return this.#read(access, (store) => ok(store.labelSet));
  }

  async setLabels(access: Access, input: LabelSetInput, options: WriteOptions) {
    return this.#perform(access, setLabels(input, options.ifMatch), options);
  }

  // --- annotations

  async createAnnotation(access: Access, input: AnnotationInput, options: WriteOptions) {
    return this.#perform(access, annotations.createAnnotation(input, access.claims?.sub), options);
  }

  async listAnnotations(access: Access, filter: AnnotationFilter, page: Page) {
    return this.#read(access, (store) => ok(store.annotations.list(filter, page)));
  }

  async getAnnotation(access: Access, id: string) {
    return this.#read(access, (store) => history.readAnnotation(store, id));
  }

  async updateAnnotation(
    access: Access,
    id: string,
    version: number,
    patch: AnnotationPatch,
    options: WriteOptions,
  ) {
    const command = annotations.updateAnnotation(id, version, patch, options.ifMatch);
    return this.#perform(access, command, options);
  }

  async deleteAnnotation(access: Access, id: string, version: number | undefined, options: WriteOptions) {
    return this.#perform(access, annotations.deleteAnnotation(id, version, options.ifMatch), options);
  }

  async restoreAnnotation(access: Access, id: string, version: number | undefined, options: WriteOptions) {
    return this.#perform(access, annotations.restoreAnnotation(id, version, options.ifMatch), options);
  }

  async applyBatch(access: Access, operations: Operation[], options: WriteOptions) {
    return this.#perform(access, annotations.applyBatch(operations, access.claims?.sub), options);
  }

  // --- comments

  async createComment(access: Access, input: CommentInput, options: WriteOptions) {
    return this.#perform(access, comments.createComment(input, access), options);
  }

  async listComments(access: Access, filter: CommentFilter, page: Page) {
    return this.#read(access, (store) => ok(store.comments.list(filter, page)));
  }

  async getComment(access: Access, id: string) {
    return this.#read(access, (store) => history.readComment(store, id));
  }

  async updateComment(
    access: Access,
    id: string,
    version: number | undefined,
    patch: CommentPatch,
    options: WriteOptions,
  ) {
    const target = { id, version, ifMatch: options.ifMatch };
    return this.#perform(access, comments.updateComment(target, patch, access), options);
  }

  async deleteComment(access: Access, id: string, version: number | undefined, options: WriteOptions) {
    const target = { id, version, ifMatch: options.ifMatch };
    return this.#perform(access, comments.deleteComment(target, access), options);
  }

  // --- versions

  async createVersion(access: Access, input: versions.VersionInput, options: WriteOptions) {
    return this.#perform(access, versions.createVersion(input, access.claims?.sub), options);
  }

  async listVersions(access: Access, page: Page) {
    return this.#read(access, (store) => ok(store.versions.list(page)));
  }

  async getVersion(access: Access, id: string) {
    return this.#read(access, (store) => history.readVersion(store, id));
  }

  async readVersion(access: Access, id: string, cursor: PieceCursor | null = null) {
    return this.#read(access, (store) => history.readVersionPiece(store, id, cursor));
  }

  async diffVersion(access: Access, id: string, against?: string, cursor: PieceCursor | null = null) {
    return this.#read(access, (store) => history.readDiffPiece(store, id, against, cursor));
  }

  async revertVersion(access: Access, id: string, options: WriteOptions) {
    const reverted = await this.#perform(access, versions.revertVersion(id), options);
    return reverted.ok ? ok(history.readRevertResult(this.#room.store, reverted.value)) : reverted;
  }

  // --- changes

  async readChanges(access: Access, query: ChangesQuery, cursor: PieceCursor | null = null) {
    return this.#read(access, (store) => readChangesPiece(store, query, cursor));
  }

  async appendUpdates(access: Access, updates: AppendUpdate[]) {
    return this.#room.request(appendUpdates(this.#room, access, updates));
  }

  // --- exports

  async openExport(access: Access, jobId: string, versionId: string | undefined) {
    return this.#room.request(openExport(this.#room, access, jobId, versionId));
  }

  async reportExport(job: ExportJob) {
    return reportExport(this.#room, job);
  }

  async readAppearance(access: Access) {
    return this.#read(access, (store) => ok(history.readAppearance(store)));
  }

  async readDocumentAt(seq: number) {
    return history.readDocumentAt(this.#room.store, seq);
  }

  async readLabelSetAt(seq: number) {
    return history.readLabelSetAt(this.#room.store, seq);
  }

  async readAnnotationsAt(seq: number, after: number | null) {
    return history.readAnnotationsPage(this.#room.store, seq, after);
  }

  async readCommentsAt(seq: number, after: number | null) {
    return history.readCommentsPage(this.#room.store, seq, after);
  }

  /** Reads what is committed, if the document is not deleted and the token has at least `role`. */
  #read<T>(access: Access, read: (store: Room["store"]) => Result<T>, role: Role = "viewer"): Result<T> {
    const checked = this.#room.checkActive(access, role);
    return checked.ok ? read(this.#room.store) : checked;
  }

  async #perform<T>(access: Access, command: Command<T>, { opId }: WriteOptions): Promise<Result<T>> {
    return this.#room.request(this.#room.toWrite(access, command, { opId, origin: null }));
  }
}
