import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../../../src/client/index.ts";
import { projectRoot } from "../../../tools/project.ts";
import { makeToken } from "../support/running-service.ts";
import { useSharedTokenService } from "../support/service.ts";

const page = await readFile(path.join(projectRoot, "docs/client.md"), "utf8");
const blocks = [...page.matchAll(/^```ts rest\n(.*?)^```$/gms)].map(([, code = ""]) => code);

/** The page's section as a program. The page leaves open where tokens and files come from. */
function toProgram(service: string): string {
  const [head = "", ...rest] = blocks;
  return `
    ${head.replace("http://localhost:8787", service)}
    declare function fetchToken(): Promise<string>;
    declare const file: Blob;
    ${rest.join("\n")}
  `;
}

describe("the section REST of docs/client.md", () => {
  let folder = "";
  beforeAll(async () => {
    const cache = path.join(projectRoot, "node_modules", ".cache", "acetate-test");
    await mkdir(cache, { recursive: true });
    folder = await mkdtemp(path.join(cache, "rest-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("has an example of each function", () => {
    const api = createClient({ url: "http://localhost" });
    const names = Object.entries(api).flatMap(([resource, functions]) =>
      typeof functions === "function"
        ? [resource]
        : Object.keys(functions).map((name) => `${resource}.${name}`),
    );
    expect(names.length).toBeGreaterThan(30);
    const code = blocks.join("\n");
    expect(names.filter((name) => !code.includes(`api.${name}(`))).toEqual([]);
  });

  it("compiles with strict types", async () => {
    await writeFile(path.join(folder, "program.ts"), toProgram("http://localhost"));
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      module: "esnext",
      moduleResolution: "bundler",
      target: "es2024",
      lib: ["es2024", "esnext.typedarrays", "dom", "dom.iterable"],
      types: [],
      allowImportingTsExtensions: true,
      paths: { "acetate/client": [path.join(projectRoot, "src/client/index.ts")] },
    };
    const config = path.join(folder, "tsconfig.json");
    await writeFile(config, JSON.stringify({ compilerOptions, files: ["program.ts"] }));
    const tsc = path.join(projectRoot, "node_modules/typescript/bin/tsc");
    const complaints = await promisify(execFile)(process.execPath, [tsc, "-p", config]).then(
      () => "",
      ({ stdout }: { stdout: string }) => stdout,
    );
    expect(complaints).toBe("");
  });

  it("runs from top to bottom", async () => {
    const service = useSharedTokenService();
    const { outputFiles } = await build({
      stdin: { contents: toProgram(service.url.href), loader: "ts", resolveDir: folder },
      alias: { "acetate/client": path.join(projectRoot, "src/client/index.ts") },
      bundle: true,
      format: "esm",
      write: false,
    });
    const program = path.join(folder, "program.js");
    const picture = await readFile(path.join(projectRoot, "test/fixtures/libjpeg-turbo-420.jpg"), "base64");
    const given = `
        const fetchToken = async () => ${JSON.stringify(await makeToken())};
        const file = new Blob([Buffer.from("${picture}", "base64")]);
      `;
    await writeFile(program, given + (outputFiles[0]?.text ?? ""));
    const { stdout } = await promisify(execFile)(process.execPath, [pathToFileURL(program).pathname]);
    expect(stdout).toContain("100 %");
    expect(stdout).toMatch(/^invalid /m);
  });
});
