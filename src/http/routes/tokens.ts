import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import {
  type Claims,
  isAllowed,
  roleReaches,
  tokenCreateSchema,
  tokenRevokeSchema,
  tokenRevokedSchema,
  tokenSchema,
} from "../../protocol/model/token.ts";
import type { Access } from "../../room/access.ts";
import { toTimestamp } from "../../protocol/model/scalars.ts";
import type { AppEnv } from "../app-env.ts";
import { guard, requireAllDocuments, requireDocument } from "../middleware/guard.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { exampleDocumentId } from "../openapi/examples.ts";
import { bearer, jsonContent, noQuery } from "../openapi/requests.ts";
import { json, problems } from "../openapi/responses.ts";
import { refusal, unwrap } from "../answers/refusal.ts";
import { openRoom } from "../../room/room-stub.ts";
import { createRouter } from "../router.ts";
import { signToken } from "../tokens.ts";

const shared = { tags: ["Tokens"], security: bearer };
const body = ["invalid_json", "too_large", "unsupported_media_type"] as const;
const exampleToken = {
  token: "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoidmlld2VyIn0.c2lnbmF0dXJl",
  subject: "5e3c1f0a-7b6d-4c8e-9f2a-1b0c9d8e7f6a",
  role: "viewer",
  comment: true,
  document_id: exampleDocumentId,
  expires_at: "2026-11-22T11:00:00.000Z",
} as const;

const createToken = createRoute({
  ...shared,
  method: "post",
  path: "/tokens",
  operationId: "createToken",
  summary: "Make a token for someone else, or a shorter one for yourself",
  description:
    "Never above the caller's own role, never with leave to comment that the caller lacks, never for a document that " +
    "the caller's token is not for, and never living " +
    "longer than it. The subject is new, or with `self` the caller's own.",
  middleware: [guard("viewer"), jsonBody()],
  request: {
    query: noQuery,
    body: jsonContent(tokenCreateSchema, {
      document_id: exampleDocumentId,
      role: "viewer",
      comment: true,
      name: "Guest",
      expires_in: 3600,
    }),
  },
  responses: {
    201: json(tokenSchema, "The token: it is shown only now", exampleToken),
    ...problems(...body, "forbidden", "document_not_found", "document_deleted"),
  },
});

const revokeTokens = createRoute({
  ...shared,
  method: "post",
  path: "/tokens/revoke",
  operationId: "revokeTokens",
  summary: "Refuse every token issued so far for a document",
  description:
    "Closes the document's sockets. The caller's own token is refused there, too: `token` replaces it, for this " +
    "document.",
  middleware: [guard("admin"), jsonBody()],
  request: { query: noQuery, body: jsonContent(tokenRevokeSchema, { document_id: exampleDocumentId }) },
  responses: {
    200: json(tokenRevokedSchema, "Tokens from before `min_iat` are refused", {
      ...exampleToken,
      role: "admin",
      comment: true,
      min_iat: 1_795_341_600.123,
    }),
    ...problems(...body, "forbidden", "document_not_found"),
  },
});

export const tokenRoutes = createRouter()
  .openapi(createToken, async (c) => {
    const { caller, secret } = requireTokens(c);
    const { document_id: doc, role, comment, self, expires_in: expiresIn } = c.req.valid("json");
    const name = nameFor(c.req.valid("json"), caller);
    if (!roleReaches(caller.role, role)) {
      throw refusal("forbidden", `A token with role ${caller.role} can't make one with role ${role}`);
    }
    if (comment === true && !isAllowed(caller, "comment")) {
      throw refusal("forbidden", "A token without leave to comment can't give it: leave comment out");
    }
    let iat: number;
    let from: number;
    if (doc === "*") {
      requireAllDocuments(c);
      // As old as the caller's: a new one would undo what documents have revoked.
      iat = caller.iat;
      from = Date.now() / 1000;
    } else {
      iat = unwrap(await openRoom(c.env, doc).issueToken(requireDocument(c, doc), role));
      from = iat;
    }
    const exp = Math.min(from + expiresIn, caller.exp);
    const claims = {
      sub: self ? caller.sub : crypto.randomUUID(),
      ...(name !== undefined && { name }),
      role,
      ...(comment !== undefined && { comment }),
      doc,
      iat,
      exp,
    };
    c.header("Cache-Control", "no-store");
    return c.json(await toToken(claims, secret), 201);
  })
  .openapi(revokeTokens, async (c) => {
    const { caller, secret } = requireTokens(c);
    const { document_id: documentId } = c.req.valid("json");
    const access: Access = requireDocument(c, documentId);
    const minIat = unwrap(await openRoom(c.env, documentId).revokeTokens(access));
    c.header("Cache-Control", "no-store");
    // For this document only: a fresh token for every document would undo what was revoked for another one.
    const replacement = await toToken({ ...caller, doc: documentId, iat: minIat }, secret);
    return c.json({ ...replacement, min_iat: minIat }, 200);
  });

/** Names are given once: whoever signed a token with a name has vouched for it. */
function nameFor(
  { self, name }: { self: boolean; name?: string | undefined },
  caller: Claims,
): string | undefined {
  if (!self || caller.name === undefined) return name;
  if (name !== undefined && name !== caller.name) {
    throw refusal("forbidden", "This token has a name, which can't be changed: leave name out");
  }
  return caller.name;
}

/** Errors: `secret_missing` where the service runs open. */
function requireTokens(c: Context<AppEnv>): { caller: Claims; secret: string } {
  const { claims } = c.var.access;
  const { AUTH_SECRET: secret } = c.var.config;
  if (claims === null || secret === undefined) {
    throw refusal(
      "secret_missing",
      "Without the secret AUTH_SECRET there are no tokens, and none are needed on localhost. Set it to use tokens",
    );
  }
  return { caller: claims, secret };
}

async function toToken(claims: Claims, secret: string) {
  return {
    token: await signToken(claims, secret),
    subject: claims.sub,
    role: claims.role,
    comment: isAllowed(claims, "comment"),
    document_id: claims.doc,
    expires_at: toTimestamp(Math.floor(claims.exp * 1000)),
  };
}
