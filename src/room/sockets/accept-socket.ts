import { claimsSchema } from "../../protocol/model/token.ts";
import type { Access } from "../access.ts";
import { type Failure, type Result, errorKind, fail, ok } from "../../protocol/errors.ts";
import { parseInput } from "../../input/parse-input.ts";
import { BATCH_SUBPROTOCOL } from "../../protocol/limits.ts";
import { toProblem } from "../../protocol/problem.ts";
import { realtimeQuerySchema } from "../../protocol/queries.ts";
import { type Hub, closeSocket } from "./hub.ts";
import type { Room } from "../room.ts";

/** Set by the Worker after it has checked the token. It is never taken from outside. */
export const ACCESS_HEADER = "x-acetate-access";

/**
 * Opens a socket into the room: it gets the state first, then everything after it. A browser can't read why a handshake
 * failed, so a refusal is sent over the socket: an `error` message, then its close code.
 */
export function acceptSocket(room: Room, request: Request, maxSockets: number): Response {
  if (!isUpgrade(request)) return demandUpgrade();
  const access = readAccess(request);
  const query = parseInput(realtimeQuerySchema, Object.fromEntries(new URL(request.url).searchParams));
  if (!query.ok) return problemResponse(query.error);
  const allowed = room.checkActive(access, "viewer");
  const admitted = allowed.ok ? checkCapacity(room.hub, maxSockets) : allowed;
  if (!admitted.ok) return refuseSocket(request, admitted.error);
  const { 0: client, 1: server } = new WebSocketPair();
  join(room, server, { access, batch: offersBatch(request), ...query.value });
  return upgraded(request, client);
}

/** The answer for a document that does not exist, given without its object. */
export function refuseUnknownDocument(request: Request): Response {
  const { error } = fail("document_not_found", "There is no such document");
  return isUpgrade(request) ? refuseSocket(request, error) : demandUpgrade();
}

function isUpgrade(request: Request): boolean {
  return request.headers.get("upgrade")?.toLowerCase() === "websocket";
}

function demandUpgrade(): Response {
  return problemResponse(fail("upgrade_required", "Connect with WebSocket").error);
}

/** Tells a client over the socket why it is refused: an `error` message, then its close code. */
export function refuseSocket(request: Request, failure: Failure): Response {
  const { close = 1013, retryable = false } = errorKind(failure.code);
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.send(JSON.stringify({ type: "error", code: failure.code, message: failure.message, retryable }));
  closeSocket(server, close, failure.message);
  return upgraded(request, client);
}

function upgraded(request: Request, webSocket: WebSocket): Response {
  // A browser fails the handshake unless the answer names the subprotocol.
  const headers = new Headers(offersBatch(request) ? { "sec-websocket-protocol": BATCH_SUBPROTOCOL } : {});
  return new Response(null, { status: 101, webSocket, headers });
}

interface Joining {
  access: Access;
  batch: boolean;
  since?: number | undefined;
  lineage?: string | undefined;
  actorId?: string | undefined;
  name?: string | undefined;
  presence?: "hidden" | undefined;
}

function join(room: Room, server: WebSocket, joining: Joining): void {
  const { access, batch, since, lineage, actorId, name } = joining;
  const known = since === undefined ? null : { since, lineage };
  const { claims } = access;
  const id = crypto.randomUUID();
  const connection = room.hub.accept(server, {
    id,
    actorId: claims?.sub ?? actorId ?? id,
    name: claims?.name ?? name ?? null,
    claims,
    batch,
    hidden: joining.presence === "hidden",
    presence: null,
    seenAt: Date.now(),
    life: room.store.lineage.life,
    joining: { known, enters: true },
  });
  room.joins.enqueue(connection, known);
}

function checkCapacity(hub: Hub, maxSockets: number): Result<null> {
  if (hub.size < maxSockets) return ok(null);
  return fail("room_full", `The document has ${maxSockets} connections, the most it takes: try again later`);
}

/** The Worker puts the header on every request that it forwards. Nobody is let in without it. */
function readAccess(request: Request): Access {
  const text = request.headers.get(ACCESS_HEADER);
  if (text === null) throw new Error("The request did not come through the Worker");
  const { claims } = JSON.parse(text) as { claims: unknown };
  return { claims: claims === null ? null : claimsSchema.parse(claims) };
}

function offersBatch(request: Request): boolean {
  const offered = request.headers.get("sec-websocket-protocol") ?? "";
  return offered.split(",").some((protocol) => protocol.trim() === BATCH_SUBPROTOCOL);
}

function problemResponse(failure: Failure): Response {
  const problem = toProblem(failure);
  return Response.json(problem, {
    status: problem.status,
    headers: { "content-type": "application/problem+json" },
  });
}
