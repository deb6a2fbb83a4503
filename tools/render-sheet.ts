import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { BATCH_OPERATIONS_MAX } from "../src/protocol/limits.ts";
import { documentSchema } from "../src/protocol/model/document.ts";
import { exportJobSchema, isFinal, type ExportFormat } from "../src/protocol/model/export-job.ts";
import type { Sheet } from "./gallery-sheets.ts";

/** A document on a running service that shows a sheet. */
export interface Drawn {
  id: string;
  /** The export's file. Throws with the job's reason where it fails. */
  exportAs(format: ExportFormat, options?: object): Promise<Buffer>;
}

/** Puts a sheet into a new document: on `picture`, or blank in the given size. */
export async function drawSheet(
  service: URL,
  { name, annotations }: Sheet,
  ground: { picture: Uint8Array<ArrayBuffer> } | { width: number; height: number },
): Promise<Drawn> {
  const size = "picture" in ground ? {} : { width: ground.width, height: ground.height };
  const { id } = await ask(service, "POST", "/v1/documents", documentSchema, { title: name, ...size });
  if ("picture" in ground) {
    await send(service, `/v1/documents/${id}/image`, { method: "PUT", body: ground.picture });
  }
  for (let from = 0; from < annotations.length; from += BATCH_OPERATIONS_MAX) {
    const operations = annotations
      .slice(from, from + BATCH_OPERATIONS_MAX)
      // What a batch makes is of one moment: its order above each other is said by z_index.
      .map((annotation, index) => ({ op: "create", z_index: from + index, ...annotation }));
    await send(service, "/v1/annotations/batch", jsonRequest("POST", { document_id: id, operations }));
  }
  return {
    id,
    async exportAs(format, options = {}) {
      const request = { document_id: id, format, ...options };
      let job = await ask(service, "POST", "/v1/exports", exportJobSchema, request);
      while (!isFinal(job)) {
        await sleep(50);
        job = await ask(service, "GET", `/v1/exports/${job.id}`, exportJobSchema);
      }
      if (job.result_url === null) throw new Error(`The export of ${name} as ${format} failed: ${job.error}`);
      return Buffer.from(await (await send(service, job.result_url)).arrayBuffer());
    },
  };
}

async function ask<S extends z.core.$ZodType>(
  service: URL,
  method: string,
  route: string,
  schema: S,
  body?: object,
): Promise<z.output<S>> {
  const response = await send(service, route, body ? jsonRequest(method, body) : { method });
  return z.parse(schema, await response.json());
}

function jsonRequest(method: string, body: object): RequestInit {
  return { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

async function send(service: URL, route: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(new URL(route, service), init);
  if (!response.ok) throw new Error(`${route} answered ${response.status}: ${await response.text()}`);
  return response;
}
