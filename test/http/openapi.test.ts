import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { readOpenApi } from "../../src/http/openapi/document.ts";
import { errorTable } from "../../src/protocol/errors.ts";
import { annotationTypes } from "../../src/protocol/model/geometry.ts";
import { serverMessageSchema } from "../../src/protocol/wire/down.ts";
import { clientMessageSchema, clientMessageSchemas } from "../../src/protocol/wire/up.ts";
import { call, readProblem } from "../support/http.ts";

interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: { name: string; description?: string; schema: object }[];
  requestBody?: { required?: boolean; content: Record<string, { example?: unknown }> };
  responses: Record<string, { description: string; content?: Record<string, { example?: unknown }> }>;
}

const api = readOpenApi();
const schemas: Record<string, unknown> = api.components?.schemas ?? {};
const operations = Object.entries(api.paths ?? {}).flatMap(([path, methods]) =>
  Object.entries(methods as Record<string, Operation>).map(
    ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
  ),
);

/** Every field of every component: `Document.image.sha256`, and what describes it. */
function collectFields(path: string, schema: unknown): (readonly [string, unknown])[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { properties = {}, items } = schema as { properties?: Record<string, unknown>; items?: unknown };
  const own = Object.entries(properties).flatMap(([name, field]) => [
    [`${path}.${name}`, field] as const,
    ...collectFields(`${path}.${name}`, field),
  ]);
  return [...own, ...collectFields(path, items)];
}

/** The message types that a union's discriminator tells apart, and the schema of each. */
function mappingOf(name: string): Record<string, string> {
  const { discriminator } = schemas[name] as { discriminator?: { mapping?: Record<string, string> } };
  return discriminator?.mapping ?? {};
}

function collectRefs(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "$ref" in value && typeof value.$ref === "string" ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(collectRefs)];
}

describe("/openapi.json", () => {
  it("is OpenAPI 3.1 and is served", async () => {
    const response = await call("/openapi.json");
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ openapi: "3.1.0", info: { title: "Acetate" } });
  });

  it("refers only to what it has", () => {
    const refs = collectRefs(api);
    expect(refs.length).toBeGreaterThan(50);
    for (const ref of refs) expect(schemas).toHaveProperty([ref.replace("#/components/schemas/", "")]);
  });

  it("has the resources, and both unions of messages with every message", () => {
    for (const name of ["Document", "Annotation", "Version", "Export", "Problem", "Changes"]) {
      expect(schemas).toHaveProperty([name]);
    }
    const union = (name: string) => JSON.stringify(schemas[name]);
    for (const name of [
      "Update",
      "Snapshot",
      "Presence",
      "AnnotationCreate",
      "AnnotationBatch",
      "Received",
    ]) {
      expect(union("ClientMessage")).toContain(`/${name}Message"`);
    }
    for (const name of [
      "State",
      "Ack",
      "RemoteUpdate",
      "SnapshotRequest",
      "Reset",
      "Error",
      "ExportFinished",
    ]) {
      expect(union("ServerMessage")).toContain(`/${name}Message"`);
    }
    for (const name of ["AnnotationCreated", "AnnotationBatch", "DocumentDeleted", "VersionReverted"]) {
      expect(union("ServerMessage")).toContain(`/${name}Event"`);
    }
    for (const name of ["Snapshot", "Updates", "Events", "Annotations"]) {
      expect(union("StatePageMessage")).toContain(`/StatePageOf${name}"`);
    }
  });

  it("tells every union apart by its discriminator", () => {
    expect(Object.keys(mappingOf("Annotation"))).toEqual(annotationTypes);
    expect(Object.keys(mappingOf("AnnotationCreate"))).toEqual(annotationTypes);
    expect(Object.keys(mappingOf("AnnotationInput"))).toEqual(annotationTypes);
    expect(Object.keys(mappingOf("AnnotationOperation"))).toEqual(["create", "update", "delete", "restore"]);
    expect(Object.keys(mappingOf("ClientMessage"))).toEqual([...clientMessageSchemas.keys()]);
    expect(Object.keys(mappingOf("Event"))).toHaveLength(12);
    expect(Object.keys(mappingOf("StatePageMessage"))).toEqual([
      "snapshot",
      "updates",
      "events",
      "annotations",
      "comments",
    ]);
    const server = mappingOf("ServerMessage");
    expect(server).toMatchObject({
      ...mappingOf("Event"),
      state_page: "#/components/schemas/StatePageMessage",
    });
    expect(Object.keys(server)).toHaveLength(24);
  });

  it("describes every component and every field of it", () => {
    const fields = Object.entries(schemas).flatMap(([name, schema]) => [
      [name, schema] as const,
      ...collectFields(name, schema),
    ]);
    expect(fields.length).toBeGreaterThan(500);
    const described = (field: unknown) =>
      typeof field === "object" && field !== null && ("description" in field || "$ref" in field);
    expect(fields.filter(([, field]) => !described(field)).map(([path]) => path)).toEqual([]);
  });

  it("makes what has a default optional where it is sent, and required where it is read", () => {
    const { properties, required } = schemas["BoxAnnotationCreate"] as {
      properties: Record<string, object>;
      required: string[];
    };
    expect(required.sort()).toEqual(["document_id", "geometry", "type"]);
    // Generators make a field with a default required: openapi-typescript does.
    for (const field of Object.values(properties)) expect(field).not.toHaveProperty("default");
    expect(properties["z_index"]).toHaveProperty("description", expect.stringContaining("Default: `0`"));
    const { required: read } = schemas["BoxAnnotation"] as { required: string[] };
    expect(read).toEqual(expect.arrayContaining(["style", "text", "labels", "properties", "z_index"]));
    const { required: options } = schemas["ExportOptions"] as { required: string[] };
    expect(options).toEqual(["scale", "quality", "background"]);
  });

  it("refers to resources, alone or with null, and says what the numbers of a point are", () => {
    const { image } = (schemas["Document"] as { properties: Record<string, object> }).properties;
    expect(image).toMatchObject({ anyOf: [{ $ref: "#/components/schemas/Image" }, { type: "null" }] });
    expect(schemas["Image"]).toHaveProperty("type", "object");
    const { points } = (schemas["LineGeometry"] as { properties: Record<string, { items?: object }> })
      .properties;
    expect(points?.items).toMatchObject({ minItems: 2, maxItems: 2, items: { type: "number" } });
  });

  it("shows flags and sizes of queries as what they mean", () => {
    const [, list] = operations.find(([name]) => name === "GET /v1/documents") ?? [];
    const flag = list?.parameters?.find(({ name }) => name === "include_deleted");
    expect(flag?.schema).toMatchObject({ type: "boolean", default: false });
    for (const name of ["GET /v1/documents/{id}/changes", "DELETE /v1/annotations/{id}"]) {
      const [, operation] = operations.find(([each]) => each === name) ?? [];
      const number = operation?.parameters?.find(({ name: each }) => each === "since" || each === "version");
      expect(number?.schema).toMatchObject({ type: "integer" });
    }
    const [, thumbnail] = operations.find(([name]) => name.endsWith("/thumbnail")) ?? [];
    const size = thumbnail?.parameters?.find(({ name }) => name === "size");
    expect(size?.schema).toMatchObject({ type: "integer", enum: [64, 128, 256, 512, 1024], default: 256 });
    const [, image] = operations.find(([name]) => name === "GET /v1/documents/{id}/image") ?? [];
    const width = image?.parameters?.find(({ name }) => name === "width");
    expect(width?.schema).toMatchObject({ type: "integer", enum: [256, 512, 1024, 2048] });
  });

  it("has the sockets outside of the paths, where generators make no methods of them", () => {
    expect(operations.map(([name]) => name).filter((name) => /realtime|ws/.test(name))).toEqual([]);
    const { "x-websockets": sockets } = api as { "x-websockets"?: Record<string, { get: Operation }> };
    expect(Object.keys(sockets ?? {})).toEqual(["/ws/documents/{id}", "/v1/realtime"]);
    for (const socket of Object.values(sockets ?? {})) {
      expect(socket.get).toMatchObject({
        sends: { $ref: "#/components/schemas/ClientMessage" },
        receives: { $ref: "#/components/schemas/ServerMessage" },
      });
      expect(socket.get.parameters?.map(({ name }) => name)).toEqual(
        expect.arrayContaining(["since", "actorId"]),
      );
    }
  });

  it("has an example of every message, which the schemas take", () => {
    const messages = (name: string): string[] =>
      Object.values(mappingOf(name)).flatMap((ref) => {
        const schema = ref.replace("#/components/schemas/", "");
        return schema === "StatePageMessage" ? messages(schema) : [schema];
      });
    for (const [union, schema] of [
      ["ClientMessage", clientMessageSchema],
      ["ServerMessage", serverMessageSchema],
    ] as const) {
      for (const name of messages(union)) {
        const { examples = [] } = schemas[name] as { examples?: { type: string }[] };
        expect([name, examples.length]).toEqual([name, 1]);
        const [example] = examples;
        expect([name, schema.safeParse(example).error]).toEqual([name, undefined]);
        const refs = mappingOf(union)[example?.type ?? ""];
        expect(refs).toMatch(name.startsWith("StatePageOf") ? "StatePageMessage" : name);
      }
    }
  });

  it("names every operation as a person would, once", () => {
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(operations.length);
    expect(ids).toEqual(
      expect.arrayContaining(["createDocument", "revertVersion", "listAnnotations", "applyAnnotationBatch"]),
    );
    for (const id of ids) expect(id).toMatch(/^[a-z]+(?:[A-Z][a-z]+)+$/);
  });

  it.each(operations)("%s says what it does, and has its example and its errors", (_, operation) => {
    expect(operation.summary).toBeTruthy();
    expect(operation.description).toBeTruthy();
    expect(operation.tags).toHaveLength(1);
    expect(api.tags?.map(({ name }) => name)).toContain(operation.tags?.[0]);
    for (const { name, description } of operation.parameters ?? []) {
      expect([name, description]).toEqual([name, expect.stringMatching(/\w/)]);
    }
    const body = operation.requestBody;
    if (body) {
      expect(body.required).toBe(true);
      if (body.content["application/json"]) expect(body.content["application/json"].example).toBeDefined();
    }
    for (const [status, response] of Object.entries(operation.responses)) {
      expect(response.description).toBeTruthy();
      // A file that happens to be JSON has no example.
      const json = "206" in operation.responses ? undefined : response.content?.["application/json"];
      if (json) expect([status, json.example]).toEqual([status, expect.anything()]);
    }
    const problems = Object.entries(operation.responses).filter(
      ([, { content }]) => content?.["application/problem+json"],
    );
    expect(problems.length).toBeGreaterThanOrEqual(3);
  });

  it("describes every error of REST somewhere", () => {
    const { paths, "x-websockets": sockets } = api as { paths?: object; "x-websockets"?: object };
    const text = JSON.stringify([paths, sockets]);
    // Told over sockets only, and of addresses that are no route.
    const elsewhere = ["protocol_error", "unknown_type", "snapshot_rejected", "too_slow", "room_full"];
    const noRoute = ["not_found", "method_not_allowed"];
    for (const code of Object.keys(errorTable)) {
      if (![...elsewhere, ...noRoute].includes(code)) expect(text).toContain(`\`${code}\``);
    }
  });

  it.each(operations)("%s answers, and takes its own example", async (name, operation) => {
    const [method = "", path = ""] = name.split(" ");
    const example = operation.requestBody?.content["application/json"]?.example;
    const real = path.replaceAll(/\{\w+\}/g, crypto.randomUUID());
    const response = await call(real, { method, ...(example !== undefined && { json: example }) });
    const type = response.headers.get("Content-Type");
    const code = type === "application/problem+json" ? (await readProblem(response)).code : "ok";
    expect(code).not.toMatch(/^(?:not_found|method_not_allowed|internal|unavailable)$/);
    if (example !== undefined) expect(code).not.toBe("invalid");
  });
});

describe("/docs", () => {
  it("is a page without scripts of its own or of other hosts", async () => {
    const response = await call("/docs");
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toContain("text/html");
    const csp = response.headers.get("Content-Security-Policy") ?? "";
    expect(csp).toContain("script-src 'self';");
    expect(csp).toContain("default-src 'none'");
    const html = await response.text();
    const sources = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url);
    expect(sources).toEqual([
      "data:,",
      "/docs/assets/swagger-ui.css",
      "/docs/assets/swagger-ui-bundle.js",
      "/docs/assets/start.js",
    ]);
    expect(html).not.toMatch(/<script>|https?:\/\//);
  });

  it("has its assets here, asks no validator, and nothing else is served beside them", async () => {
    for (const [file, type] of [
      ["swagger-ui-bundle.js", "javascript"],
      ["swagger-ui.css", "text/css"],
      ["start.js", "javascript"],
    ] as const) {
      const response = await call(`/docs/assets/${file}`);
      expect([file, response.status]).toEqual([file, 200]);
      expect(response.headers.get("Content-Type")).toContain(type);
      await response.body?.cancel();
    }
    expect(await (await call("/docs/assets/start.js")).text()).toContain("validatorUrl: null");
    expect((await call("/docs/assets/package.json")).status).toBe(404);
  });

  it("the fonts of the page are served, nothing outside their folder", async () => {
    const font = await call("/fonts/noto-sans-latin-400-normal.woff");
    expect(font.status).toBe(200);
    await font.body?.cancel();
    expect((await call("/fonts/nothing.woff")).status).toBe(404);
    expect((await call("/swagger-ui/swagger-ui.css")).status).toBe(404);
    expect(env.ASSETS).toBeDefined();
  });

  it("the root says where to go", async () => {
    expect(await (await call("/")).json()).toMatchObject({ docs: "/docs", openapi: "/openapi.json" });
  });
});
