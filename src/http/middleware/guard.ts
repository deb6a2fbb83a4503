import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { type Claims, type Permission, isAllowed } from "../../protocol/model/token.ts";
import { type Access, explainRefusal } from "../../room/access.ts";
import { QUERY_TOKEN_MAX_SECONDS } from "../../protocol/limits.ts";
import type { AppEnv } from "../app-env.ts";
import { NAME_HEADER, readCallerName } from "../caller-name.ts";
import { refusal, unwrap } from "../answers/refusal.ts";
import { verifyToken } from "../tokens.ts";
import { countSubject } from "./rate-limit.ts";

interface GuardOptions {
  /** Also accept a short-lived token in `?token=`: for sockets and files, where a browser can't set a header. */
  queryToken?: boolean;
}

/**
 * Authenticates a request and checks what its token may do. Sets `access`. `requireDocument` checks the document once
 * the input is parsed. The document's object checks everything again, and also revocation.
 */
export function guard(needed: Permission, { queryToken = false }: GuardOptions = {}) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const { AUTH_SECRET: secret } = c.var.config;
    const claims = secret === undefined ? null : await readClaims(c, secret, queryToken);
    if (claims) countSubject(c, claims.sub);
    if (claims && !isAllowed(claims, needed)) throw refusal("forbidden", explainRefusal(claims, needed));
    const name = c.req.header(NAME_HEADER);
    // One that is none is refused by the route.
    c.set("access", { claims, name: name === undefined ? null : readCallerName(name) });
    await next();
  });
}

async function readClaims(c: Context<AppEnv>, secret: string, queryToken: boolean): Promise<Claims> {
  const header = c.req.header("Authorization");
  if (header !== undefined) {
    const [, token] = /^Bearer +(\S+) *$/i.exec(header) ?? [];
    if (token === undefined)
      throw refusal("unauthorized", "The Authorization header must be: Bearer <token>");
    return unwrap(await verifyToken(token, secret));
  }
  const token = c.req.query("token");
  if (token === undefined) throw refusal("unauthorized", "Send a token: Authorization: Bearer <token>");
  if (!queryToken) {
    throw refusal("unauthorized", "Here a token is taken only as a header: Authorization: Bearer <token>");
  }
  const claims = unwrap(await verifyToken(token, secret));
  if (claims.exp - claims.iat > QUERY_TOKEN_MAX_SECONDS) {
    throw refusal(
      "token_invalid",
      `A token in the address may live ${QUERY_TOKEN_MAX_SECONDS} seconds at most: get a shorter one`,
    );
  }
  return claims;
}

/** Returns the access if its token is for this document. */
export function requireDocument(c: Context<AppEnv>, documentId: string): Access {
  const { access } = c.var;
  if (access.claims && access.claims.doc !== "*" && access.claims.doc !== documentId) {
    throw refusal("forbidden_document", "The token is for another document");
  }
  return access;
}

/** Returns the access if its token is for every document. */
export function requireAllDocuments(c: Context<AppEnv>): Access {
  const { access } = c.var;
  if (access.claims && access.claims.doc !== "*") {
    throw refusal("forbidden_document", "This takes a token for every document (doc: *)");
  }
  return access;
}

/** The one document that the token is for. undefined: every document. */
export function onlyDocument(c: Context<AppEnv>): string | undefined {
  const { claims } = c.var.access;
  return claims === null || claims.doc === "*" ? undefined : claims.doc;
}
