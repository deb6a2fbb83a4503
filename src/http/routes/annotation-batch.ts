import { createRoute } from "@hono/zod-openapi";
import { annotationBatchResultSchema, annotationBatchSchema } from "../../protocol/model/annotation.ts";
import { BATCH_BODY_MAX_BYTES } from "../../protocol/limits.ts";
import { guard, requireDocument } from "../middleware/guard.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { exampleAnnotation, exampleAnnotationId, exampleDocumentId } from "../openapi/examples.ts";
import { bearer, jsonContent, keyHeader, noQuery } from "../openapi/requests.ts";
import { json, problems } from "../openapi/responses.ts";
import { unwrap } from "../answers/refusal.ts";
import { openRoom } from "../../room/room-stub.ts";
import { createRouter } from "../router.ts";
import { toWriteOptions } from "../write-options.ts";

const applyBatch = createRoute({
  method: "post",
  path: "/annotations/batch",
  tags: ["Annotations"],
  security: bearer,
  operationId: "applyAnnotationBatch",
  summary: "Apply several operations, all or none",
  description:
    "Up to 500 operations with one `seq`. An error says at which operation it stopped (`index`). No id may come " +
    "twice.",
  middleware: [guard("editor"), jsonBody(BATCH_BODY_MAX_BYTES)],
  request: {
    query: noQuery,
    headers: keyHeader,
    body: jsonContent(annotationBatchSchema, {
      document_id: exampleDocumentId,
      operations: [
        { op: "create", type: "point", geometry: { x: 10, y: 20 }, labels: ["door"] },
        { op: "update", id: exampleAnnotationId, version: 1, text: "Keep this wall" },
      ],
    }),
  },
  responses: {
    200: json(annotationBatchResultSchema, "What each operation left, in their order", {
      seq: 3,
      annotations: [exampleAnnotation],
    }),
    ...problems(
      "invalid_json",
      "forbidden",
      "document_not_found",
      "document_deleted",
      "annotation_not_found",
      "annotation_deleted",
      "annotation_not_deleted",
      "stale_version",
      "id_taken",
      "op_id_reused",
      "too_large",
      "unsupported_media_type",
    ),
  },
});

export const annotationBatchRoutes = createRouter().openapi(applyBatch, async (c) => {
  const { document_id: documentId, operations } = c.req.valid("json");
  const access = requireDocument(c, documentId);
  const options = toWriteOptions(c.req.valid("header"));
  return c.json(unwrap(await openRoom(c.env, documentId).applyBatch(access, operations, options)), 200);
});
