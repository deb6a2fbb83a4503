import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { createConfig, lint, type NormalizedProblem } from "@redocly/openapi-core";
import { generateTypes } from "acetate-api-types";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../tools/project.ts";
import { readRequests, toCall } from "./support/readme-requests.ts";
import { makeStateFolder, Service } from "./support/service.ts";

/** What the linter warns of, and why it stays. */
const ACCEPTED = new Map([
  ["info-license", "the service has no licence of its own to name"],
  [
    "no-unused-components",
    "ClientMessage and ServerMessage: paths can't refer to them, sockets are no paths",
  ],
]);

/** Compiles only with unions told apart by their discriminator, and with defaults that may be left out. */
const CLIENT = `
import createClient from "openapi-fetch";
import type { components, paths } from "./api.d.ts";

const client = createClient<paths>({ baseUrl: "http://localhost:8787" });
type Schemas = components["schemas"];

export function areaOf(annotation: Schemas["Annotation"]): number {
  return annotation.type === "box" ? annotation.geometry.width * annotation.geometry.height : 0;
}

export function hear(message: Schemas["ServerMessage"]): string | number | undefined {
  switch (message.type) {
    case "state":
      return message.document.title;
    case "state_page":
      return message.part === "snapshot" ? message.chunkB64 : message.items.length;
    case "annotation.created":
      return areaOf(message.annotation);
    case "error":
      return message.code;
    default:
      return undefined;
  }
}

export const message: Schemas["ClientMessage"] = {
  type: "annotation.create",
  opId: "ana-1",
  annotation: { type: "point", geometry: { x: 1, y: 2 } },
};

export async function listTexts(): Promise<string[]> {
  const { data, error } = await client.GET("/v1/annotations", { params: { query: { status: "all", size: 5 } } });
  if (error) throw new Error(error.detail);
  // What has a default is always there in an answer.
  return data.items.map(({ text, z_index }) => text + z_index.toFixed());
}

export const deleted = client.GET("/v1/documents", { params: { query: { include_deleted: true } } });

// @ts-expect-error A box has no radius.
export const wrongGeometry: Schemas["AnnotationCreate"] = { document_id: "", type: "box", geometry: { rx: 1 } };
// @ts-expect-error Sockets are no paths.
export const socket = client.GET("/v1/realtime", {});
`;

describe("the OpenAPI file", () => {
  let document = "";

  beforeAll(async () => {
    const folder = await makeStateFolder();
    const service = await Service.start({ databaseUrl: folder.url, args: ["--state", folder.path] });
    document = await (await fetch(new URL("/openapi.json", service.url))).text();
    await service.stop();
    await folder.remove();
  });

  it("passes Redocly's recommended rules without an error", async () => {
    const folder = await mkdtemp(path.join(await cacheFolder(), "lint-"));
    const file = path.join(folder, "openapi.json");
    await writeFile(file, document);
    const config = await createConfig({ extends: ["recommended"] });
    const problems: NormalizedProblem[] = await lint({ ref: file, config });
    await rm(folder, { recursive: true });
    expect(problems.filter(({ ruleId }) => !ACCEPTED.has(ruleId))).toEqual([]);
    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(problems.length).toBeLessThanOrEqual(3);
  });

  describe("as a client of openapi-typescript and openapi-fetch", () => {
    let folder = "";
    beforeAll(async () => {
      // Within the project, so that openapi-fetch is found.
      folder = await mkdtemp(path.join(await cacheFolder(), "client-"));
      await writeFile(path.join(folder, "api.d.ts"), await generateTypes(document));
    });
    afterAll(() => rm(folder, { recursive: true }));

    it("tells unions apart, and lets fields with a default be left out", async () => {
      expect(await compile(folder, CLIENT)).toBe("");
    });

    it("takes every request of the README", async () => {
      const readme = await readFile(path.join(projectRoot, "README.md"), "utf8");
      const requests = readRequests(readme);
      expect(requests.length).toBeGreaterThan(12);
      const { paths } = JSON.parse(document) as { paths: Record<string, object> };
      const calls = requests.map((request) => `  () => ${toCall(request, Object.keys(paths))},`);
      const code = [
        'import createClient from "openapi-fetch";',
        'import type { paths } from "./api.d.ts";',
        'const client = createClient<paths>({ baseUrl: "http://localhost:8787" });',
        `export const calls = [\n${calls.join("\n")}\n];\n`,
      ].join("\n");
      expect(await compile(folder, code)).toBe("");
      // It would not take any request at all.
      expect(await compile(folder, code.replace('"title":', '"titel":'))).toContain("titel");
    });
  });
});

async function cacheFolder(): Promise<string> {
  const folder = path.join(projectRoot, "node_modules", ".cache", "acetate-test");
  await mkdir(folder, { recursive: true });
  return folder;
}

/** What the compiler says of a file beside `api.d.ts`, with the strict flags that people use. */
async function compile(folder: string, code: string): Promise<string> {
  await writeFile(path.join(folder, "client.ts"), code);
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    module: "esnext",
    moduleResolution: "bundler",
    target: "es2022",
    lib: ["es2022", "dom"],
    types: [],
    noEmit: true,
    allowImportingTsExtensions: true,
  };
  await writeFile(
    path.join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions, files: ["client.ts", "api.d.ts"] }),
  );
  const tsc = path.join(projectRoot, "node_modules", "typescript", "bin", "tsc");
  return promisify(execFile)(process.execPath, [tsc, "-p", folder]).then(
    () => "",
    ({ stdout = "", message }: { stdout?: string; message: string }) => stdout || message,
  );
}
