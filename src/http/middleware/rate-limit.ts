import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../app-env.ts";
import { RateLimiter } from "../rate-limiter.ts";
import { refusal } from "../answers/refusal.ts";

/** The rate of one address, as a multiple of one subject's: an office or an application's server has many subjects. */
export const ADDRESS_SUBJECTS = 10;

/** The counts of this isolate. Each isolate counts for itself. */
const limiter = new RateLimiter();

/**
 * Counts a request by its address. A request with a token gets a higher rate here, since many people may share an
 * address (an office, the application's own server): `guard` counts it by its subject as well. Without the count by
 * address, whoever makes tokens could multiply their rate. Errors: `rate_limited`.
 */
export const rateLimit = createMiddleware<AppEnv>(async (c, next) => {
  const { AUTH_SECRET: secret } = c.var.config;
  const showsToken =
    secret !== undefined &&
    (c.req.header("Authorization") !== undefined || c.req.query("token") !== undefined);
  const address = readAddress(c);
  if (showsToken) countRequest(c, `subjects at ${address}`, ADDRESS_SUBJECTS);
  else countRequest(c, `at ${address}`);
  await next();
});

/** Counts a request by the subject of its verified token. Errors: `rate_limited`. */
export function countSubject(c: Context<AppEnv>, subject: string): void {
  countRequest(c, `subject ${subject}`);
}

/** @param times a multiple of one subject's rate */
function countRequest(c: Context<AppEnv>, who: string, times = 1): void {
  const perSecond = c.var.config.REQUESTS_PER_SECOND * times;
  const retryAfterMs = limiter.take(who, perSecond, Date.now());
  if (retryAfterMs === 0) return;
  const message = `More than ${perSecond} requests a second for too long: wait ${retryAfterMs} ms`;
  throw refusal("rate_limited", message, { retryAfterMs });
}

/**
 * The address of a request's client. Cloudflare tells it in a header. A local run has no such header, so all clients
 * count as one address there. One IPv6 line has 2^64 addresses: they count as one, too.
 */
function readAddress(c: Context<AppEnv>): string {
  // Without a secret the service serves only loopback, whatever the header says.
  if (c.var.config.AUTH_SECRET === undefined) return "loopback";
  const address = c.req.header("CF-Connecting-IP")?.slice(0, ADDRESS_MAX) ?? "loopback";
  return address.includes(":") ? toNetwork(address) : address;
}

/** The longest form of an IPv6 address. */
const ADDRESS_MAX = 45;

/** The first 64 bits of an IPv6 address. */
export function toNetwork(address: string): string {
  const [head = "", tail] = address.split("::");
  const before = head.split(":").filter((group) => group !== "");
  const after = tail?.split(":").filter((group) => group !== "") ?? [];
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => "0");
  return [...before, ...zeros, ...after]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, "").toLowerCase())
    .join(":");
}
