import { readFile } from "node:fs/promises";
import path from "node:path";
import { limitMemory } from "./wasm-memory.ts";
import { writeIfChanged } from "./write-if-changed.ts";

/**
 * The WebAssembly of packages that picture files pass through, and the MiB that each may grow to. An isolate has 128
 * MB, and a job may hold 96 MiB. The packages themselves allow gigabytes, and locally nothing else stops a file that
 * makes a decoder ask for them.
 */
const modules = [
  // It grows to 8 MiB, and to more for a single very long path.
  { from: "@resvg/resvg-wasm/index_bg.wasm", name: "resvg", mib: 64 },
  // 8 MiB of fonts, and one font more.
  { from: "harfbuzzjs/dist/harfbuzz.wasm", name: "harfbuzz", mib: 64 },
] as const;

/**
 * Writes `generated/{name}.wasm`: the packages' modules, each with a maximum of memory. Workers compile none at run
 * time.
 */
export async function writeWasmModules(root: string): Promise<void> {
  await Promise.all(
    modules.map(async ({ from, name, mib }) => {
      const wasm = await readFile(path.join(root, "node_modules", from));
      await writeIfChanged(limitMemory(wasm, mib), path.join(root, "generated", `${name}.wasm`));
    }),
  );
}
