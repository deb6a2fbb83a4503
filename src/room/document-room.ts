import { DurableObject } from "cloudflare:workers";
import { readConfig } from "../config.ts";
import type { Env } from "../env.ts";
import type { Role } from "../protocol/model/token.ts";
import type { Access } from "./access.ts";
import type {
  Annotation,
  AnnotationInput,
  AnnotationPatch,
  Operation,
} from "../protocol/model/annotation.ts";
import type { AnnotationFilter } from "../catalog/annotation-conditions.ts";
import type { Document, DocumentCreate, DocumentPatch } from "../protocol/model/document.ts";
import type { StoredImage } from "./stored-image.ts";
import { type Result, fail, ok } from "../protocol/errors.ts";
import { type ExportJob, isFinal } from "../protocol/model/export-job.ts";
import type { Page, Paged } from "../protocol/model/scalars.ts";
import type { RevertResult, Version } from "../protocol/model/version.ts";
import { issueTime, nextMinIat } from "./access.ts";
import { closeSocket } from "./sockets/hub.ts";
import { Messages } from "./sockets/messages.ts";
import * as annotations from "./decide/annotations.ts";
import { appendUpdates } from "./decide/append-updates.ts";
import { createDocument } from "./decide/create-document.ts";
import * as documents from "./decide/documents.ts";
import type { Operation as AnyOperation } from "./decide/operation.ts";
import type { Performed } from "./decide/perform.ts";
import * as versions from "./decide/versions.ts";
import { readChangesPiece } from "./feed.ts";
import * as history from "./history.ts";
import type { Piece, Place } from "./pieces.ts";
import { PROJECTION_WAIT_MS, Room } from "./room.ts";
import type {
  AnnotationsPage,
  AppendUpdate,
  Appended,
  BatchResult,
  Created,
  ExportTarget,
  Look,
  RoomApi,
  WriteOptions,
} from "./room-api.ts";
import { acceptSocket } from "./sockets/sockets.ts";

/** The runtime answers these by itself, without waking a hibernated room. */
const PING = new WebSocketRequestResponsePair("ping", "pong");

/**
 * One document: a thin shell that accepts, wakes and forwards. What is decided is in `operations/`, what is stored in
 * `store/`, how a change is committed and told in `room.ts`.
 */
export class DocumentRoom extends DurableObject<Env> implements RoomApi {
  readonly #room: Room;
  readonly #messages: Messages;
  readonly #maxSockets: number;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const config = readConfig(env);
    this.#maxSockets = config.SOCKETS_PER_DOCUMENT;
    this.#room = new Room(ctx, env, config);
    this.#messages = new Messages(this.#room);
    ctx.setWebSocketAutoResponse(PING);
  }

  // --- sockets -------------------------------------------------------------------------------------------------

  override async fetch(request: Request): Promise<Response> {
    return acceptSocket(this.#room, request, this.#maxSockets);
  }

  override async webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): Promise<void> {
    const connection = this.#room.hub.get(socket);
    if (connection) this.#messages.receive(connection, frame);
  }

  override async webSocketClose(socket: WebSocket, code: number, reason: string): Promise<void> {
    // 1005 and 1006 say that no code was sent; they can't be sent either.
    closeSocket(socket, code === 1005 || code === 1006 ? 1000 : code, reason);
    this.#leave(socket);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    closeSocket(socket, 1011, "The connection failed");
    this.#leave(socket);
  }

  #leave(socket: WebSocket): void {
    this.#room.hub.closed(socket);
    this.#room.hub.flush();
  }

  override async alarm(): Promise<void> {
    const { schedule, outbox, presence, exports } = this.#room;
    await schedule.run({
      outbox: () => outbox.retry(),
      presence: async () => presence.expire(Date.now()),
      exports: () => exports.resend(Date.now()),
    });
  }

  // --- access --------------------------------------------------------------------------------------------------

  async authorize(access: Access, role: Role): Promise<Result<Document>> {
    const checked = this.#room.checkActive(access, role);
    return checked.ok ? ok(this.#room.store.document) : checked;
  }

  async issueToken(access: Access, role: Role): Promise<Result<number>> {
    const checked = this.#room.checkActive(access, role);
    return checked.ok ? ok(issueTime(this.#room.store.minIat, Date.now())) : checked;
  }

  async revokeTokens(access: Access): Promise<Result<number>> {
    const checked = this.#room.check(access, "admin");
    if (!checked.ok) return checked;
    const { store, hub, outbox } = this.#room;
    const minIat = nextMinIat(store.minIat, Date.now());
    this.#room.transact(() => {
      store.minIat = minIat;
    });
    for (const connection of hub.connections) {
      const allowed = this.#room.check(connection.access, "viewer");
      if (allowed.ok) continue;
      hub.refuse(connection, allowed.error);
      hub.close(connection, allowed.error.code, allowed.error.message);
    }
    hub.flush();
    outbox.kick(Date.now());
    // A revocation has no seq to wait for: it waits until everything is sent.
    await outbox.settled(Infinity, PROJECTION_WAIT_MS);
    return ok(minIat);
  }

  // --- the document --------------------------------------------------------------------------------------------

  async createDocument(
    access: Access,
    input: DocumentCreate & { id: string },
    { opId }: WriteOptions,
  ): Promise<Result<Created<Document>>> {
    const { claims } = access;
    if (claims && (claims.doc !== "*" || claims.role !== "admin")) {
      return fail("forbidden", "To create documents takes the role admin for every document");
    }
    const { store } = this.#room;
    const created = await this.#room.commit((moment) => {
      // One that exists may have revoked this token.
      const checked = store.exists ? this.#room.check(access, "admin") : ok(null);
      return checked.ok ? createDocument(store, input, opId, moment) : checked;
    });
    return resultOf(created);
  }

  async getDocument(access: Access, includeDeleted: boolean): Promise<Result<Document>> {
    if (!includeDeleted) return this.authorize(access, "viewer");
    const checked = this.#room.check(access, "viewer");
    return checked.ok ? ok(this.#room.store.document) : checked;
  }

  async updateDocument(
    access: Access,
    patch: DocumentPatch,
    options: WriteOptions,
  ): Promise<Result<Document>> {
    return this.#write(access, documents.updateDocument(patch, options.ifMatch), options);
  }

  async deleteDocument(access: Access, options: WriteOptions): Promise<Result<Document>> {
    return this.#write(access, documents.deleteDocument(options.ifMatch), options);
  }

  async restoreDocument(access: Access, options: WriteOptions): Promise<Result<Document>> {
    return this.#write(access, documents.restoreDocument(options.ifMatch), options);
  }

  async setImage(access: Access, image: StoredImage, options: WriteOptions): Promise<Result<Document>> {
    return this.#write(access, documents.setImage(image, options.ifMatch), options);
  }

  // --- annotations ---------------------------------------------------------------------------------------------

  async createAnnotation(
    access: Access,
    input: AnnotationInput,
    options: WriteOptions,
  ): Promise<Result<Created<Annotation>>> {
    const author = access.claims?.sub;
    const created = await this.#write(access, annotations.createAnnotation(input, author), options);
    return created.ok ? ok({ value: created.value.annotation, created: created.value.created }) : created;
  }

  async listAnnotations(
    access: Access,
    filter: AnnotationFilter,
    page: Page,
  ): Promise<Result<Paged<Annotation>>> {
    return this.#read(access, (store) => ok(store.annotations.list(filter, page)));
  }

  async getAnnotation(access: Access, id: string): Promise<Result<Annotation>> {
    return this.#read(access, (store) => {
      const annotation = store.readAnnotation(id);
      return annotation
        ? ok(annotation)
        : fail("annotation_not_found", `The document has no annotation ${id}`);
    });
  }

  async updateAnnotation(
    access: Access,
    id: string,
    version: number,
    patch: AnnotationPatch,
    options: WriteOptions,
  ): Promise<Result<Annotation>> {
    return this.#write(access, annotations.updateAnnotation(id, version, patch, options.ifMatch), options);
  }

  async deleteAnnotation(
    access: Access,
    id: string,
    version: number | undefined,
    options: WriteOptions,
  ): Promise<Result<Annotation>> {
    return this.#write(access, annotations.deleteAnnotation(id, version, options.ifMatch), options);
  }

  async applyBatch(
    access: Access,
    operations: Operation[],
    options: WriteOptions,
  ): Promise<Result<BatchResult>> {
    return this.#write(access, annotations.applyBatch(operations, access.claims?.sub), options);
  }

  // --- versions ------------------------------------------------------------------------------------------------

  async createVersion(
    access: Access,
    input: versions.VersionInput,
    options: WriteOptions,
  ): Promise<Result<Version>> {
    return this.#write(access, versions.createVersion(input, access.claims?.sub), options);
  }

  async listVersions(access: Access, page: Page): Promise<Result<Paged<Version>>> {
    return this.#read(access, (store) => ok(store.versions.list(page)));
  }

  async getVersion(access: Access, id: string): Promise<Result<Version>> {
    return this.#read(access, (store) => history.readVersion(store, id));
  }

  async readVersion(access: Access, id: string, place: Place | null = null): Promise<Result<Piece>> {
    return this.#read(access, (store) => history.readVersionPiece(store, id, place));
  }

  async diffVersion(
    access: Access,
    id: string,
    against: string | undefined,
    place: Place | null = null,
  ): Promise<Result<Piece>> {
    return this.#read(access, (store) => history.readDiffPiece(store, id, against, place));
  }

  async revertVersion(access: Access, id: string, options: WriteOptions): Promise<Result<RevertResult>> {
    const operation = versions.revertVersion(id, access.claims?.sub);
    const reverted = await this.#room.write(access, operation, options.opId, { alone: true });
    if (!reverted.ok) return reverted;
    const { seq, version } = reverted.value.result;
    return ok(history.readRevertResult(this.#room.store, seq, version));
  }

  // --- changes -------------------------------------------------------------------------------------------------

  async readChanges(
    access: Access,
    since: number,
    limit: number,
    place: Place | null = null,
  ): Promise<Result<Piece>> {
    return this.#read(access, (store) => readChangesPiece(store, { since, limit, place }));
  }

  async appendUpdates(access: Access, updates: AppendUpdate[]): Promise<Result<Appended>> {
    const appended = await this.#room.commit(
      (moment) => {
        const checked = this.#room.checkActive(access, "editor");
        return checked.ok ? appendUpdates(this.#room.store, updates, access, moment) : checked;
      },
      updates.reduce((bytes, { deltaB64 }) => bytes + 2 * deltaB64.length, 0),
    );
    return resultOf(appended);
  }

  // --- exports -------------------------------------------------------------------------------------------------

  async openExport(
    access: Access,
    jobId: string,
    versionId: string | undefined,
  ): Promise<Result<ExportTarget>> {
    return this.#read(access, (store) => {
      const found = versionId === undefined ? null : history.readVersion(store, versionId);
      if (found && !found.ok) return found;
      const wanted = found ? found.value.seq : store.head;
      const seq = this.#room.transact(() => this.#room.exports.open(jobId, wanted, Date.now()));
      const document = store.readDocumentAt(seq);
      return document ? ok({ seq, document }) : fail("document_not_found", "There is no such document");
    });
  }

  async reportExport(job: ExportJob): Promise<void> {
    const { store, hub, exports } = this.#room;
    if (!store.exists) return;
    if (!this.#room.transact(() => exports.report(job))) return;
    hub.broadcast({ type: isFinal(job) ? "export.finished" : "export.progress", export: job });
    hub.flush();
  }

  async readLook(access: Access): Promise<Result<Look>> {
    return this.#read(access, (store) => {
      const { head: seq, document } = store;
      return ok({ seq, document, annotationsSeq: store.annotations.lastChange() });
    });
  }

  async readDocumentAt(seq: number): Promise<Result<Document>> {
    const { store } = this.#room;
    const document = store.exists ? store.readDocumentAt(seq) : null;
    return document ? ok(document) : fail("document_not_found", "There is no such document");
  }

  async readAnnotationsAt(seq: number, after: number | null): Promise<Result<AnnotationsPage>> {
    const { store } = this.#room;
    if (!store.exists) return fail("document_not_found", "There is no such document");
    return ok(history.readAnnotationsPage(store, seq, after));
  }

  /** Reads what is committed, for a viewer of a document that is not deleted. */
  #read<T>(access: Access, read: (store: Room["store"]) => Result<T>): Result<T> {
    const checked = this.#room.checkActive(access, "viewer");
    return checked.ok ? read(this.#room.store) : checked;
  }

  async #write<T>(access: Access, operation: AnyOperation<T>, { opId }: WriteOptions): Promise<Result<T>> {
    return resultOf(await this.#room.write(access, operation, opId));
  }
}

function resultOf<T>(outcome: Result<Performed<T>>): Result<T> {
  return outcome.ok ? ok(outcome.value.result) : outcome;
}
