import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { sign } from "hono/jwt";
import type { Env } from "../../src/env.ts";
import worker from "../../src/index.ts";
import type { Claims } from "../../src/protocol/model/token.ts";
import type { Annotation } from "../../src/protocol/model/annotation.ts";
import type { Document } from "../../src/protocol/model/document.ts";
import type { Problem } from "../../src/protocol/problem.ts";
import type { StateMessage } from "../../src/protocol/wire/down.ts";

export const SECRET = "a secret of the tests, thirty-two characters or more";
export const ORIGIN = "http://localhost";

/** `json` becomes the body, `token` the Authorization header. */
export interface CallInit {
  method?: string;
  body?: BodyInit;
  headers?: Record<string, string>;
  json?: unknown;
  token?: string;
}

/** A service: the real Worker on the real bindings, with these variables on top. */
export function service(variables: Partial<Env> = {}) {
  return async (path: string, { json, token, headers, ...init }: CallInit = {}): Promise<Response> => {
    const request = new Request<unknown, IncomingRequestCfProperties>(new URL(path, ORIGIN), {
      ...init,
      ...(json !== undefined && { body: JSON.stringify(json), method: init.method ?? "POST" }),
    });
    if (json !== undefined) request.headers.set("Content-Type", "application/json");
    if (token !== undefined) request.headers.set("Authorization", `Bearer ${token}`);
    for (const [name, value] of Object.entries(headers ?? {})) request.headers.set(name, value);
    const ctx = createExecutionContext();
    const response = await worker.fetch(request, { ...env, ...variables }, ctx);
    await waitOnExecutionContext(ctx);
    return response;
  };
}

/** Open, as on a laptop. */
export const call = service();
/** With a secret, as deployed. */
export const guarded = service({ AUTH_SECRET: SECRET });

/** A token that is good for an hour unless said otherwise. */
export async function makeToken(claims: Partial<Claims> = {}, secret = SECRET): Promise<string> {
  const iat = Date.now() / 1000;
  return sign({ sub: "ana", role: "admin", doc: "*", iat, exp: iat + 3600, ...claims }, secret, "HS256");
}

export async function postDocument(fields: object = {}): Promise<Document> {
  const response = await call("/v1/documents", { json: { title: "A document", ...fields } });
  return response.json<Document>();
}

export async function postAnnotation(documentId: string, fields: object = {}): Promise<Annotation> {
  const point = { type: "point", geometry: { x: 1, y: 2 } };
  const response = await call("/v1/annotations", { json: { document_id: documentId, ...point, ...fields } });
  return response.json<Annotation>();
}

export async function readProblem(response: Response): Promise<Problem> {
  return response.json<Problem>();
}

/** Why a request was refused: of a socket from its `error` message, with the close code it ends with. */
export async function readRefusal(response: Response): Promise<{ code: string; close?: number }> {
  const socket = response.webSocket;
  if (!socket) return { code: (await readProblem(response)).code };
  return new Promise((resolve) => {
    let code = "";
    socket.addEventListener("message", ({ data }) => {
      const message = JSON.parse(String(data)) as { type: string; code?: string };
      if (message.type === "error") code = message.code ?? "";
    });
    socket.addEventListener("close", (event) => resolve({ code, close: event.code }));
    socket.accept();
  });
}

/** The first message of a socket, which is then closed. */
export async function firstMessage(response: Response): Promise<StateMessage> {
  const socket = response.webSocket;
  if (!socket) throw new Error(`There is no socket: ${response.status}`);
  const message = await new Promise<StateMessage>((resolve) => {
    socket.addEventListener("message", ({ data }) => resolve(JSON.parse(String(data)) as StateMessage));
    socket.accept();
  });
  socket.close();
  return message;
}
