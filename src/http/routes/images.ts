import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Config } from "../../config.ts";
import { type ImageInfo, readImageInfo } from "../../raster/headers/image-info.ts";
import { maxInputPixels } from "../../raster/output-limit.ts";
import { documentSchema, imageGetQuerySchema, imageTypes } from "../../protocol/model/document.ts";
import type { StoredImage } from "../../room/stored-image.ts";
import { IMAGE_MAX_BYTES, SIDE_MAX } from "../../protocol/limits.ts";
import type { AppEnv } from "../app-env.ts";
import { documentTag } from "../answers/etag.ts";
import { guard, requireDocument } from "../middleware/guard.ts";
import { exampleDocument } from "../openapi/examples.ts";
import { bearer, bearerOrQuery, idParams, noQuery, tokenQuery, writeHeaders } from "../openapi/requests.ts";
import { binary, json, notModified, problems } from "../openapi/responses.ts";
import { BodyBudget } from "../body-budget.ts";
import { type TooLarge, withBody } from "../read-body.ts";
import { refusal, unwrap } from "../answers/refusal.ts";
import { imageKey } from "../../files/keys.ts";
import { StreamWriter } from "../../files/file-writer.ts";
import { writeWith } from "../../files/store-file.ts";
import { openRoom } from "../../room/room-stub.ts";
import { createRouter } from "../router.ts";
import { serveFile } from "../answers/serve-file.ts";
import { toWriteOptions } from "../write-options.ts";

/**
 * Bytes of pictures that one isolate receives at once: one of the largest, or many small ones. The others wait. An
 * isolate has 128 MB, and a render beside them may take 96 MiB.
 */
export const IMAGE_BODIES_BYTES = IMAGE_MAX_BYTES;

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
  description: "Answers `Range` (one range of bytes), `If-Range` and `If-None-Match`.",
  middleware: [guard("viewer", { queryToken: true })],
  request: { params: idParams, query: tokenQuery.extend(imageGetQuerySchema.shape) },
  responses: {
    200: { description: "The picture's bytes", content: binary(imageTypes) },
    206: { description: "The range asked for", content: binary(imageTypes) },
    304: notModified,
    ...problems("document_not_found", "document_deleted", "image_not_found", "range_not_satisfiable"),
  },
});

const budget = new BodyBudget(IMAGE_BODIES_BYTES);

export const imageRoutes = createRouter()
  .openapi(putImage, async (c) => {
    const { id } = c.req.valid("param");
    const access = requireDocument(c, id);
    const room = openRoom(c.env, id);
    // Before a byte is read or stored.
    unwrap(await room.authorize(access, "editor"));
    const terms = { maxBytes: IMAGE_MAX_BYTES, budget };
    const image = await withBody(c.req.raw, terms, (body) => storeImage(c, id, requireBytes(body)));
    const document = unwrap(await room.setImage(access, image, toWriteOptions(c.req.valid("header"))));
    c.header("ETag", documentTag(document));
    return c.json(document, 200);
  })
  .openapi(getImage, async (c) => {
    const { id } = c.req.valid("param");
    const { sha256: wanted } = c.req.valid("query");
    const document = unwrap(await openRoom(c.env, id).authorize(requireDocument(c, id), "viewer"));
    const sha256 = wanted ?? document.image?.sha256;
    if (sha256 === undefined) throw refusal("image_not_found", "The document has no picture yet");
    return serveFile(c, {
      key: imageKey(id, sha256),
      tag: `"${sha256}"`,
      // What a hash names never changes; the document's present picture does.
      cacheControl: wanted === undefined ? "private, no-cache" : "private, max-age=31536000, immutable",
      missing: { code: "image_not_found", message: "The document never had this picture" },
    });
  });

/**
 * Checks the picture and puts it into R2 under its hash. The whole picture is in memory: its place depends on all of
 * its bytes, and R2 can't rename what was streamed into it.
 */
async function storeImage(
  c: Context<AppEnv>,
  documentId: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<StoredImage> {
  const { type, width, height } = checkSize(unwrap(readImageInfo(bytes)), c.var.config);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  const sha256 = new Uint8Array(digest).toHex();
  const key = imageKey(documentId, sha256);
  // The same bytes have the same key: what is there is never written again.
  if (!(await c.env.BUCKET.head(key))) {
    const options = { sha256: digest, httpMetadata: { contentType: type } };
    const writer = new StreamWriter(c.env.BUCKET, key, bytes.byteLength, options);
    await writeWith(writer, async (write) => write(bytes));
  }
  return { sha256, content_type: type, bytes: bytes.byteLength, width, height };
}

function requireBytes(body: Uint8Array<ArrayBuffer> | TooLarge): Uint8Array<ArrayBuffer> {
  if ("tooLarge" in body) {
    const size = body.bytes === undefined ? "larger" : `${body.bytes} bytes`;
    throw refusal(
      "image_too_large",
      `The file may have ${IMAGE_MAX_BYTES} bytes at most, this one is ${size}: save it smaller`,
    );
  }
  if (body.byteLength === 0) throw refusal("invalid_image", "The body is empty: send the picture's bytes");
  return body;
}

/** Refuses, before anything is decoded, what would not fit the renderer's memory. */
function checkSize(info: ImageInfo, { MAX_IMAGE_PIXELS }: Config): ImageInfo {
  const { width, height } = info;
  const pixels = width * height;
  const most = maxInputPixels(info, MAX_IMAGE_PIXELS);
  if (pixels <= most && Math.max(width, height) <= SIDE_MAX) return info;
  const limit =
    pixels > most
      ? `${most} pixels in all for one of its kind (it follows from MAX_IMAGE_PIXELS), this one has ${pixels}`
      : `${SIDE_MAX} pixels a side`;
  throw refusal(
    "image_too_large",
    `The picture is ${width} × ${height} pixels. At most ${limit}: scale it down and send it again`,
  );
}
