import { createRoute } from "@hono/zod-openapi";
import { documentSchema, imageTypes } from "../../protocol/model/document.ts";
import { imageGetQuerySchema } from "../../protocol/queries.ts";
import { documentTag } from "../answers/etag.ts";
import { guard, requireDocument } from "../middleware/guard.ts";
import { exampleDocument } from "../openapi/examples.ts";
import { bearer, bearerOrQuery, idParams, noQuery, tokenQuery, writeHeaders } from "../openapi/requests.ts";
import { binary, json, notModified, problems } from "../openapi/responses.ts";
import { toClassic } from "../openapi/to-classic.ts";
import { receiveImage } from "../receive-image.ts";
import { refusal, unwrap } from "../answers/refusal.ts";
import { imageKey } from "../../files/keys.ts";
import { openRoom } from "../../room/room-stub.ts";
import { createRouter } from "../router.ts";
import { serveFile } from "../answers/serve-file.ts";
import { servePreview } from "../answers/serve-preview.ts";
import { toWriteOptions } from "../write-options.ts";

const putImage = createRoute({
  method: "put",
  path: "/documents/{id}/image",
  tags: ["Images"],
  security: bearer,
  operationId: "setImage",
  summary: "Set or replace the base image",
  description:
    "The raw bytes of a JPEG, PNG, WebP or GIF file (its first frame), told by its content and not by a header. " +
    "`width` and `height` become those of the upright picture. Annotations never move. The old picture stays " +
    "readable by its `sha256`.",
  middleware: [guard("editor")],
  request: {
    params: idParams,
    query: noQuery,
    headers: writeHeaders,
    body: { required: true, content: binary(imageTypes) },
  },
  responses: {
    200: json(documentSchema, "The document with its picture", exampleDocument),
    ...problems(
      "invalid_image",
      "forbidden",
      "document_not_found",
      "document_deleted",
      "op_id_reused",
      "precondition_failed",
      "image_too_large",
      "unsupported_media_type",
    ),
  },
});

const getImage = createRoute({
  method: "get",
  path: "/documents/{id}/image",
  tags: ["Images"],
  security: bearerOrQuery,
  operationId: "getImage",
  summary: "Read the base image, or an earlier one",
  description:
    "Answers `Range` (one range of bytes), `If-Range` and `If-None-Match`. With `width` it is a preview: the picture " +
    "upright and in sRGB, without metadata and annotations, as WebP where `Accept` allows it, else as JPEG. It is made " +
    "when it is first asked for, and kept.",
  middleware: [guard("viewer", { queryToken: true })],
  request: { params: idParams, query: tokenQuery.extend(toClassic(imageGetQuerySchema).shape) },
  responses: {
    200: { description: "The picture's bytes", content: binary(imageTypes) },
    206: { description: "The range asked for", content: binary(imageTypes) },
    304: notModified,
    ...problems(
      "document_not_found",
      "document_deleted",
      "image_not_found",
      "range_not_satisfiable",
      "not_drawable",
    ),
  },
});

export const imageRoutes = createRouter()
  .openapi(putImage, async (c) => {
    const { id } = c.req.valid("param");
    const access = requireDocument(c, id);
    const room = openRoom(c.env, id);
    const options = toWriteOptions(c.req.valid("header"));
    // Before a byte is read or stored.
    unwrap(await room.authorize(access, "editor"));
    const setting = receiveImage(c.req.raw, {
      bucket: c.env.BUCKET,
      documentId: id,
      config: c.var.config,
      accept: async (image) => void unwrap(await room.checkImage(access, image, options)),
    }).then((image) => room.setImage(access, image, options));
    // If the client goes away, what was stored of its picture is still taken away.
    c.executionCtx.waitUntil(setting.catch(() => undefined));
    const document = unwrap(await setting);
    c.header("ETag", documentTag(document));
    return c.json(document, 200);
  })
  .openapi(getImage, async (c) => {
    const { id } = c.req.valid("param");
    const { sha256: wanted, width } = c.req.valid("query");
    const document = unwrap(await openRoom(c.env, id).authorize(requireDocument(c, id), "viewer"));
    const present = document.image?.sha256;
    const sha256 = wanted ?? present;
    if (sha256 === undefined) throw refusal("image_not_found", "The document has no picture yet");
    // What a hash names never changes; the document's present picture does.
    const cacheControl = wanted === undefined ? "private, no-cache" : "private, max-age=31536000, immutable";
    const missing = { code: "image_not_found", message: "The document never had this picture" } as const;
    if (width !== undefined) {
      return servePreview(c, { documentId: id, sha256, width, present, cacheControl, missing });
    }
    return serveFile(c, { key: imageKey(id, sha256), tag: `"${sha256}"`, cacheControl, missing });
  });
