import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { type Config, readConfig } from "../../config.ts";
import type { AppEnv } from "../app-env.ts";
import { refusal } from "../refusal.ts";
import { isLoopbackRequest, isLoopbackUrl } from "./loopback.ts";

const ALLOWED_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
const ALLOWED_HEADERS =
  "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, If-Range, Range";
const EXPOSED_HEADERS =
  "Accept-Ranges, Allow, Content-Disposition, Content-Range, ETag, Location, Retry-After, X-Request-Id";

/**
 * Which hosts are served and which web pages may ask, for REST and sockets alike (browsers send `Origin` with a
 * socket's request, and do not ask CORS for it). Sets `config`: a bad variable is refused here.
 *
 * Without `AUTH_SECRET` everyone may do everything, so only this machine is served, to pages of this machine.
 * With it: our own pages and those of `ALLOWED_ORIGINS`.
 */
export const origin = createMiddleware<AppEnv>(async (c, next) => {
  const config = readConfig(c.env);
  c.set("config", config);
  if (config.AUTH_SECRET === undefined && !isLoopbackRequest(c.req.raw)) {
    throw refusal(
      "secret_missing",
      "Without the secret AUTH_SECRET only requests to localhost are served. Set it: " +
        "`wrangler secret put AUTH_SECRET`, or AUTH_SECRET in .dev.vars (32 characters or more)",
    );
  }
  const asking = c.req.header("Origin");
  if (asking !== undefined && !isAllowed(asking, config, c)) {
    throw refusal("forbidden_origin", "Pages of this origin may not use the service: see ALLOWED_ORIGINS");
  }
  if (asking !== undefined && isPreflight(c)) return answerPreflight(c, asking);
  await next();
  // Answers of assets and rooms can't be changed: this makes a copy that can.
  c.header("Vary", "Origin", { append: true });
  if (asking !== undefined) {
    c.res.headers.set("Access-Control-Allow-Origin", asking);
    c.res.headers.set("Access-Control-Expose-Headers", EXPOSED_HEADERS);
  }
  return undefined;
});

function isAllowed(asking: string, config: Config, c: Context<AppEnv>): boolean {
  if (config.AUTH_SECRET === undefined) return isLoopbackUrl(asking);
  if (config.ALLOWED_ORIGINS.some((allowed) => allowed === "*" || allowed === asking)) return true;
  // The scheme is left out: before a proxy that ends TLS it is https, behind it http.
  return URL.canParse(asking) && new URL(asking).host === new URL(c.req.url).host;
}

function isPreflight(c: Context<AppEnv>): boolean {
  return c.req.method === "OPTIONS" && c.req.header("Access-Control-Request-Method") !== undefined;
}

function answerPreflight(c: Context<AppEnv>, asking: string): Response {
  return c.body(null, 204, {
    "Access-Control-Allow-Origin": asking,
    "Access-Control-Allow-Methods": ALLOWED_METHODS,
    "Access-Control-Allow-Headers": ALLOWED_HEADERS,
    "Access-Control-Max-Age": "7200",
    Vary: "Origin",
  });
}
