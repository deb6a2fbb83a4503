import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fontFiles } from "../src/export/text/fonts.ts";

/** Everything Swagger UI needs, so that `/docs` loads nothing from another host. */
const swaggerFiles = ["swagger-ui-bundle.js", "swagger-ui.css"];

/**
 * Fills `public/` of the project at `root` from installed packages: Swagger UI under `swagger-ui/`, fonts under
 * `fonts/`. Writes only what differs, each file whole: several processes may do this at once, and a running
 * `wrangler dev` watches the folder.
 */
export async function prepareAssets(root: string): Promise<void> {
  const modules = path.join(root, "node_modules");
  const files = [
    ...swaggerFiles.map((name) => ({ from: `swagger-ui-dist/${name}`, to: `swagger-ui/${name}` })),
    ...fontFiles.map(({ file, name }) => ({ from: file, to: `fonts/${name}` })),
  ];
  await Promise.all(
    files.map(({ from, to }) => copyIfChanged(path.join(modules, from), path.join(root, "public", to))),
  );
}

async function copyIfChanged(from: string, to: string): Promise<void> {
  const [wanted, present] = await Promise.all([readFile(from), readIfThere(to)]);
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
