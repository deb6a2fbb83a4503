import { realtimeQuerySchema } from "../../protocol/queries.ts";
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type * as z from "zod";
import { ACCESS_HEADER } from "../../room/sockets/accept-socket.ts";
import type { AppEnv } from "../app-env.ts";
import { guard, requireDocument } from "../middleware/guard.ts";
import { bearerOrQuery, idParams } from "../openapi/requests.ts";
import { onlyProblems } from "../openapi/responses.ts";
import { toClassic } from "../openapi/to-classic.ts";
import { refusal } from "../answers/refusal.ts";
import { openRoom } from "../../room/room-stub.ts";
import { createRouter } from "../router.ts";

/** Runs before the query is looked at, so that a request without an upgrade hears of that first. */
const requireUpgrade = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.header("Upgrade")?.toLowerCase() !== "websocket") {
    throw refusal(
      "upgrade_required",
      "This address speaks WebSocket: connect with a WebSocket client",
      {},
      { Upgrade: "websocket", Connection: "Upgrade" },
    );
  }
  await next();
});

const shared = {
  tags: ["Realtime"],
  security: bearerOrQuery,
  middleware: [guard("viewer", { queryToken: true }), requireUpgrade],
  responses: {
    101: { description: "The room: messages as in the schemas ClientMessage and ServerMessage" },
    // With an upgrade everything about the token, the document and the rate is told over the socket.
    ...onlyProblems("invalid", "unauthorized", "token_invalid", "token_expired", "upgrade_required"),
  },
};

const description =
  "A WebSocket of JSON text frames. The client sends `ClientMessage`s, the server `ServerMessage`s, the first " +
  "of which is a `state`. Everyone sees who is connected, except connections with `presence=hidden`. A client " +
  "that offers the subprotocol `acetate.v1.batch` also takes arrays of messages in one frame. A bare `ping` is " +
  "answered with `pong`. Whoever can't come in is told over the socket: an `error`, then a close code.";

const joinByQuery = createRoute({
  ...shared,
  method: "get",
  path: "/realtime",
  operationId: "joinRoomByQuery",
  summary: "Join a document's room",
  description,
  request: { query: toClassic(realtimeQuerySchema).required({ document_id: true }) },
});

const joinByPath = createRoute({
  ...shared,
  method: "get",
  path: "/ws/documents/{id}",
  operationId: "joinRoom",
  summary: "Join a document's room",
  description,
  request: { params: idParams, query: toClassic(realtimeQuerySchema).omit({ document_id: true }) },
});

export const realtimeRoutes = createRouter().openapi(joinByQuery, async (c) => {
  const { document_id: documentId, ...query } = c.req.valid("query");
  return joinRoom(c, documentId, query);
});

export const socketRoutes = createRouter().openapi(joinByPath, async (c) => {
  return joinRoom(c, c.req.valid("param").id, c.req.valid("query"));
});

/** Hands the socket to the document's object, with who asks as this Worker has checked it, and without the token. */
async function joinRoom(
  c: Context<AppEnv>,
  documentId: string,
  query: Omit<z.output<typeof realtimeQuerySchema>, "document_id">,
): Promise<Response> {
  const access = requireDocument(c, documentId);
  const url = new URL(`/ws/documents/${documentId}`, c.req.url);
  const { since, lineage, actor_id: named, actorId = named, name, presence } = query;
  if (since !== undefined) url.searchParams.set("since", String(since));
  if (lineage !== undefined) url.searchParams.set("lineage", lineage);
  if (actorId !== undefined) url.searchParams.set("actorId", actorId);
  if (name !== undefined) url.searchParams.set("name", name);
  if (presence !== undefined) url.searchParams.set("presence", presence);
  const headers = new Headers(c.req.raw.headers);
  headers.delete("Authorization");
  // Whatever the client sent under this name is replaced. JSON in ASCII: header values are bytes.
  headers.set(ACCESS_HEADER, toAscii(JSON.stringify(access)));
  return openRoom(c.env, documentId).fetch(new Request(url, { headers }));
}

function toAscii(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
