import type { Document, DocumentPatch } from "../../protocol/model/document.ts";
import type { RevertResult, Version } from "../../protocol/model/version.ts";
import type { ServerMessage } from "../../protocol/wire/down.ts";
import type { Service } from "../service.ts";
import { exportDocument, type ExportCall, type ExportRequest, type ExportSource } from "./exports.ts";
import { Http } from "./http.ts";

/** What a room asks for over REST. */
export class RoomRequests {
  readonly #http: Http;
  readonly #documentId: string;
  readonly #signal: AbortSignal;

  /** @param signal ends every call */
  constructor(service: Service, documentId: string, signal: AbortSignal) {
    this.#http = new Http(service);
    this.#documentId = documentId;
    this.#signal = signal;
  }

  updateDocument(patch: DocumentPatch): Promise<Document> {
    const call = { json: patch, signal: this.#signal };
    return this.#http.json("PATCH", `/v1/documents/${this.#documentId}`, call);
  }

  async listVersions(): Promise<Version[]> {
    const versions: Version[] = [];
    const call = { query: { document_id: this.#documentId }, signal: this.#signal };
    for await (const version of this.#http.list<Version>("/v1/versions", call)) versions.push(version);
    return versions;
  }

  createVersion(label: string | undefined): Promise<Version> {
    const json = { document_id: this.#documentId, label };
    return this.#http.json("POST", "/v1/versions", { json, signal: this.#signal });
  }

  revertTo(id: string): Promise<RevertResult> {
    const call = { query: { document_id: this.#documentId }, signal: this.#signal };
    return this.#http.json("POST", `/v1/versions/${encodeURIComponent(id)}/revert`, call);
  }

  /** @param listen hears what the room hears, and returns how to stop */
  export(
    request: ExportRequest,
    call: ExportCall,
    listen: (listener: (message: ServerMessage) => void) => () => void,
  ): Promise<Blob> {
    const source: ExportSource = (listener) =>
      listen((message) => {
        if (message.type === "export.progress" || message.type === "export.finished") listener(message);
      });
    return exportDocument(this.#http, this.#documentId, request, { ...call, signal: this.#signal }, source);
  }
}
