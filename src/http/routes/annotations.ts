import { createRoute } from "@hono/zod-openapi";
import { listAnnotations } from "../../catalog/list-annotations.ts";
import {
  annotationCreateSchema,
  annotationPageSchema,
  annotationSchema,
  annotationUpdateSchema,
} from "../../protocol/model/annotation.ts";
import { annotationListQuerySchema } from "../../protocol/queries.ts";
import { annotationTag, isNotModified } from "../answers/etag.ts";
import { openRoomOf } from "../locate-document.ts";
import { guard, onlyDocument, requireDocument } from "../middleware/guard.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { exampleAnnotation, exampleDocumentId, examplePage } from "../openapi/examples.ts";
import {
  bearer,
  documentQuery,
  idParams,
  jsonContent,
  keyHeader,
  noQuery,
  readHeaders,
  versionQuery,
  writeHeaders,
} from "../openapi/requests.ts";
import { json, notModified, problems } from "../openapi/responses.ts";
import { toClassic } from "../openapi/to-classic.ts";
import { unwrap } from "../answers/refusal.ts";
import { openRoom } from "../../room/room-stub.ts";
import { createRouter } from "../router.ts";
import { toWriteOptions } from "../write-options.ts";

const shared = { tags: ["Annotations"], security: bearer };
const missing = ["annotation_not_found", "document_not_found", "document_deleted", "ambiguous_id"] as const;
const body = ["invalid_json", "too_large", "unsupported_media_type"] as const;

const createAnnotation = createRoute({
  ...shared,
  method: "post",
  path: "/annotations",
  operationId: "createAnnotation",
  summary: "Draw an annotation",
  description:
    "With an `Idempotency-Key` a repeat makes no second one. An `id` can be used once in a document.",
  middleware: [guard("editor"), jsonBody()],
  request: {
    query: noQuery,
    headers: keyHeader,
    body: jsonContent(annotationCreateSchema, {
      document_id: exampleDocumentId,
      type: "box",
      geometry: { x: 120, y: 80, width: 340, height: 210 },
      text: "Move this wall",
      labels: ["wall"],
      author: "ana",
    }),
  },
  responses: {
    201: json(annotationSchema, "Made; `Location` says where it is", exampleAnnotation),
    200: json(annotationSchema, "It was there already, made by the same request", exampleAnnotation),
    ...problems(...body, "forbidden", "document_not_found", "document_deleted", "id_taken", "op_id_reused"),
  },
});

const listRoute = createRoute({
  ...shared,
  method: "get",
  path: "/annotations",
  operationId: "listAnnotations",
  summary: "List annotations",
  description:
    "In the order they were made. With `document_id`, or a token for one document, the answer comes straight from " +
    "the document and is never stale. `updated_since` is inclusive.",
  middleware: [guard("viewer")],
  request: { query: toClassic(annotationListQuerySchema) },
  responses: {
    200: json(annotationPageSchema, "A page of annotations", examplePage(exampleAnnotation)),
    ...problems("document_not_found", "document_deleted"),
  },
});

const getAnnotation = createRoute({
  ...shared,
  method: "get",
  path: "/annotations/{id}",
  operationId: "getAnnotation",
  summary: "Read an annotation",
  description: "Also a deleted one: its `status` says so.",
  middleware: [guard("viewer")],
  request: { params: idParams, query: documentQuery, headers: readHeaders },
  responses: {
    200: json(annotationSchema, "The annotation", exampleAnnotation),
    304: notModified,
    ...problems(...missing),
  },
});

const updateAnnotation = createRoute({
  ...shared,
  method: "patch",
  path: "/annotations/{id}",
  operationId: "updateAnnotation",
  summary: "Change an annotation",
  description:
    "`version` is the one that the change was made for. A stale one is refused with `current`. `style` and " +
    "`properties` are merged (RFC 7396), other fields are replaced, and `type` never changes.",
  middleware: [guard("editor"), jsonBody()],
  request: {
    params: idParams,
    query: documentQuery,
    headers: writeHeaders,
    body: jsonContent(annotationUpdateSchema, { version: 1, text: "Keep this wall" }),
  },
  responses: {
    200: json(annotationSchema, "The annotation as it is now", exampleAnnotation),
    ...problems(
      ...missing,
      ...body,
      "forbidden",
      "stale_version",
      "annotation_deleted",
      "op_id_reused",
      "precondition_failed",
    ),
  },
});

const deleteAnnotation = createRoute({
  ...shared,
  method: "delete",
  path: "/annotations/{id}",
  operationId: "deleteAnnotation",
  summary: "Delete an annotation",
  description: "It stays readable with `status: deleted`. `restoreAnnotation` brings it back.",
  middleware: [guard("editor")],
  request: {
    params: idParams,
    query: documentQuery.extend({ version: versionQuery("delete") }),
    headers: writeHeaders,
  },
  responses: {
    204: { description: "Deleted: its `status` says so" },
    ...problems(...missing, "forbidden", "stale_version", "op_id_reused", "precondition_failed"),
  },
});

const restoreAnnotation = createRoute({
  ...shared,
  method: "post",
  path: "/annotations/{id}/restore",
  operationId: "restoreAnnotation",
  summary: "Bring a deleted annotation back",
  description:
    "As it was when it was deleted, with the next `version`. One that is not deleted stays as it is.",
  middleware: [guard("editor")],
  request: {
    params: idParams,
    query: documentQuery.extend({ version: versionQuery("restore") }),
    headers: writeHeaders,
  },
  responses: {
    200: json(annotationSchema, "The annotation as it is now", exampleAnnotation),
    ...problems(...missing, "forbidden", "stale_version", "op_id_reused", "precondition_failed"),
  },
});

export const annotationRoutes = createRouter()
  .openapi(createAnnotation, async (c) => {
    const { document_id: documentId, ...input } = c.req.valid("json");
    const access = requireDocument(c, documentId);
    const { value, created } = unwrap(
      await openRoom(c.env, documentId).createAnnotation(
        access,
        input,
        toWriteOptions(c.req.valid("header")),
      ),
    );
    c.header("ETag", annotationTag(value));
    c.header("Location", `/v1/annotations/${value.id}?document_id=${documentId}`);
    return created ? c.json(value, 201) : c.json(value, 200);
  })
  .openapi(listRoute, async (c) => {
    const { document_id: named, page, size, updated_since: since, ...conditions } = c.req.valid("query");
    const filter = { ...conditions, updatedSince: since === undefined ? undefined : Date.parse(since) };
    const documentId = named ?? onlyDocument(c);
    if (documentId === undefined) {
      const iat = c.var.access.claims?.iat;
      return c.json(await listAnnotations(c.env.DB, filter, { page, size }, iat), 200);
    }
    const access = requireDocument(c, documentId);
    const room = openRoom(c.env, documentId);
    return c.json(unwrap(await room.listAnnotations(access, filter, { page, size })), 200);
  })
  .openapi(getAnnotation, async (c) => {
    const { id } = c.req.valid("param");
    const room = await openRoomOf(c, "annotations", id, c.req.valid("query").document_id);
    const annotation = unwrap(await room.getAnnotation(c.var.access, id));
    return isNotModified(c, annotationTag(annotation)) ? c.body(null, 304) : c.json(annotation, 200);
  })
  .openapi(updateAnnotation, async (c) => {
    const { id } = c.req.valid("param");
    const { version, ...patch } = c.req.valid("json");
    const options = toWriteOptions(c.req.valid("header"));
    const room = await openRoomOf(c, "annotations", id, c.req.valid("query").document_id);
    const annotation = unwrap(await room.updateAnnotation(c.var.access, id, version, patch, options));
    c.header("ETag", annotationTag(annotation));
    return c.json(annotation, 200);
  })
  .openapi(deleteAnnotation, async (c) => {
    const { id } = c.req.valid("param");
    const { document_id: named, version } = c.req.valid("query");
    const options = toWriteOptions(c.req.valid("header"));
    const room = await openRoomOf(c, "annotations", id, named);
    unwrap(await room.deleteAnnotation(c.var.access, id, version, options));
    return c.body(null, 204);
  })
  .openapi(restoreAnnotation, async (c) => {
    const { id } = c.req.valid("param");
    const { document_id: named, version } = c.req.valid("query");
    const options = toWriteOptions(c.req.valid("header"));
    const room = await openRoomOf(c, "annotations", id, named);
    const annotation = unwrap(await room.restoreAnnotation(c.var.access, id, version, options));
    c.header("ETag", annotationTag(annotation));
    return c.json(annotation, 200);
  });
