import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { type Config, readConfig } from "../../config.ts";
import type { AppEnv } from "../app-env.ts";
import { refusal } from "../answers/refusal.ts";
import { isLoopbackRequest, isLoopbackUrl } from "./loopback.ts";

const ALLOWED_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
const ALLOWED_HEADERS =
  "Acetate-Name, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, If-Range, Range";
const EXPOSED_HEADERS =
  "Accept-Ranges, Allow, Content-Disposition, Content-Range, ETag, Location, Retry-After, X-Request-Id";

const NO_SECRET_ADVICE =
  "Without AUTH_SECRET only pages of this machine may, and those opened from a file where ALLOWED_ORIGINS names null";

/**
 * Decides which hosts are served and which web pages may ask, for REST and sockets alike: browsers send `Origin` with
 * a socket's request, but do not ask by CORS before it. Sets `config`: a bad variable is refused here.
 *
 * Without `AUTH_SECRET` everyone may do everything, so only this machine is served, to pages of this machine. Pages
 * without an origin (`null`: opened from a file) are let in if `ALLOWED_ORIGINS` names them. Whoever starts the service
 * has to decide that: any web site can make such a page, in a sandboxed frame.
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
    const advice = config.AUTH_SECRET === undefined ? NO_SECRET_ADVICE : "Name it in ALLOWED_ORIGINS";
    throw refusal("forbidden_origin", `Pages of this origin may not use the service. ${advice}`);
  }
  if (asking === undefined && config.AUTH_SECRET === undefined && isFromForeignPage(c)) {
    throw refusal(
      "forbidden_origin",
      "Without AUTH_SECRET only pages of this machine may use the service. " +
        "Open the address by itself, or use the same host name",
    );
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
  const isNamed = config.ALLOWED_ORIGINS.some((allowed) => allowed === "*" || allowed === asking);
  if (config.AUTH_SECRET === undefined) return isLoopbackUrl(asking) || (asking === "null" && isNamed);
  if (isNamed) return true;
  // Without the scheme: in front of a proxy that ends TLS it is https, behind it http.
  return URL.canParse(asking) && new URL(asking).host === new URL(c.req.url).host;
}

/**
 * Browsers send no `Origin` with an `<img>`, a `<script>`, a frame or a link, but say in `Sec-Fetch-Site` where the
 * page is from. Without a secret, such a request from any web page would be answered: the page could measure and time
 * what is here, and have thumbnails drawn. So these are let in:
 * - `same-origin` and `same-site`: pages of this machine, from any port;
 * - `none`: an address that was typed or bookmarked;
 * - no header at all: not a browser;
 * - of `cross-site` only a followed link: its page can't see what is shown, and people follow links to their own
 *   machine. With a secret the token decides: no browser adds that by itself, as it adds cookies.
 */
function isFromForeignPage(c: Context<AppEnv>): boolean {
  if (c.req.header("Sec-Fetch-Site") !== "cross-site") return false;
  const isFollowedLink =
    c.req.header("Sec-Fetch-Mode") === "navigate" && c.req.header("Sec-Fetch-Dest") === "document";
  return !(isFollowedLink && (c.req.method === "GET" || c.req.method === "HEAD"));
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
