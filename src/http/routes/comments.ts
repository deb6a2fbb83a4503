import { createRoute } from "@hono/zod-openapi";
import {
  commentInputSchema,
  commentPageSchema,
  commentSchema,
  commentUpdateSchema,
} from "../../protocol/model/comment.ts";
import { idSchema } from "../../protocol/model/scalars.ts";
import { commentListQuerySchema } from "../../protocol/queries.ts";
import * as z from "zod";
import { openRoom } from "../../room/room-stub.ts";
import { commentTag, isNotModified } from "../answers/etag.ts";
import { unwrap } from "../answers/refusal.ts";
import { guard, requireDocument } from "../middleware/guard.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { exampleAnnotationId, exampleComment, examplePage } from "../openapi/examples.ts";
import {
  bearer,
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
import { createRouter } from "../router.ts";
import { toWriteOptions } from "../write-options.ts";

/** A comment is found through its document. The catalog knows no comments. */
const commentParams = idParams.extend({
  comment_id: toClassic(idSchema).describe("The id of the comment (UUIDv4)"),
});

const shared = { tags: ["Comments"], security: bearer };
const missing = ["comment_not_found", "document_not_found", "document_deleted"] as const;
const body = ["invalid_json", "too_large", "unsupported_media_type"] as const;
const stale = ["stale_version", "op_id_reused", "precondition_failed"] as const;

const createComment = createRoute({
  ...shared,
  method: "post",
  path: "/documents/{id}/comments",
  operationId: "createComment",
  summary: "Comment on an annotation",
  description:
    "It starts a thread, or continues the one whose first comment `reply_to` names. Takes the role editor, or a " +
    "token with the claim `comment: true`.",
  middleware: [guard("comment"), jsonBody()],
  request: {
    params: idParams,
    query: noQuery,
    headers: keyHeader,
    body: jsonContent(commentInputSchema, {
      annotation_id: exampleAnnotationId,
      text: "Is this wall load-bearing? @ben",
      author: "ana",
    }),
  },
  responses: {
    201: json(commentSchema, "Made; `Location` says where it is", exampleComment),
    200: json(commentSchema, "It was there already, made by the same request", exampleComment),
    ...problems(
      ...body,
      ...missing,
      "forbidden",
      "annotation_not_found",
      "annotation_deleted",
      "id_taken",
      "op_id_reused",
    ),
  },
});

const listRoute = createRoute({
  ...shared,
  method: "get",
  path: "/documents/{id}/comments",
  operationId: "listComments",
  summary: "List a document's comments",
  description:
    "In the order they were made, those on deleted annotations included. Never stale: the document answers.",
  middleware: [guard("viewer")],
  request: { params: idParams, query: toClassic(commentListQuerySchema) },
  responses: {
    200: json(commentPageSchema, "A page of comments", examplePage(exampleComment)),
    ...problems("document_not_found", "document_deleted"),
  },
});

const getComment = createRoute({
  ...shared,
  method: "get",
  path: "/documents/{id}/comments/{comment_id}",
  operationId: "getComment",
  summary: "Read a comment",
  description: "Also a deleted one: its `status` says so, and its text is gone.",
  middleware: [guard("viewer")],
  request: { params: commentParams, query: noQuery, headers: readHeaders },
  responses: {
    200: json(commentSchema, "The comment", exampleComment),
    304: notModified,
    ...problems(...missing),
  },
});

const updateComment = createRoute({
  ...shared,
  method: "patch",
  path: "/documents/{id}/comments/{comment_id}",
  operationId: "updateComment",
  summary: "Change a comment, or settle its thread",
  description:
    "`text` takes the comment's author. `resolved` settles or reopens a thread, by its first comment, and takes " +
    "anybody who may comment.",
  middleware: [guard("comment"), jsonBody()],
  request: {
    params: commentParams,
    query: noQuery,
    headers: writeHeaders,
    body: jsonContent(commentUpdateSchema, { resolved: true }),
  },
  responses: {
    200: json(commentSchema, "The comment as it is now", { ...exampleComment, version: 2 }),
    ...problems(...missing, ...body, ...stale, "forbidden", "comment_deleted"),
  },
});

const deleteComment = createRoute({
  ...shared,
  method: "delete",
  path: "/documents/{id}/comments/{comment_id}",
  operationId: "deleteComment",
  summary: "Delete a comment",
  description:
    "Takes its author, or the role editor. It keeps its place without its text, and replies to it stay. Versions " +
    "taken before have the text.",
  middleware: [guard("comment")],
  request: {
    params: commentParams,
    query: z.strictObject({ version: versionQuery("delete") }),
    headers: writeHeaders,
  },
  responses: {
    204: { description: "Deleted: its `status` says so" },
    ...problems(...missing, ...stale, "forbidden"),
  },
});

export const commentRoutes = createRouter()
  .openapi(createComment, async (c) => {
    const { id: documentId } = c.req.valid("param");
    const access = requireDocument(c, documentId);
    const options = toWriteOptions(c.req.valid("header"));
    const room = openRoom(c.env, documentId);
    const { value, created } = unwrap(await room.createComment(access, c.req.valid("json"), options));
    c.header("ETag", commentTag(value));
    c.header("Location", `/v1/documents/${documentId}/comments/${value.id}`);
    return created ? c.json(value, 201) : c.json(value, 200);
  })
  .openapi(listRoute, async (c) => {
    const { id: documentId } = c.req.valid("param");
    const { page, size, ...filter } = c.req.valid("query");
    const access = requireDocument(c, documentId);
    const room = openRoom(c.env, documentId);
    return c.json(unwrap(await room.listComments(access, filter, { page, size })), 200);
  })
  .openapi(getComment, async (c) => {
    const { id: documentId, comment_id: id } = c.req.valid("param");
    const access = requireDocument(c, documentId);
    const comment = unwrap(await openRoom(c.env, documentId).getComment(access, id));
    return isNotModified(c, commentTag(comment)) ? c.body(null, 304) : c.json(comment, 200);
  })
  .openapi(updateComment, async (c) => {
    const { id: documentId, comment_id: id } = c.req.valid("param");
    const access = requireDocument(c, documentId);
    const { version, ...patch } = c.req.valid("json");
    const options = toWriteOptions(c.req.valid("header"));
    const room = openRoom(c.env, documentId);
    const comment = unwrap(await room.updateComment(access, id, version, patch, options));
    c.header("ETag", commentTag(comment));
    return c.json(comment, 200);
  })
  .openapi(deleteComment, async (c) => {
    const { id: documentId, comment_id: id } = c.req.valid("param");
    const access = requireDocument(c, documentId);
    const { version } = c.req.valid("query");
    const options = toWriteOptions(c.req.valid("header"));
    unwrap(await openRoom(c.env, documentId).deleteComment(access, id, version, options));
    return c.body(null, 204);
  });
