import { globSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { projectRoot } from "../../tools/project.ts";

/*
 * What a page has to load. `zod/mini` takes 10 KB of `protocol`. A single import of `zod` in place of `zod/mini` would
 * add 14 KB. Raise the limits knowingly.
 */
const KB = 1000;

it.each([
  { what: "protocol, with zod", files: ["src/protocol/index.ts"], most: 27 * KB, zod: true },
  // Letters are glyphs that are defined once.
  { what: "scene", files: ["src/scene/**/*.ts"], most: 6.1 * KB },
  { what: "both", files: ["src/protocol/index.ts", "src/scene/**/*.ts"], most: 33 * KB, zod: true },
])("$what fits $most bytes, compressed", async ({ files, most, zod = false }) => {
  const { code, modules } = await bundle(
    files.flatMap((pattern) => globSync(path.join(projectRoot, pattern))),
  );
  expect(gzipSync(code, { level: 9 }).byteLength).toBeLessThanOrEqual(most);
  const inPackages = modules.filter((file) => file.includes("node_modules"));
  expect(inPackages.filter((file) => !file.includes("node_modules/zod/"))).toEqual([]);
  expect(inPackages.length > 0).toBe(zod);
});

it("acetate/yjs fits 4 KB, compressed, beside acetate/client, yjs and y-protocols", async () => {
  const { outputFiles } = await build({
    entryPoints: { client: "src/client/index.ts", yjs: "src/client/yjs/index.ts" },
    absWorkingDir: projectRoot,
    outdir: "dist",
    bundle: true,
    // What both use is in a third file.
    splitting: true,
    minify: true,
    format: "esm",
    external: ["yjs", "y-protocols/*"],
    write: false,
  });
  const module = outputFiles.find((file) => path.basename(file.path) === "yjs.js");
  if (!module) throw new Error("There is no bundle");
  expect(gzipSync(module.contents, { level: 9 }).byteLength).toBeLessThanOrEqual(4 * KB);
});

/** Everything that the files export, as one module for a browser. */
async function bundle(files: string[]): Promise<{ code: Uint8Array; modules: string[] }> {
  const exports = files.map((file, index) => `export * as m${index} from ${JSON.stringify(file)};`);
  const { outputFiles, metafile } = await build({
    stdin: { contents: exports.join("\n"), resolveDir: projectRoot },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    metafile: true,
    write: false,
  });
  const [code] = outputFiles;
  const [output] = Object.values(metafile.outputs);
  if (!code || !output) throw new Error("There is no bundle");
  const used = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return { code: code.contents, modules: used.map(([file]) => file) };
}
