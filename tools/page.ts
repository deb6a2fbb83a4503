import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { build, type BuildOptions, type Metafile } from "esbuild";
import { annotatorOptions, WORKER } from "./annotator-options.ts";
import { writeIfChanged } from "./write-if-changed.ts";

/**
 * Where the page's files are, below `public/`. Their names have a hash of what is in them, so that they can be kept.
 */
const FOLDER = "page";

/** The worker that turns pictures in other formats into JPEG. */
const REDRAW_WORKER = "src/page/documents/redraw-worker.ts";

/**
 * Builds the page of the project at `root` into `public/page/`: scripts, styles, and the HTML that loads them. The HTML
 * of a document (`document.html`) names the annotator's scripts, too, so that the browser loads all of them at once.
 * Old files stay: a page that was opened before still loads its parts.
 */
export async function buildPage(root: string): Promise<void> {
  const { files, metafile } = await bundlePage(root);
  await Promise.all(Array.from(files, ([to, contents]) => writeIfChanged(Buffer.from(contents), to)));
  const template = await readFile(path.join(root, "src/page/index.html"), "utf8");
  const main = outputOf(metafile, "src/page/main.tsx");
  const annotator = outputOf(metafile, "src/annotator/index.ts");
  const writePage = async (name: string, preloaded: readonly string[]): Promise<void> => {
    const links = preloaded.map((file) => `<link rel="modulepreload" href="${addressOf(file)}" />`);
    const html = template
      .replace("{script}", addressOf(main))
      .replace("{styles}", addressOf(outputOf(metafile, "src/page/page.css")))
      .replace("{preloads}", links.join("\n    "));
    await writeIfChanged(Buffer.from(html), path.join(root, "public", FOLDER, name));
  };
  const parts = importsOf(metafile, main);
  await writePage("index.html", parts);
  await writePage("document.html", [...new Set([...parts, annotator, ...importsOf(metafile, annotator)])]);
}

/**
 * Makes the scripts and styles of the page.
 * @param more `sourcemap: "external"`: with a `.map` beside each. The scripts are the same, but for the hashes in
 * names.
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
      STAGE_WORKER: JSON.stringify(`./${path.basename(outputOf(workers.metafile, WORKER))}`),
      REDRAW_WORKER: JSON.stringify(`./${path.basename(outputOf(workers.metafile, REDRAW_WORKER))}`),
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

/** The file made of an entry point, or of a module that is imported on demand. */
function outputOf(metafile: Metafile, entryPoint: string): string {
  const found = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === entryPoint);
  if (!found) throw new Error(`esbuild made no file of ${entryPoint}`);
  return found[0];
}

/** The scripts that a browser must have before it runs this one: its imports, and theirs. */
function importsOf(metafile: Metafile, output: string): string[] {
  const found = new Set([output]);
  // A set grows on the way.
  for (const file of found) {
    for (const { path: imported, kind } of metafile.outputs[file]?.imports ?? [])
      if (kind === "import-statement") found.add(imported);
  }
  found.delete(output);
  return [...found];
}

function addressOf(file: string): string {
  return file.replace(/^public/, "");
}
