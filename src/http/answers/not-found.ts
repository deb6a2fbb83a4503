import type { Hono } from "hono";
import type { AppEnv } from "../app-env.ts";
import { type Refusal, refusal } from "./refusal.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** Explains why no route matched: 405 if the address allows other methods, else 404. */
export function explainNoRoute(app: Hono<AppEnv>, method: string, path: string): Refusal {
  const allowed = METHODS.filter((candidate) => hasRoute(app, candidate, path));
  if (allowed.length === 0) return refusal("not_found", "There is nothing at this address: see /docs");
  // Hono answers HEAD wherever there is a GET.
  const names = allowed.flatMap((name) => (name === "GET" ? ["GET", "HEAD"] : [name])).join(", ");
  return refusal("method_not_allowed", `${method} is not allowed here, only ${names}`, {}, { Allow: names });
}

/** Middleware is registered for every method: it is not a route. */
function hasRoute(app: Hono<AppEnv>, method: string, path: string): boolean {
  const [handlers] = app.router.match(method, path);
  return handlers.some(([[, route]]) => route.method !== "ALL");
}
