import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fontFiles } from "../src/export/text/fonts.ts";
import { makeEmojiFiles } from "./emoji-assets.ts";

/** Everything Swagger UI needs, so that `/docs` loads nothing from another host. */
const swaggerFiles = ["swagger-ui-bundle.js", "swagger-ui.css"];

/**
 * Fills `public/` of the project at `root` from installed packages: Swagger UI under `swagger-ui/`, fonts under
 * `fonts/`, emoji under `emoji/`. Writes only what differs, each file whole: several processes may do this at once, and a
 * running `wrangler dev` watches the folder.
 */
export async function prepareAssets(root: string): Promise<void> {
  const modules = path.join(root, "node_modules");
  const target = (name: string): string => path.join(root, "public", name);
  const files = [
    ...swaggerFiles.map((name) => ({ from: `swagger-ui-dist/${name}`, to: `swagger-ui/${name}` })),
    ...fontFiles.map(({ file, name }) => ({ from: file, to: `fonts/${name}` })),
  ];
  await Promise.all(
    files.map(async ({ from, to }) => writeIfChanged(await readFile(path.join(modules, from)), target(to))),
  );
  const emoji = await makeEmojiFiles(modules);
  await Promise.all(
    Array.from(emoji, ([name, text]) => writeIfChanged(Buffer.from(text), target(`emoji/${name}`))),
  );
}

async function writeIfChanged(wanted: Buffer, to: string): Promise<void> {
  const present = await readIfThere(to);
  if (present?.equals(wanted)) return;
  await mkdir(path.dirname(to), { recursive: true });
  const half = `${to}.${process.pid}.tmp`;
  try {
    await writeFile(half, wanted);
    await rename(half, to);
  } finally {
    await rm(half, { force: true });
  }
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
