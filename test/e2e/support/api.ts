import { readFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { type Client, createClient, type DocumentDraft } from "../../../src/client/index.ts";
import { documentSchema, type Document } from "../../../src/protocol/model/document.ts";
import { exportJobSchema, isFinal, type ExportJob } from "../../../src/protocol/model/export-job.ts";
import { projectRoot } from "../../../tools/project.ts";
import { waitFor } from "./wait-for.ts";

/** The REST interface as an application would use it; every answer is checked against its schema. */
export class Api {
  /** The library, for what is not itself under test. */
  readonly client: Client;
  readonly #service: URL;

  constructor(service: URL) {
    this.#service = service;
    this.client = createClient({ url: service });
  }

  async send(method: string, route: string, body?: object): Promise<Response> {
    return fetch(new URL(route, this.#service), {
      method,
      ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
  }

  /** The answer of a request that must succeed. */
  async ask<S extends z.core.$ZodType>(
    method: string,
    route: string,
    schema: S,
    body?: object,
  ): Promise<z.output<S>> {
    const response = await this.send(method, route, body);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${route} answered ${response.status}: ${text}`);
    return z.parse(schema, JSON.parse(text));
  }

  async createDocument(input: DocumentDraft = { title: "End to end" }): Promise<Document> {
    return documentSchema.parse(await this.client.documents.create(input));
  }

  /** Puts one of `test/fixtures` as the document's picture. */
  async putImage(documentId: string, fixture: string): Promise<Document> {
    const bytes = await readFile(path.join(projectRoot, "test", "fixtures", fixture));
    // Not by the client: jsdom has a Blob of its own, which Node's fetch does not take.
    const address = new URL(`/v1/documents/${documentId}/image`, this.#service);
    const response = await fetch(address, { method: "PUT", body: bytes });
    if (!response.ok) throw new Error(`the picture was refused: ${await response.text()}`);
    return documentSchema.parse(await response.json());
  }

  /** The export once it has succeeded or failed; gives up after `patienceMs`. */
  async untilFinal(exportId: string, patienceMs?: number): Promise<ExportJob> {
    const readIfFinal = async (): Promise<ExportJob | undefined> => {
      const job = await this.ask("GET", `/v1/exports/${exportId}`, exportJobSchema);
      return isFinal(job) ? job : undefined;
    };
    return waitFor("the export to finish", readIfFinal, patienceMs);
  }

  async readBytes(route: string): Promise<Buffer> {
    const response = await this.send("GET", route);
    if (!response.ok) throw new Error(`GET ${route} answered ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  }
}
