import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../app-env.ts";

/**
 * A new id for each request, on every answer and in every log line. One that a client sends is not taken: it could
 * hide its requests behind another's.
 */
export const requestId = createMiddleware<AppEnv>(async (c, next) => {
  c.set("requestId", crypto.randomUUID());
  await next();
  c.res.headers.set("X-Request-Id", c.var.requestId);
});
