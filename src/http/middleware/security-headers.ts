import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../app-env.ts";

/**
 * Sets on every answer: no content sniffing, no referrer (an address may hold a token), no shared caches, and no
 * loading into pages of other origins (`<img>`, `<script>`). Files may say otherwise (`serve-file.ts`).
 */
export const securityHeaders = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  // `c.header` would make a new answer each time after `next`. `origin` runs inside of this and made one that can be
  // changed.
  const { headers } = c.res;
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Referrer-Policy", "no-referrer");
  if (!headers.has("Cross-Origin-Resource-Policy"))
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
  // A shared cache must not answer with what only a token may read.
  if (!headers.has("Cache-Control")) headers.set("Cache-Control", "private, no-cache");
});
