import { createRoute } from "@hono/zod-openapi";
import { labelSetInputSchema, labelSetSchema } from "../../protocol/model/label-set.ts";
import { isNotModified, labelSetTag } from "../answers/etag.ts";
import { guard, requireDocument } from "../middleware/guard.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { exampleLabelSet } from "../openapi/examples.ts";
import { bearer, idParams, jsonContent, noQuery, readHeaders, writeHeaders } from "../openapi/requests.ts";
import { json, notModified, problems } from "../openapi/responses.ts";
import { unwrap } from "../answers/refusal.ts";
import { openRoom } from "../../room/room-stub.ts";
import { createRouter } from "../router.ts";
import { toWriteOptions } from "../write-options.ts";

const shared = { tags: ["Documents"], security: bearer };

const getLabels = createRoute({
  ...shared,
  method: "get",
  path: "/documents/{id}/labels",
  operationId: "getLabels",
  summary: "Read a document's label set",
  description:
    "The labels that people are offered, with their colours and keys. Annotations may have labels that are not in it.",
  middleware: [guard("viewer")],
  request: { params: idParams, query: noQuery, headers: readHeaders },
  responses: {
    200: json(labelSetSchema, "The label set", exampleLabelSet),
    304: notModified,
    ...problems("document_not_found", "document_deleted"),
  },
});

const setLabels = createRoute({
  ...shared,
  method: "put",
  path: "/documents/{id}/labels",
  operationId: "setLabels",
  summary: "Replace a document's label set",
  description:
    "The list takes the place of the one before. A stale `version` is refused. Annotations keep their labels, whatever " +
    "the set has.",
  middleware: [guard("editor"), jsonBody()],
  request: {
    params: idParams,
    query: noQuery,
    headers: writeHeaders,
    body: jsonContent(labelSetInputSchema, { labels: exampleLabelSet.labels, version: 1 }),
  },
  responses: {
    200: json(labelSetSchema, "The label set as it is now", exampleLabelSet),
    ...problems(
      "invalid_json",
      "forbidden",
      "document_not_found",
      "document_deleted",
      "stale_version",
      "op_id_reused",
      "precondition_failed",
      "too_large",
      "unsupported_media_type",
    ),
  },
});

export const labelRoutes = createRouter()
  .openapi(getLabels, async (c) => {
    const { id } = c.req.valid("param");
    const labelSet = unwrap(await openRoom(c.env, id).getLabels(requireDocument(c, id)));
    return isNotModified(c, labelSetTag(labelSet)) ? c.body(null, 304) : c.json(labelSet, 200);
  })
  .openapi(setLabels, async (c) => {
    const { id } = c.req.valid("param");
    const access = requireDocument(c, id);
    const options = toWriteOptions(c.req.valid("header"));
    const labelSet = unwrap(await openRoom(c.env, id).setLabels(access, c.req.valid("json"), options));
    c.header("ETag", labelSetTag(labelSet));
    return c.json(labelSet, 200);
  });
