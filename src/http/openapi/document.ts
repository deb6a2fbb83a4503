import { OpenAPIHono } from "@hono/zod-openapi";
import { clientMessageSchema } from "../../protocol/wire/up.ts";
import { serverMessageSchema } from "../../protocol/wire/down.ts";
import type { AppEnv } from "../app-env.ts";
import { exportFileRoutes } from "../routes/export-files.ts";
import { socketRoutes } from "../routes/realtime.ts";
import { v1Routes } from "../v1.ts";
import { describeApi, tags } from "./descriptions.ts";
import { type OpenApiDocument, tidySchemas } from "./tidy-schemas.ts";
import { toClassic } from "./to-classic.ts";
import { wireExamples } from "./wire-examples.ts";

/** The addresses of rooms. Generated clients can't call them, so they are not among the paths. */
const SOCKETS = ["/ws/documents/{id}", "/v1/realtime"] as const;

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
    description:
      "HS256, with sub, role (viewer, editor, admin), perhaps comment (true), doc (an id or *), iat, exp",
  });
  registry.registerComponent("securitySchemes", "query_token", {
    type: "apiKey",
    in: "query",
    name: "token",
    description: "Sockets and GETs of files only: a token that lives 15 minutes or less",
  });
  // No route refers to the messages.
  registry.register("ClientMessage", toClassic(clientMessageSchema));
  registry.register("ServerMessage", toClassic(serverMessageSchema));
  const document = documented.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "Acetate", version: "1.0.0", description: describeApi() },
    servers: [{ url: "/", description: "This service" }],
    tags,
  });
  const schemas = tidySchemas(document.components?.schemas ?? {}, wireExamples);
  return moveSockets({ ...document, components: { ...document.components, schemas } });
}

/** Moves the sockets from `paths` to `x-websockets`, which is built alike, and adds the messages that go over them. */
function moveSockets({ paths = {}, ...document }: OpenApiDocument): OpenApiDocument {
  const sockets = SOCKETS.map((path) => {
    const { operationId, summary, description, parameters, security, responses } = paths[path]?.get ?? {};
    const sends = { $ref: "#/components/schemas/ClientMessage" };
    const receives = { $ref: "#/components/schemas/ServerMessage" };
    const get = { operationId, summary, description, parameters, security, sends, receives, responses };
    return [path, { get }] as const;
  });
  const rest = Object.entries(paths).filter(([path]) => !SOCKETS.some((socket) => socket === path));
  return { ...document, paths: Object.fromEntries(rest), "x-websockets": Object.fromEntries(sockets) };
}
