import { createRoute } from "@hono/zod-openapi";
import { readCursor } from "../../catalog/document-cursor.ts";
import { listDocuments } from "../../catalog/list-documents.ts";
import {
  documentCreateSchema,
  documentPageSchema,
  documentPatchSchema,
  documentSchema,
} from "../../protocol/model/document.ts";
import { documentGetQuerySchema, documentListQuerySchema } from "../../protocol/queries.ts";
import { deriveId } from "../derived-id.ts";
import { documentTag, isNotModified } from "../answers/etag.ts";
import { guard, requireAllDocuments, requireDocument } from "../middleware/guard.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { exampleDocument, exampleDocumentPage } from "../openapi/examples.ts";
import {
  bearer,
  idParams,
  jsonContent,
  keyHeader,
  noQuery,
  readHeaders,
  writeHeaders,
} from "../openapi/requests.ts";
import { json, notModified, onlyProblems, problems } from "../openapi/responses.ts";
import { toClassic } from "../openapi/to-classic.ts";
import { refusal, unwrap } from "../answers/refusal.ts";
import { openRoom } from "../../room/room-stub.ts";
import { createRouter } from "../router.ts";
import { toWriteOptions } from "../write-options.ts";

const shared = { tags: ["Documents"], security: bearer };

const createDocument = createRoute({
  ...shared,
  method: "post",
  path: "/documents",
  operationId: "createDocument",
  summary: "Make a document",
  description:
    "Takes a token with role admin for every document. With an `id` or an `Idempotency-Key`, a repeat makes no " +
    "second one.",
  middleware: [guard("admin"), jsonBody()],
  request: {
    query: noQuery,
    headers: keyHeader,
    body: jsonContent(documentCreateSchema, { title: "Ground floor", metadata: { project: "west wing" } }),
  },
  responses: {
    201: json(documentSchema, "Made; `Location` says where it is", exampleDocument),
    200: json(documentSchema, "It was there already, made by the same request", exampleDocument),
    ...problems(
      "invalid_json",
      "forbidden",
      "document_deleted",
      "id_taken",
      "op_id_reused",
      "too_large",
      "unsupported_media_type",
    ),
  },
});

const listRoute = createRoute({
  ...shared,
  method: "get",
  path: "/documents",
  operationId: "listDocuments",
  summary: "List documents",
  description:
    "The newest first, or as `sort` says. Takes a token for every document. The list follows the documents within " +
    "moments: a document's `seq` may be behind its head. Read on with `next` and `after` rather than by page numbers: " +
    "then what is added or deleted meanwhile neither repeats nor hides another document.",
  middleware: [guard("viewer")],
  request: { query: toClassic(documentListQuerySchema) },
  responses: {
    200: json(documentPageSchema, "A page of documents", exampleDocumentPage),
    // No document is asked, so no token is revoked: documents that have revoked it are left out.
    ...onlyProblems("invalid", "unauthorized", "token_invalid", "token_expired", "forbidden_document"),
  },
});

const getDocument = createRoute({
  ...shared,
  method: "get",
  path: "/documents/{id}",
  operationId: "getDocument",
  summary: "Read a document",
  description: "The document's own fields. Its `seq` is the head of its order of changes.",
  middleware: [guard("viewer")],
  request: { params: idParams, query: toClassic(documentGetQuerySchema), headers: readHeaders },
  responses: {
    200: json(documentSchema, "The document", exampleDocument),
    304: notModified,
    ...problems("document_not_found", "document_deleted"),
  },
});

const updateDocument = createRoute({
  ...shared,
  method: "patch",
  path: "/documents/{id}",
  operationId: "updateDocument",
  summary: "Change a document's fields",
  description: "`metadata` is merged (RFC 7396), other fields are replaced. A stale `version` is refused.",
  middleware: [guard("editor"), jsonBody()],
  request: {
    params: idParams,
    query: noQuery,
    headers: writeHeaders,
    body: jsonContent(documentPatchSchema, { title: "Ground floor, revised", version: 2 }),
  },
  responses: {
    200: json(documentSchema, "The document as it is now", exampleDocument),
    ...problems(
      "invalid_json",
      "forbidden",
      "document_not_found",
      "document_deleted",
      "stale_version",
      "image_sets_size",
      "op_id_reused",
      "precondition_failed",
      "too_large",
      "unsupported_media_type",
    ),
  },
});

const deleteDocument = createRoute({
  ...shared,
  method: "delete",
  path: "/documents/{id}",
  operationId: "deleteDocument",
  summary: "Delete a document",
  description:
    "Everything below it answers 404 until it is restored. Nothing is lost. Its sockets get `document.deleted` " +
    "and close.",
  middleware: [guard("admin")],
  request: { params: idParams, query: noQuery, headers: writeHeaders },
  responses: {
    204: { description: "Deleted" },
    ...problems("forbidden", "document_not_found", "document_deleted", "op_id_reused", "precondition_failed"),
  },
});

const restoreDocument = createRoute({
  ...shared,
  method: "post",
  path: "/documents/{id}/restore",
  operationId: "restoreDocument",
  summary: "Restore a document",
  description: "Undoes the delete: everything is there again as it was.",
  middleware: [guard("admin")],
  request: { params: idParams, query: noQuery, headers: writeHeaders },
  responses: {
    200: json(documentSchema, "The document, active again", exampleDocument),
    ...problems("forbidden", "document_not_found", "op_id_reused", "precondition_failed"),
  },
});

export const documentRoutes = createRouter()
  .openapi(createDocument, async (c) => {
    const access = requireAllDocuments(c);
    const input = c.req.valid("json");
    const options = toWriteOptions(c.req.valid("header"));
    const derived =
      options.opId === undefined ? crypto.randomUUID() : await deriveId(c, "document", options.opId);
    const id = input.id ?? derived;
    const { value, created } = unwrap(
      await openRoom(c.env, id).createDocument(access, { ...input, id }, options),
    );
    c.header("ETag", documentTag(value));
    c.header("Location", `/v1/documents/${id}`);
    return created ? c.json(value, 201) : c.json(value, 200);
  })
  .openapi(listRoute, async (c) => {
    const iat = requireAllDocuments(c).claims?.iat;
    const { page, size, include_deleted: includeDeleted, q, sort, after: place } = c.req.valid("query");
    if (place !== undefined && page > 1) {
      const message = "page and after each name a place: leave one of them out";
      throw refusal("invalid", message, { errors: [{ path: "page", message }] });
    }
    const after = place === undefined ? undefined : unwrap(readCursor(place, sort));
    const filter = { includeDeleted, q, iat, sort, after };
    return c.json(await listDocuments(c.env.DB, filter, { page, size }), 200);
  })
  .openapi(getDocument, async (c) => {
    const { id } = c.req.valid("param");
    const { include_deleted: includeDeleted } = c.req.valid("query");
    const access = requireDocument(c, id);
    const document = unwrap(await openRoom(c.env, id).getDocument(access, includeDeleted));
    return isNotModified(c, documentTag(document)) ? c.body(null, 304) : c.json(document, 200);
  })
  .openapi(updateDocument, async (c) => {
    const { id } = c.req.valid("param");
    const access = requireDocument(c, id);
    const options = toWriteOptions(c.req.valid("header"));
    const document = unwrap(await openRoom(c.env, id).updateDocument(access, c.req.valid("json"), options));
    c.header("ETag", documentTag(document));
    return c.json(document, 200);
  })
  .openapi(deleteDocument, async (c) => {
    const { id } = c.req.valid("param");
    const access = requireDocument(c, id);
    unwrap(await openRoom(c.env, id).deleteDocument(access, toWriteOptions(c.req.valid("header"))));
    return c.body(null, 204);
  })
  .openapi(restoreDocument, async (c) => {
    const { id } = c.req.valid("param");
    const access = requireDocument(c, id);
    const options = toWriteOptions(c.req.valid("header"));
    const document = unwrap(await openRoom(c.env, id).restoreDocument(access, options));
    c.header("ETag", documentTag(document));
    return c.json(document, 200);
  });
