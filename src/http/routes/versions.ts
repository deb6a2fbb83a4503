import { createRoute } from "@hono/zod-openapi";
import {
  revertResultSchema,
  versionCreateSchema,
  versionDiffSchema,
  versionPageSchema,
  versionSchema,
  versionWithStateSchema,
} from "../../protocol/model/version.ts";
import { versionDiffQuerySchema, versionListQuerySchema } from "../../protocol/queries.ts";
import { answerPieces } from "../answers/answer-pieces.ts";
import { isNotModified } from "../answers/etag.ts";
import { openRoomOf } from "../locate-document.ts";
import { guard, requireDocument } from "../middleware/guard.ts";
import { jsonBody } from "../middleware/json-body.ts";
import {
  exampleAnnotation,
  exampleComment,
  exampleDocument,
  exampleDocumentId,
  exampleLabelSet,
  examplePage,
  exampleVersion,
} from "../openapi/examples.ts";
import {
  bearer,
  documentQuery,
  idParams,
  jsonContent,
  keyHeader,
  noQuery,
  readHeaders,
} from "../openapi/requests.ts";
import { json, notModified, problems, streamedJson } from "../openapi/responses.ts";
import { toClassic } from "../openapi/to-classic.ts";
import { unwrap } from "../answers/refusal.ts";
import { openRoom } from "../../room/room-stub.ts";
import { createRouter } from "../router.ts";
import { toWriteOptions } from "../write-options.ts";

const shared = { tags: ["Versions"], security: bearer };
const missing = ["version_not_found", "document_not_found", "document_deleted"] as const;

const createVersion = createRoute({
  ...shared,
  method: "post",
  path: "/versions",
  operationId: "createVersion",
  summary: "Take a version",
  description:
    "Keeps the document's present state, for ever. A version is a label on a seq, so it costs the same for every " +
    "document.",
  middleware: [guard("editor"), jsonBody()],
  request: {
    query: noQuery,
    headers: keyHeader,
    body: jsonContent(versionCreateSchema, {
      document_id: exampleDocumentId,
      label: "Before the meeting",
      author: "ana",
    }),
  },
  responses: {
    201: json(versionSchema, "Made; `Location` says where it is", exampleVersion),
    ...problems(
      "invalid_json",
      "forbidden",
      "document_not_found",
      "document_deleted",
      "op_id_reused",
      "too_large",
      "unsupported_media_type",
    ),
  },
});

const listRoute = createRoute({
  ...shared,
  method: "get",
  path: "/versions",
  operationId: "listVersions",
  summary: "List a document's versions",
  description: "The newest first. The automatic ones, which reverts take, are among them.",
  middleware: [guard("viewer")],
  request: { query: toClassic(versionListQuerySchema) },
  responses: {
    200: json(versionPageSchema, "A page of versions", examplePage(exampleVersion)),
    ...problems("document_not_found", "document_deleted"),
  },
});

const getVersion = createRoute({
  ...shared,
  method: "get",
  path: "/versions/{id}",
  operationId: "getVersion",
  summary: "Read a version with its state",
  description: "The document, its annotations and its CRDT content, as they were when the version was taken.",
  middleware: [guard("viewer")],
  request: { params: idParams, query: documentQuery, headers: readHeaders },
  responses: {
    200: streamedJson(versionWithStateSchema, "The version and everything as it was then", {
      ...exampleVersion,
      state: {
        document: exampleDocument,
        labels: exampleLabelSet,
        annotations: [exampleAnnotation],
        comments: [exampleComment],
        crdt: {
          snapshot_version: 0,
          snapshot_b64: null,
          updates: [{ seq: 2, delta_b64: "AQID", actor_id: "ana" }],
        },
      },
    }),
    304: notModified,
    ...problems(...missing),
  },
});

const diffVersion = createRoute({
  ...shared,
  method: "get",
  path: "/versions/{id}/diff",
  operationId: "diffVersion",
  summary: "Compare a version",
  description: "What differs from this version to another one, or to the present.",
  middleware: [guard("viewer")],
  request: { params: idParams, query: toClassic(versionDiffQuerySchema) },
  responses: {
    200: streamedJson(versionDiffSchema, "The difference", {
      added: [exampleAnnotation],
      removed: [],
      changed: [],
      labels: null,
      document: null,
    }),
    ...problems(...missing),
  },
});

const revertVersion = createRoute({
  ...shared,
  method: "post",
  path: "/versions/{id}/revert",
  operationId: "revertVersion",
  summary: "Revert to a version",
  description:
    "Makes the version's state the present again. The state before it is saved as an automatic version, so that a " +
    "revert can be reverted. Version numbers go on rising, and what came later becomes `deleted`. The answer " +
    "holds at most about 1 MiB of annotations: where `annotations_more` is true, read the document's annotations " +
    "in pages.",
  middleware: [guard("editor")],
  request: { params: idParams, query: documentQuery, headers: keyHeader },
  responses: {
    200: json(revertResultSchema, "The document, the version, and annotations as they are now", {
      document: exampleDocument,
      labels: exampleLabelSet,
      version: exampleVersion,
      annotation_count: 1,
      annotations: [exampleAnnotation],
      annotations_more: false,
    }),
    ...problems(...missing, "forbidden", "op_id_reused"),
  },
});

export const versionRoutes = createRouter()
  .openapi(createVersion, async (c) => {
    const { document_id: documentId, label, author } = c.req.valid("json");
    const access = requireDocument(c, documentId);
    const options = toWriteOptions(c.req.valid("header"));
    const input = { label, author };
    const version = unwrap(await openRoom(c.env, documentId).createVersion(access, input, options));
    c.header("Location", `/v1/versions/${version.id}?document_id=${documentId}`);
    return c.json(version, 201);
  })
  .openapi(listRoute, async (c) => {
    const { document_id: documentId, ...page } = c.req.valid("query");
    const access = requireDocument(c, documentId);
    return c.json(unwrap(await openRoom(c.env, documentId).listVersions(access, page)), 200);
  })
  .openapi(getVersion, async (c) => {
    const { id } = c.req.valid("param");
    const { access } = c.var;
    const room = await openRoomOf(c, "versions", id, c.req.valid("query").document_id);
    // A version never changes, so its id is its tag; whether it may still be read is asked first.
    const known = unwrap(await room.getVersion(access, id));
    if (isNotModified(c, `"${known.id}"`)) return c.body(null, 304);
    return answerPieces(c, (place) => room.readVersion(access, id, place));
  })
  .openapi(diffVersion, async (c) => {
    const { id } = c.req.valid("param");
    const { document_id: named, against } = c.req.valid("query");
    const room = await openRoomOf(c, "versions", id, named);
    return answerPieces(c, (place) => room.diffVersion(c.var.access, id, against, place));
  })
  .openapi(revertVersion, async (c) => {
    const { id } = c.req.valid("param");
    const options = toWriteOptions(c.req.valid("header"));
    const room = await openRoomOf(c, "versions", id, c.req.valid("query").document_id);
    const result = unwrap(await room.revertVersion(c.var.access, id, options));
    return c.json(result, 200);
  });
