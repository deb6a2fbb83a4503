import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../app-env.ts";

/** On every answer: no guessing of types, no address (it may hold a token) told to other sites, no shared caches. */
export const securityHeaders = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  c.header("X-Content-Type-Options", "nosniff");
  c.header("Referrer-Policy", "no-referrer");
  // What a token showed must not come out of a shared cache.
  if (!c.res.headers.has("Cache-Control")) c.header("Cache-Control", "private, no-cache");
});
