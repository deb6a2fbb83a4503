import path from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { BuiltCode } from "./build-code.ts";
import type { EntryPoint } from "./entry-points.ts";

/** Bytes of minified code, compressed as servers do it: the service's own files are sent with brotli. */
export interface Size {
  brotli: number;
  gzip: number;
}

export interface Sizes {
  /** What is loaded with the page. */
  first: Size;
  /** What is loaded when it is needed. */
  later: Size;
}

/** What an application's page loads of the library. */
export function measurePage(code: BuiltCode): Sizes {
  return measureFiles(code, listFiles(code, "stdin"));
}

/**
 * The bytes that a module of the package adds to a page: without its peers and, unless it is the core, without what the
 * core brings.
 */
export function measureModule(code: BuiltCode, name: EntryPoint): Sizes {
  const files = listFiles(code, name);
  if (name !== "client") {
    const core = listFiles(code, "client");
    for (const file of [...core.first, ...core.later]) {
      files.first.delete(file);
      files.later.delete(file);
    }
  }
  return measureFiles(code, files);
}

interface Files {
  first: Set<string>;
  later: Set<string>;
}

function measureFiles({ files }: BuiltCode, { first, later }: Files): Sizes {
  const measure = (names: Set<string>): Size => {
    const parts = files.filter((file) => names.has(path.basename(file.path))).map(({ contents }) => contents);
    const code = Buffer.concat(parts);
    if (code.length === 0) return { brotli: 0, gzip: 0 };
    const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
    return {
      brotli: brotliCompressSync(code, { params }).byteLength,
      gzip: gzipSync(code, { level: constants.Z_BEST_COMPRESSION }).byteLength,
    };
  };
  return { first: measure(first), later: measure(later) };
}

/** The file of an entry point and the chunks that it imports, and those that are imported on demand. */
function listFiles({ metafile }: BuiltCode, name: string): Files {
  const outputs = new Map(Object.entries(metafile.outputs).map(([file, out]) => [path.basename(file), out]));
  const importsOf = (file: string, kind: "import-statement" | "dynamic-import"): string[] =>
    (outputs.get(file)?.imports ?? [])
      .filter((one) => one.kind === kind && one.external !== true)
      .map((one) => path.basename(one.path));
  const first = new Set([`${name}.js`]);
  // Sets grow on the way.
  for (const file of first) for (const imported of importsOf(file, "import-statement")) first.add(imported);
  const later = new Set([...first].flatMap((file) => importsOf(file, "dynamic-import")));
  for (const file of later) for (const imported of importsOf(file, "import-statement")) later.add(imported);
  for (const file of first) later.delete(file);
  return { first, later };
}
