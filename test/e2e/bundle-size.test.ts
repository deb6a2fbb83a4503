import { globSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { expect, it } from "vitest";
import { projectRoot } from "../../tools/project.ts";

/*
 * What a page has to load. zod takes about 28 KB of `protocol`; its least, a single `z.object`, is 23 KB. With esbuild,
 * `import { z }` in place of `import * as z` would take 93 KB. The limits are today's sizes, rounded up: raise them
 * knowingly.
 */
const KB = 1000;

it.each([
  { what: "protocol, with zod", files: ["src/protocol/**/*.ts"], most: 42 * KB, zod: true },
  {
    what: "what draws annotations",
    files: ["src/scene/draw-annotation.ts", "src/scene/scene-svg.ts"],
    most: 5 * KB,
  },
  { what: "scene, with notes and legends", files: ["src/scene/**/*.ts"], most: 10.5 * KB },
  { what: "both", files: ["src/protocol/**/*.ts", "src/scene/**/*.ts"], most: 52 * KB, zod: true },
])("$what fits $most bytes, compressed", async ({ files, most, zod = false }) => {
  const { code, modules } = await bundle(
    files.flatMap((pattern) => globSync(path.join(projectRoot, pattern))),
  );
  expect(gzipSync(code, { level: 9 }).byteLength).toBeLessThanOrEqual(most);
  const inPackages = modules.filter((file) => file.includes("node_modules"));
  expect(inPackages.filter((file) => !file.includes("node_modules/zod/"))).toEqual([]);
  expect(inPackages.length > 0).toBe(zod);
});

/** Everything that the files export, as one module for a browser. */
async function bundle(files: string[]): Promise<{ code: string; modules: string[] }> {
  const entry = "\0entry";
  const exports = files.map((file, index) => `export * as m${index} from ${JSON.stringify(file)};`);
  const build = await rolldown({
    input: entry,
    platform: "browser",
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? exports.join("\n") : null),
      },
    ],
  });
  const { output } = await build.generate({ format: "esm", minify: true });
  await build.close();
  // A second chunk would mean that something is loaded later.
  expect(output).toHaveLength(1);
  const { code, modules } = output[0];
  const used = Object.entries(modules).filter(([, { renderedLength }]) => renderedLength > 0);
  return { code, modules: used.map(([file]) => file) };
}
