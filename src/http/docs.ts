import { swaggerUI } from "@hono/swagger-ui";
import { Hono } from "hono";
import type { AppEnv } from "./app-env.ts";
import { readOpenApi } from "./openapi/document.ts";
import { refusal } from "./answers/refusal.ts";

/** Allows nothing from another host and no inline script. Swagger UI needs `style` attributes. */
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The files of swagger-ui-dist in `public/swagger-ui/`. */
const ASSETS = ["swagger-ui-bundle.js", "swagger-ui.css"];

const PAGE = `<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<div id="swagger-ui"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/assets/start.js"></script>`;

/** Without `validatorUrl: null` the page would ask validator.swagger.io for a badge. */
const START = `window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
});
`;

/** The description of the API, for programs and for people. */
export const docsRoutes = new Hono<AppEnv>()
  .get("/openapi.json", (c) => c.json(readOpenApi()))
  .use("/docs", async (c, next) => {
    await next();
    c.header("Content-Security-Policy", CSP);
  })
  .get("/docs", swaggerUI({ title: "Acetate: API", url: "/openapi.json", manuallySwaggerUIHtml: () => PAGE }))
  .get("/docs/assets/:file", async (c) => {
    const file = c.req.param("file");
    if (file === "start.js") return c.body(START, 200, { "Content-Type": "text/javascript; charset=utf-8" });
    if (!ASSETS.includes(file)) throw refusal("not_found", "There is no such file");
    return c.env.ASSETS.fetch(new Request(new URL(`/swagger-ui/${file}`, c.req.url), c.req.raw));
  });
