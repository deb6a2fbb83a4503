import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AppEnv } from "../app-env.ts";

/**
 * Ends each JSON answer with a newline, so that a terminal's prompt does not stick to what `curl` prints. It replaces
 * `c.json` instead of the finished answer: that would have to be read and made again.
 */
export const jsonLines = createMiddleware<AppEnv>(async (c, next) => {
  Object.defineProperty(c, "json", { value: jsonAnswerer(c), configurable: true, writable: true });
  await next();
});

/** `c.json` of a context: a status and headers, as our handlers call it. */
function jsonAnswerer(c: Context<AppEnv>) {
  return (value: unknown, status?: ContentfulStatusCode, headers?: Record<string, string>): Response =>
    c.body(toJsonLine(value), status, { "Content-Type": "application/json", ...headers });
}

/** The body of a JSON answer. */
export function toJsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
