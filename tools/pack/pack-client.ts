import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../project.ts";
import { buildCode, buildWorker, HARFBUZZ_FILE, WORKER_FILE } from "./build-code.ts";
import { buildTypes } from "./build-types.ts";
import { makeManifest } from "./manifest.ts";

/**
 * Makes the package `acetate` in `folder`: its files in `package/`, and the archive of them that npm installs. The same
 * sources always make the same bytes.
 *
 * @returns the path of the archive
 */
export async function packClient(folder: string): Promise<string> {
  const packageFolder = path.join(folder, "package");
  await rm(packageFolder, { recursive: true, force: true });
  const [code, worker, types] = await Promise.all([
    buildCode({ minify: false }),
    buildWorker({ minify: true }),
    buildTypes(),
  ]);
  const files = new Map<string, string | Uint8Array>([
    ["package.json", `${JSON.stringify(makeManifest(), null, 2)}\n`],
    ["README.md", await readBeginning(path.join(projectRoot, "docs/client.md"))],
    ...code.files.map(({ path: file, contents }) => [path.basename(file), contents] as const),
    [WORKER_FILE, worker],
    [HARFBUZZ_FILE, await readFile(path.join(projectRoot, "generated/harfbuzz.wasm"))],
    ...[...types].map(([file, text]) => [path.join("types", file), text] as const),
  ]);
  for (const [name, content] of files) {
    const file = path.join(packageFolder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  const { stdout } = await promisify(execFile)("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: packageFolder,
    encoding: "utf8",
  });
  const [made] = JSON.parse(stdout) as { filename: string }[];
  if (!made) throw new Error(`npm pack made nothing: ${stdout}`);
  return path.join(folder, made.filename);
}

/** What stands before the first section: what the library is, and how to start. */
async function readBeginning(file: string): Promise<string> {
  const [beginning = ""] = (await readFile(file, "utf8")).split(/^## /m);
  return `${beginning.trimEnd()}\n`;
}
