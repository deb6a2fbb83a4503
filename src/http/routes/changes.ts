import { createRoute } from "@hono/zod-openapi";
import { changesSchema, updatesAppendSchema, updatesAppendedSchema } from "../../protocol/model/changes.ts";
import { BATCH_BODY_MAX_BYTES } from "../../protocol/limits.ts";
import { changesQuerySchema } from "../../protocol/queries.ts";
import { answerPieces } from "../answers/answer-pieces.ts";
import { guard, requireDocument } from "../middleware/guard.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { exampleAnnotation, exampleDocumentId } from "../openapi/examples.ts";
import { bearer, idParams, jsonContent, noQuery } from "../openapi/requests.ts";
import { json, problems, streamedJson } from "../openapi/responses.ts";
import { toClassic } from "../openapi/to-classic.ts";
import { unwrap } from "../answers/refusal.ts";
import { openRoom } from "../../room/room-stub.ts";
import { createRouter } from "../router.ts";

const shared = { tags: ["Changes"], security: bearer };

const readChanges = createRoute({
  ...shared,
  method: "get",
  path: "/documents/{id}/changes",
  operationId: "listChanges",
  summary: "Read what came after a seq",
  description:
    "Every change after `since`, in portions. Ask again with `next_since` while `more` is true. Where `since` " +
    "can't be served, `resumed` is false and the answer holds all CRDT content up to `next_since`: merge it into " +
    "yours, or replace yours where `content_epoch` has changed or `diverged` is true, and read the annotations anew.",
  middleware: [guard("viewer")],
  request: { params: idParams, query: toClassic(changesQuerySchema) },
  responses: {
    200: streamedJson(changesSchema, "The changes after `since`", {
      document_id: exampleDocumentId,
      since: 2,
      version: 4,
      content_epoch: 0,
      resumed: true,
      diverged: false,
      next_since: 4,
      lineage: "9bdd2cb1a7f0",
      more: false,
      updates: [{ seq: 4, delta_b64: "AQID", actor_id: "ana" }],
      events: [{ type: "annotation.created", seq: 3, annotation: exampleAnnotation }],
    }),
    ...problems("document_not_found", "document_deleted"),
  },
});

const appendUpdates = createRoute({
  ...shared,
  method: "post",
  path: "/documents/{id}/updates",
  operationId: "appendUpdates",
  summary: "Append CRDT updates without a socket",
  description:
    "All or none. Each update has its own `op_id`: one that is known already keeps its seq, and `duplicate` says " +
    "so.",
  middleware: [guard("editor"), jsonBody(BATCH_BODY_MAX_BYTES)],
  request: {
    params: idParams,
    query: noQuery,
    body: jsonContent(updatesAppendSchema, {
      updates: [{ op_id: "ana-17", base_version: 3, actor_id: "ana", delta_b64: "AQID" }],
    }),
  },
  responses: {
    200: json(updatesAppendedSchema, "Stored, or known already", {
      version: 4,
      acks: [{ op_id: "ana-17", seq: 4, duplicate: false }],
    }),
    ...problems(
      "invalid_json",
      "forbidden",
      "base_ahead",
      "document_not_found",
      "document_deleted",
      "stale_base",
      "op_id_reused",
      "too_large",
      "unsupported_media_type",
    ),
  },
});

export const changeRoutes = createRouter()
  .openapi(readChanges, async (c) => {
    const { id } = c.req.valid("param");
    const query = c.req.valid("query");
    const access = requireDocument(c, id);
    const room = openRoom(c.env, id);
    return answerPieces(c, (place) => room.readChanges(access, query, place));
  })
  .openapi(appendUpdates, async (c) => {
    const { id } = c.req.valid("param");
    const access = requireDocument(c, id);
    const updates = c.req.valid("json").updates.map((update) => ({
      opId: update.op_id,
      baseVersion: update.base_version,
      actorId: access.claims?.sub ?? update.actor_id,
      deltaB64: update.delta_b64,
    }));
    const { version, acks } = unwrap(await openRoom(c.env, id).appendUpdates(access, updates));
    return c.json({ version, acks: acks.map(({ opId, ...ack }) => ({ op_id: opId, ...ack })) }, 200);
  });
