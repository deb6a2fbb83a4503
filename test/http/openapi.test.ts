import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { readOpenApi } from "../../src/http/openapi/document.ts";
import { errorTable } from "../../src/protocol/errors.ts";
import { call, readProblem } from "../support/http.ts";

interface Operation {
  summary?: string;
  tags?: string[];
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
      expect(union("ServerMessage")).toContain(`/StatePageOf${name}"`);
    }
  });

  it.each(operations)("%s says what it does, and has its example and its errors", (_, operation) => {
    expect(operation.summary).toBeTruthy();
    expect(operation.tags).toHaveLength(1);
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
    const text = JSON.stringify(api.paths);
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
    const real = path.replace(/\{\w+\}/, crypto.randomUUID());
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
