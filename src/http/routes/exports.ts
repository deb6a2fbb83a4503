import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { getExportJob, insertExportJob, listExportJobs } from "../../catalog/export-jobs.ts";
import { cancelExportJob } from "../../catalog/export-leases.ts";
import { tellRoom } from "../../export/lease.ts";
import { removeFile } from "../../files/exports-folder.ts";
import type { Access } from "../../room/access.ts";
import type { Document } from "../../protocol/model/document.ts";
import {
  contentTypes,
  exportCreateSchema,
  type ExportJob,
  exportJobSchema,
  exportPageSchema,
  JSON_LD_TYPE,
} from "../../protocol/model/export-job.ts";
import { exportListQuerySchema } from "../../protocol/queries.ts";
import type { AppEnv } from "../app-env.ts";
import { deriveId } from "../derived-id.ts";
import { exportTag, isNotModified } from "../answers/etag.ts";
import {
  checkRasterSize,
  downloadExport,
  isSameExport,
  readExport,
  requireCanceller,
} from "../export-access.ts";
import { guard, onlyDocument, requireDocument } from "../middleware/guard.ts";
import { jsonBody } from "../middleware/json-body.ts";
import {
  exampleCancelledExport,
  exampleDocumentId,
  exampleExport,
  examplePage,
  exampleQueuedExport,
} from "../openapi/examples.ts";
import {
  bearer,
  bearerOrQuery,
  idParams,
  jsonContent,
  keyHeader,
  noQuery,
  readHeaders,
  tokenQuery,
} from "../openapi/requests.ts";
import { binary, json, notModified, problems } from "../openapi/responses.ts";
import { toClassic } from "../openapi/to-classic.ts";
import { refusal, unwrap } from "../answers/refusal.ts";
import { type RoomStub, openRoom } from "../../room/room-stub.ts";
import { createRouter } from "../router.ts";

const shared = { tags: ["Exports"], security: bearer };
const fileTypes = [...Object.values(contentTypes), JSON_LD_TYPE];
const missing = ["export_not_found", "document_deleted"] as const;

const createExport = createRoute({
  ...shared,
  method: "post",
  path: "/exports",
  operationId: "createExport",
  summary: "Export a document or a version",
  description:
    "Answers at once; the file is made in the background. The state is that of now (`seq`), whatever comes later. " +
    "With an `Idempotency-Key` a repeat finds the same job. The same seq, format and options always make the same " +
    "bytes: a job that asks for what another one made within the hour gets a copy of that file.",
  middleware: [guard("viewer"), jsonBody()],
  request: {
    query: noQuery,
    headers: keyHeader,
    body: jsonContent(exportCreateSchema, { document_id: exampleDocumentId, format: "png" }),
  },
  responses: {
    202: json(exportJobSchema, "Queued; `Location` says where its state is", exampleQueuedExport),
    ...problems(
      "invalid_json",
      "document_not_found",
      "document_deleted",
      "version_not_found",
      "op_id_reused",
      "image_too_large",
      "too_large",
      "unsupported_media_type",
    ),
  },
});

const listRoute = createRoute({
  ...shared,
  method: "get",
  path: "/exports",
  operationId: "listExports",
  summary: "List exports",
  description: "The newest first. A token for one document sees that document's only.",
  middleware: [guard("viewer")],
  request: { query: toClassic(exportListQuerySchema) },
  responses: {
    200: json(exportPageSchema, "A page of exports", examplePage(exampleExport)),
    ...problems("document_not_found", "document_deleted"),
  },
});

const getExport = createRoute({
  ...shared,
  method: "get",
  path: "/exports/{id}",
  operationId: "getExport",
  summary: "Read an export",
  description: "How far it is, and, when it has succeeded, where its file is.",
  middleware: [guard("viewer")],
  request: { params: idParams, query: noQuery, headers: readHeaders },
  responses: {
    200: json(exportJobSchema, "The job", exampleExport),
    304: notModified,
    ...problems(...missing),
  },
});

const cancelExport = createRoute({
  ...shared,
  method: "delete",
  path: "/exports/{id}",
  operationId: "cancelExport",
  summary: "Cancel an export",
  description:
    "Takes the role editor, or to be the one who asked for it (the same `sub`). The job becomes `cancelled`, for " +
    "good: a render under way stops, and no file is kept. A repeat gets the same answer. A job that has succeeded " +
    "or failed stays as it is: 409 `export_finished`, with the job as `current`.",
  middleware: [guard("viewer")],
  request: { params: idParams, query: noQuery },
  responses: {
    200: json(exportJobSchema, "The cancelled job", exampleCancelledExport),
    ...problems(...missing, "forbidden", "export_finished"),
  },
});

const downloadRoute = createRoute({
  ...shared,
  security: bearerOrQuery,
  method: "get",
  path: "/exports/{id}/download",
  operationId: "downloadExport",
  summary: "Download an export's file",
  description:
    "As an attachment, named by the title that the document had at the job's `seq`. Answers `Range` (one range of " +
    "bytes), `If-Range` and `If-None-Match`.",
  middleware: [guard("viewer", { queryToken: true })],
  request: { params: idParams, query: tokenQuery },
  responses: {
    200: { description: "The file", content: binary(fileTypes) },
    206: { description: "The range asked for", content: binary(fileTypes) },
    304: notModified,
    ...problems(...missing, "export_not_ready", "range_not_satisfiable"),
  },
});

export const exportRoutes = createRouter()
  .openapi(createExport, async (c) => {
    const { document_id, format, version_id = null, ...options } = c.req.valid("json");
    const access = requireDocument(c, document_id);
    const room = openRoom(c.env, document_id);
    const present = unwrap(await room.authorize(access, "viewer"));
    const { "idempotency-key": key } = c.req.valid("header");
    const id = key === undefined ? crypto.randomUUID() : await deriveId(c, "export", document_id, key);
    const asked = { id, document_id, version_id, format, options };
    const known = key === undefined ? null : await getExportJob(c.env.DB, id);
    if (!known) {
      const document = version_id === null ? present : await readAtVersion(room, access, version_id);
      checkRasterSize(document, format, options.scale, c.var.config);
    }
    const job = known ?? (await queueExport(c, room, asked));
    if (!isSameExport(job, asked)) {
      throw refusal("op_id_reused", "This Idempotency-Key was used for another export");
    }
    c.header("ETag", exportTag(job));
    c.header("Location", `/v1/exports/${id}`);
    return c.json(job, 202);
  })
  .openapi(listRoute, async (c) => {
    const { document_id: named, status, page, size } = c.req.valid("query");
    const documentId = named ?? onlyDocument(c);
    if (documentId !== undefined) {
      unwrap(await openRoom(c.env, documentId).authorize(requireDocument(c, documentId), "viewer"));
    }
    const iat = c.var.access.claims?.iat;
    return c.json(await listExportJobs(c.env.DB, { documentId, status, iat, page, size }), 200);
  })
  .openapi(getExport, async (c) => {
    const job = await readExport(c, c.req.valid("param").id);
    return isNotModified(c, exportTag(job)) ? c.body(null, 304) : c.json(job, 200);
  })
  .openapi(cancelExport, async (c) => {
    const asked = await readExport(c, c.req.valid("param").id);
    await requireCanceller(c, asked);
    const job = await cancel(c, asked);
    c.header("ETag", exportTag(job));
    return c.json(job, 200);
  })
  .openapi(downloadRoute, async (c) => {
    const job = await readExport(c, c.req.valid("param").id);
    return downloadExport(c, job);
  });

async function readAtVersion(room: RoomStub, access: Access, versionId: string): Promise<Document> {
  const { seq } = unwrap(await room.getVersion(access, versionId));
  return unwrap(await room.readDocumentAt(seq));
}

/** Ends a job that is not final, and tells its room. Errors: `export_finished`. */
async function cancel(c: Context<AppEnv>, { id, document_id }: ExportJob): Promise<ExportJob> {
  const cancelled = await cancelExportJob(c.env.DB, id, Date.now());
  if (cancelled) {
    await tellRoom(openRoom(c.env, document_id), cancelled);
    // What a renderer had stored before it was cut off; one that is at work takes its own file away.
    await removeFile(c.env, id, cancelled.format);
    return cancelled;
  }
  const job = await getExportJob(c.env.DB, id);
  if (!job) throw refusal("export_not_found", "There is no such export");
  if (job.status === "cancelled") return job;
  throw refusal("export_finished", `The export has ${job.status} already: it can't be cancelled any more`, {
    current: job,
  });
}

/** Notes the job in the room, then in D1, then sends it. Whatever is lost on the way, the room's alarm sends again. */
async function queueExport(
  c: Context<AppEnv>,
  room: RoomStub,
  asked: Pick<ExportJob, "id" | "document_id" | "version_id" | "format" | "options">,
): Promise<ExportJob> {
  const { seq } = unwrap(await room.openExport(c.var.access, asked.id, asked.version_id ?? undefined));
  const { job, created } = await insertExportJob(c.env.DB, {
    ...asked,
    seq,
    requester: c.var.access.claims?.sub ?? null,
    origin: new URL(c.req.url).origin,
    created_at: Date.now(),
  });
  if (created) {
    // Not a reason to fail: the room sends the job again until it is final.
    await c.env.EXPORT_QUEUE.send({ jobId: job.id }).catch(() => undefined);
  }
  return job;
}
