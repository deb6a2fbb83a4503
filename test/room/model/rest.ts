import { expect } from "vitest";
import type { Annotation } from "../../../src/protocol/model/annotation.ts";
import type { Comment } from "../../../src/protocol/model/comment.ts";
import type { Changes } from "../../../src/protocol/model/changes.ts";
import type { LabelSet } from "../../../src/protocol/model/label-set.ts";
import type { Document } from "../../../src/protocol/model/document.ts";
import type { Version } from "../../../src/protocol/model/version.ts";
import { type CallInit, call, guarded, makeToken } from "../../support/http.ts";
import { TestSocket } from "../../support/room.ts";
import type { Answer, Role } from "./client.ts";
import { commentState, isCommentOperation } from "./comments.ts";
import { type Who, displayName, whoIs } from "./people.ts";
import { type Births, annotationState, labelsState } from "./heard.ts";
import { type Operation, type Sender, toRequest } from "./operation.ts";

/** The service, as someone asks it: with a token of the role where it is secured, without one where it runs open. */
export class Rest {
  readonly documentId: string;
  readonly #births: Births;
  readonly #secured: boolean;
  /** Tokens from before are refused. */
  #minIat = Date.now() / 1000;

  constructor(documentId: string, births: Births, secured: boolean) {
    this.documentId = documentId;
    this.#secured = secured;
    this.#births = births;
  }

  async ask(
    path: string,
    init: CallInit = {},
    role: Role | "admin" = "admin",
    sub = "model",
  ): Promise<Response> {
    const name = displayName(sub);
    if (!this.#secured) {
      // What a caller calls themselves; a socket says it in its address.
      const headers = { ...init.headers, "Acetate-Name": encodeURIComponent(name) };
      return call(path, { ...init, headers });
    }
    const kind = role === "commenter" ? ({ role: "viewer", comment: true } as const) : { role };
    return guarded(path, { ...init, token: await makeToken({ ...kind, sub, name, iat: this.#minIat }) });
  }

  /** How resources name those who ask. */
  who(sub = "model"): Who {
    return whoIs(sub, this.#secured);
  }

  /** The answer's JSON; the status must be good. */
  async get<T>(path: string): Promise<T> {
    const response = await this.ask(path);
    expect(response.status, path).toBe(200);
    return response.json<T>();
  }

  async post<T>(path: string, json: unknown = {}, method = "POST"): Promise<T> {
    const response = await this.ask(path, { json, method });
    expect(response.ok, `${path}: ${response.status}`).toBe(true);
    return response.json<T>();
  }

  getDocument(): Promise<Document> {
    return this.get(`/v1/documents/${this.documentId}?include_deleted=true`);
  }

  getChanges(since: number, limit: number, lineage: string | null = null): Promise<Changes> {
    const history = lineage === null ? "" : `&lineage=${lineage}`;
    return this.get(`/v1/documents/${this.documentId}/changes?since=${since}&limit=${limit}${history}`);
  }

  /** All of a list, in pages. */
  async list<T>(path: string, size: number): Promise<T[]> {
    const items: T[] = [];
    for (let page = 1, total = 1; items.length < total; page++) {
      const url = `${path}&page=${page}&size=${size}`;
      const listed = await this.get<{ items: T[]; total: number }>(url);
      items.push(...listed.items);
      total = listed.total;
      if (listed.items.length === 0) break;
    }
    return items;
  }

  listAnnotations(): Promise<Annotation[]> {
    return this.list(`/v1/annotations?document_id=${this.documentId}`, 17);
  }

  listVersions(): Promise<Version[]> {
    return this.list(`/v1/versions?document_id=${this.documentId}`, 100);
  }

  listComments(): Promise<Comment[]> {
    return this.list(`/v1/documents/${this.documentId}/comments?status=all`, 7);
  }

  async operate(operation: Operation, base: number, role: Role, sender: Sender): Promise<Answer> {
    const { path, ...init } = toRequest(operation, this.documentId, base, sender);
    const response = await this.ask(path, init, role, sender.actorId);
    if (response.status === 204) {
      // A delete answers nothing: what was deleted says when.
      if (isCommentOperation(operation)) {
        const comment = await this.get<Comment>(path.replace(/\?.*/, ""));
        const state = commentState(comment, this.#births);
        return {
          ok: true,
          seq: comment.seq,
          duplicate: false,
          annotations: [],
          comment: state,
          labels: null,
        };
      }
      const id = operation.type === "annotation.delete" ? operation.id : "";
      const annotation = await this.get<Annotation>(`/v1/annotations/${id}?document_id=${this.documentId}`);
      return {
        ok: true,
        seq: annotation.seq,
        duplicate: false,
        annotations: [annotationState(annotation, this.#births)],
        comment: null,
        labels: null,
      };
    }
    const body = await response.json<AnyAnswer>();
    if (!response.ok) return { ok: false, code: body.code ?? "" };
    if (isCommentOperation(operation)) {
      const comment = body as unknown as Comment;
      const state = commentState(comment, this.#births);
      return { ok: true, seq: comment.seq, duplicate: false, annotations: [], comment: state, labels: null };
    }
    const [ack] = body.acks ?? [];
    const annotations = body.annotations ?? (body.id === undefined ? [] : [body as unknown as Annotation]);
    return {
      ok: true,
      seq: ack?.seq ?? body.seq ?? 0,
      duplicate: ack?.duplicate ?? false,
      annotations: annotations.map((each) => annotationState(each, this.#births)),
      comment: null,
      labels: operation.type === "labels.set" ? labelsState(body as unknown as LabelSet) : null,
    };
  }

  /** Refuses every token from before. */
  async revoke(): Promise<void> {
    const response = await this.ask("/v1/tokens/revoke", { json: { document_id: this.documentId } });
    expect(response.status).toBe(200);
    this.#minIat = (await response.json<{ min_iat: number }>()).min_iat;
  }

  async connect(role: Role, name: string, { since = 0, lineage = "", batch = false }): Promise<TestSocket> {
    const resume = since > 0 ? `&since=${since}&lineage=${lineage}` : "";
    const headers = { Upgrade: "websocket", ...(batch && { "Sec-WebSocket-Protocol": "acetate.v1.batch" }) };
    const path = `/v1/realtime?document_id=${this.documentId}&actorId=${name}&name=${encodeURIComponent(displayName(name))}${resume}`;
    const response = await this.ask(path, { headers }, role, name);
    if (!response.webSocket) throw new Error(`No upgrade: ${response.status}`);
    return new TestSocket(response.webSocket);
  }
}

interface AnyAnswer {
  code?: string;
  id?: string;
  seq?: number;
  acks?: { seq: number; duplicate: boolean }[];
  annotations?: Annotation[];
}
