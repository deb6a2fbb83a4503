import { Hono } from "hono";
import { TrieRouter } from "hono/router/trie-router";
import type { AppEnv } from "./app-env.ts";
import { answerError } from "./answers/answer-error.ts";
import { docsRoutes } from "./docs.ts";
import { origin } from "./middleware/origin.ts";
import { jsonLines } from "./middleware/json-lines.ts";
import { rateLimit } from "./middleware/rate-limit.ts";
import { requestId } from "./middleware/request-id.ts";
import { securityHeaders } from "./middleware/security-headers.ts";
import { explainNoRoute } from "./answers/not-found.ts";
import { pageRoutes } from "./page.ts";
import { exportFileRoutes } from "./routes/export-files.ts";
import { socketRoutes } from "./routes/realtime.ts";
import { v1Routes } from "./v1.ts";

/**
 * Everything the Worker answers over HTTP. A request passes: its id, the headers of every answer, host and origin
 * (`origin`), how many came before it (`rateLimit`), then in its route: the token (`guard`), the body's limits
 * (`jsonBody`), the parsed input, the handler.
 */
export function createApp(): Hono<AppEnv> {
  // Hono's RegExpRouter would be a few µs faster, but refuses `/annotations/batch` beside `/annotations/:id/restore`.
  const app = new Hono<AppEnv>({ router: new TrieRouter() });
  app.use(requestId, securityHeaders, jsonLines, origin, rateLimit);
  app.route("/v1", v1Routes);
  app.route("/api/v1", v1Routes);
  app.route("/", exportFileRoutes);
  app.route("/", socketRoutes);
  app.route("/", docsRoutes);
  app.route("/", pageRoutes);
  app.get("/fonts/:file", (c) => c.env.ASSETS.fetch(c.req.raw));
  app.get("/emoji/:file", (c) => c.env.ASSETS.fetch(c.req.raw));
  app.onError(answerError);
  app.notFound((c) => answerError(explainNoRoute(app, c.req.method, c.req.path), c));
  return app;
}
