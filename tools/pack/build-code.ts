import { build, type Metafile, type OutputFile } from "esbuild";
import { annotatorOptions, WORKER } from "../annotator-options.ts";
import { projectRoot } from "../project.ts";
import { listEntryPoints, peers } from "./entry-points.ts";

/** What the annotator loads later: files of the package, beside its script. */
export const WORKER_FILE = "annotator-worker.js";
export const HARFBUZZ_FILE = "harfbuzz.wasm";

/** Esbuild's names for files that are not written anywhere. */
const FOLDER = "dist";

export interface BuiltCode {
  /** Names end in `.js`, and in `.js.map` unless they are minified. */
  files: OutputFile[];
  metafile: Metafile;
}

/**
 * Builds a module of each entry point. What several of them use is in chunks that they share, so that an application has
 * the core once. What is loaded on demand is in a chunk, too.
 *
 * @param page a script that is built in their place, as a bundler builds an application
 */
export async function buildCode({ minify, page }: { minify: boolean; page?: string }): Promise<BuiltCode> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: projectRoot,
    ...(page === undefined
      ? { entryPoints: Object.fromEntries(listEntryPoints()) }
      : { stdin: { contents: page, resolveDir: projectRoot } }),
    outdir: FOLDER,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "es2022",
    ...annotatorOptions,
    define: {
      STAGE_WORKER: JSON.stringify(`./${WORKER_FILE}`),
      HARFBUZZ_WASM: JSON.stringify(`./${HARFBUZZ_FILE}`),
    },
    external: Object.keys(peers).flatMap((name) => [name, `${name}/*`]),
    chunkNames: "chunk-[hash]",
    minify,
    sourcemap: minify ? false : "linked",
    metafile: true,
    write: false,
  });
  return { files: outputFiles, metafile };
}

/** Builds the annotator's worker: one file, since bundlers copy it as it is. */
export async function buildWorker({ minify }: { minify: boolean }): Promise<Uint8Array> {
  const { outputFiles } = await build({
    ...annotatorOptions,
    absWorkingDir: projectRoot,
    entryPoints: [WORKER],
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "es2022",
    minify,
    write: false,
  });
  const [file] = outputFiles;
  if (!file) throw new Error("esbuild made no worker");
  return file.contents;
}
