import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { build, type BuildOptions, type Metafile } from "esbuild";
import { annotatorOptions, WORKER } from "./annotator-options.ts";
import { writeIfChanged } from "./write-if-changed.ts";

/** Where the page's files are, below `public/`. Their names have a hash of what is in them, so that they can be kept. */
const FOLDER = "page";

/** The worker that turns pictures in other formats into JPEG. */
const REDRAW_WORKER = "src/page/documents/redraw-worker.ts";

/**
 * Builds the page of the project at `root` into `public/page/`: scripts, styles, and the HTML that loads them. Old files
 * stay: a page that was opened before still loads its parts.
 */
export async function buildPage(root: string): Promise<void> {
  const { files, metafile } = await bundlePage(root);
  await Promise.all(Array.from(files, ([to, contents]) => writeIfChanged(Buffer.from(contents), to)));
  const template = await readFile(path.join(root, "src/page/index.html"), "utf8");
  const html = template
    .replace("{script}", addressOf(metafile, "src/page/main.tsx"))
    .replace("{styles}", addressOf(metafile, "src/page/page.css"));
  await writeIfChanged(Buffer.from(html), path.join(root, "public", FOLDER, "index.html"));
}

/**
 * Makes the scripts and styles of the page.
 * @param more `sourcemap: "external"`: with a `.map` beside each. The scripts are the same, but for the hashes in names.
 */
export async function bundlePage(
  root: string,
  more: Pick<BuildOptions, "sourcemap"> = {},
): Promise<{ files: Map<string, Uint8Array>; metafile: Metafile }> {
  const options = { ...commonOptions(root), ...more };
  const harfBuzz = await copyHarfBuzz(root);
  // The names of the workers' files are in the scripts of the page, so they are built first.
  const workers = await build({ ...options, entryPoints: [WORKER, REDRAW_WORKER] });
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints: ["src/page/main.tsx", "src/page/page.css"],
    define: {
      STAGE_WORKER: JSON.stringify(`./${path.basename(addressOf(workers.metafile, WORKER))}`),
      REDRAW_WORKER: JSON.stringify(`./${path.basename(addressOf(workers.metafile, REDRAW_WORKER))}`),
      HARFBUZZ_WASM: JSON.stringify(`./${harfBuzz}`),
    },
  });
  // They have some parts in common, under the same name.
  const files = new Map([...workers.outputFiles, ...outputFiles].map((file) => [file.path, file.contents]));
  return { files, metafile };
}

function commonOptions(root: string) {
  return {
    absWorkingDir: root,
    outdir: `public/${FOLDER}`,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    target: "es2022",
    ...annotatorOptions,
    metafile: true,
    write: false,
  } as const satisfies BuildOptions;
}

/** The file that shapes text, with a hash in its name like all others. @returns the name */
async function copyHarfBuzz(root: string): Promise<string> {
  const wasm = await readFile(path.join(root, "generated/harfbuzz.wasm"));
  const hash = createHash("sha256").update(wasm).digest("hex").slice(0, 8).toUpperCase();
  const name = `harfbuzz-${hash}.wasm`;
  await writeIfChanged(wasm, path.join(root, "public", FOLDER, name));
  return name;
}

/** The address of the file made of an entry point. */
function addressOf(metafile: Metafile, entryPoint: string): string {
  const found = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === entryPoint);
  if (!found) throw new Error(`esbuild made no file of ${entryPoint}`);
  return found[0].replace(/^public/, "");
}
