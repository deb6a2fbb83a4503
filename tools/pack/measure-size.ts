import path from "node:path";
import { gzipSync } from "node:zlib";
import type { BuiltCode } from "./build-code.ts";
import type { EntryPoint } from "./entry-points.ts";

/**
 * The bytes that a module of the package adds to a page, minified and compressed (`gzip -9`): without its peers and,
 * unless it is the core, without what the core brings.
 */
export function measureSize({ files, metafile }: BuiltCode, name: EntryPoint): number {
  const own = listFiles(metafile, name);
  if (name !== "client") for (const file of listFiles(metafile, "client")) own.delete(file);
  const code = files.filter((file) => own.has(path.basename(file.path))).map(({ contents }) => contents);
  return gzipSync(Buffer.concat(code), { level: 9 }).byteLength;
}

/** The module's file and the chunks that it imports. */
function listFiles(metafile: BuiltCode["metafile"], name: EntryPoint): Set<string> {
  const files = new Set([`${name}.js`]);
  const outputs = new Map(Object.entries(metafile.outputs).map(([file, out]) => [path.basename(file), out]));
  // It grows on the way.
  for (const file of files) {
    for (const { path: imported, external } of outputs.get(file)?.imports ?? []) {
      if (external !== true) files.add(path.basename(imported));
    }
  }
  return files;
}
