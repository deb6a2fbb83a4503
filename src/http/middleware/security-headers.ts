import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../app-env.ts";

/**
 * On every answer: no guessing of types, no address (it may hold a token) told to other sites, no shared caches, and nothing that a page of
 * another origin can draw into its own process (`<img>`, `<script>`); files may say otherwise (`serve-file.ts`).
 */
export const securityHeaders = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  // Not `c.header`: after `next` that makes a new answer each time. `origin`, inside of this, has made one that can be changed.
  const { headers } = c.res;
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Referrer-Policy", "no-referrer");
  if (!headers.has("Cross-Origin-Resource-Policy"))
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
  // What a token showed must not come out of a shared cache.
  if (!headers.has("Cache-Control")) headers.set("Cache-Control", "private, no-cache");
});
