import { type Context, Hono } from "hono";
import { acceptedQuality } from "./answers/accept.ts";
import type { AppEnv } from "./app-env.ts";

/** Nothing from another host, no inline script and no inline style. Text is shaped by WebAssembly. */
const CSP = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** What `/` tells programs. */
const START = {
  name: "Acetate",
  docs: "/docs",
  openapi: "/openapi.json",
  health: "/v1/health",
  documents: "/v1/documents",
};

/**
 * The page for people (`src/page`, built into `public/page`): the list of documents at `/`, one of them at `/d/{id}`.
 */
export const pageRoutes = new Hono<AppEnv>()
  .get("/", async (c) => {
    c.header("Vary", "Accept");
    const accept = c.req.header("Accept");
    const wantsPage = acceptedQuality(accept, "text/html") > acceptedQuality(accept, "application/json");
    return wantsPage ? await servePage(c, "/page/") : c.json(START);
  })
  .get("/d/:id", (c) => servePage(c, "/page/document"))
  .get("/page/:file", async (c) => {
    const answer = await c.env.ASSETS.fetch(c.req.raw);
    if (!answer.ok) return answer;
    // A file's name has a hash of what is in it.
    return withHeaders(answer, { "Cache-Control": "public, max-age=31536000, immutable" });
  });

/** @param path of the HTML among the assets */
async function servePage(c: Context<AppEnv>, path: string): Promise<Response> {
  const page = await c.env.ASSETS.fetch(new Request(new URL(path, c.req.url), c.req.raw));
  return withHeaders(page, { "Cache-Control": "no-cache", Vary: "Accept" });
}

/** A worker has the policy of its own file, not of the page's. */
function withHeaders(answer: Response, headers: Record<string, string>): Response {
  const served = new Response(answer.body, answer);
  for (const [name, value] of Object.entries(headers)) served.headers.set(name, value);
  served.headers.set("Content-Security-Policy", CSP);
  return served;
}
