import { thumbnailQuerySchema } from "../../protocol/queries.ts";
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { isBusy, isInProgress } from "../../export/make-picture.ts";
import { describeThumbnail, makeThumbnail } from "../../export/thumbnail.ts";
import { findThumbnail, type Thumbnail } from "../../files/thumbnail-files.ts";
import { openRoom } from "../../room/room-stub.ts";
import type { AppEnv } from "../app-env.ts";
import { isNotModified } from "../answers/etag.ts";
import { guard, requireDocument } from "../middleware/guard.ts";
import { bearerOrQuery, idParams, readHeaders, tokenQuery } from "../openapi/requests.ts";
import { binary, notModified, problems } from "../openapi/responses.ts";
import { toClassic } from "../openapi/to-classic.ts";
import { refusal, unwrap } from "../answers/refusal.ts";
import { createRouter } from "../router.ts";
import { serveFile } from "../answers/serve-file.ts";
import { waitForPicture } from "../answers/wait-for-picture.ts";

const getThumbnail = createRoute({
  method: "get",
  path: "/documents/{id}/thumbnail",
  tags: ["Images"],
  security: bearerOrQuery,
  operationId: "getThumbnail",
  summary: "Read a small picture of the document",
  description:
    "A WebP with the annotations in it. It is made when it is first asked for, and kept. After a change of the " +
    "picture or the annotations, the one before is answered while a new one is made. With `layer=annotations` these " +
    "are alone on a transparent ground, as new as the answer. Ask with `If-None-Match`: a document that looks the same " +
    "costs nothing.",
  middleware: [guard("viewer", { queryToken: true })],
  request: {
    params: idParams,
    query: tokenQuery.extend(toClassic(thumbnailQuerySchema).shape),
    headers: readHeaders,
  },
  responses: {
    200: { description: "The picture", content: binary(["image/webp"]) },
    206: { description: "The range asked for", content: binary(["image/webp"]) },
    304: notModified,
    ...problems("document_not_found", "document_deleted", "range_not_satisfiable", "not_drawable"),
  },
});

export const thumbnailRoutes = createRouter().openapi(getThumbnail, async (c) => {
  const { id } = c.req.valid("param");
  const shape = c.req.valid("query");
  const appearance = unwrap(await openRoom(c.env, id).readAppearance(requireDocument(c, id)));
  const wanted = await describeThumbnail(appearance, shape);
  // Whoever has it has it from here.
  if (isNotModified(c, tagOf(wanted))) return c.body(null, 304);
  const { current, older } = await findThumbnail(c.env.BUCKET, wanted);
  if (current) return serve(c, current);
  const make = async (): Promise<void> => makeThumbnail(c.env, appearance, shape, wanted);
  // The annotations alone are drawn within moments: they are never shown as they were, unless others are waiting.
  if (older && (shape.layer === "all" || isBusy(wanted.key))) {
    if (!isInProgress(wanted.key) && !isBusy(wanted.key)) {
      // Nobody waits for it: the next request finds it, or tries again.
      c.executionCtx.waitUntil(make().catch(() => undefined));
    }
    return serve(c, older);
  }
  await waitForPicture(c, wanted.key, make);
  const made = await findThumbnail(c.env.BUCKET, wanted);
  return serve(c, made.current ?? wanted);
});

async function serve(c: Context<AppEnv>, thumbnail: Thumbnail): Promise<Response> {
  if (thumbnail.failure !== undefined) throw refusal("not_drawable", thumbnail.failure);
  return serveFile(c, {
    key: thumbnail.key,
    tag: tagOf(thumbnail),
    contentType: "image/webp",
    cacheControl: "private, no-cache",
    // A newer one has taken its place just now.
    missing: { code: "unavailable", message: "The thumbnail is being renewed: try again" },
  });
}

function tagOf({ fingerprint }: Thumbnail): string {
  return `"${fingerprint}"`;
}
