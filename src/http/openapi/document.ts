import { OpenAPIHono } from "@hono/zod-openapi";
import { clientMessageSchema } from "../../protocol/wire/up.ts";
import { serverMessageSchema } from "../../protocol/wire/down.ts";
import type { AppEnv } from "../app-env.ts";
import { exportFileRoutes } from "../routes/export-files.ts";
import { socketRoutes } from "../routes/realtime.ts";
import { v1Routes } from "../v1.ts";

const description = `Live annotation of any picture or document, with history and finished picture files.

The same routes answer under \`/api/v1\`. Ids are UUIDv4, times are UTC with milliseconds. Every refusal is an RFC 9457
problem with a \`code\`; every answer carries \`X-Request-Id\`. Inputs are strict: an unknown field or query parameter is
an error; outputs may grow. Lengths and coordinates are pixels of the upright picture.

Without the secret \`AUTH_SECRET\` the service answers on localhost only, and no token is needed there.`;

type OpenApiDocument = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

let built: OpenApiDocument | undefined;

/** OpenAPI 3.1 of every route, made of the routes themselves. */
export function readOpenApi(): OpenApiDocument {
  built ??= buildOpenApi();
  return built;
}

function buildOpenApi(): OpenApiDocument {
  const documented = new OpenAPIHono<AppEnv>();
  documented.route("/v1", v1Routes).route("/", exportFileRoutes);
  documented.route("/", socketRoutes);
  const registry = documented.openAPIRegistry;
  registry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "HS256, with sub, role (viewer, editor, admin), doc (an id or *), iat, exp",
  });
  registry.registerComponent("securitySchemes", "query_token", {
    type: "apiKey",
    in: "query",
    name: "token",
    description: "Sockets and GETs of files only: a token that lives 15 minutes or less",
  });
  // No route refers to the messages. Clones, since only schemas made after @hono/zod-openapi was loaded can be registered.
  registry.register("ClientMessage", clientMessageSchema.clone());
  registry.register("ServerMessage", serverMessageSchema.clone());
  return documented.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "Acetate", version: "1.0.0", description },
    servers: [{ url: "/" }],
  });
}
