import { readFile } from "node:fs/promises";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { compileC, readPackageVersion, type Sources } from "./compile-c.ts";
import { readTar } from "./read-tar.ts";

/** What the module's memory may grow to, of the 128 MB of an isolate. Without more, libwebp gives up. */
const MEMORY_MAX_BYTES = 96 * 1024 * 1024;

/** The package with the source of libwebp 1.2.1, for which it would build a program. */
const PACKAGE = "cwebp-bin";
const ARCHIVE = "vendor/source/libwebp-1.2.1.tar.gz";
const LIBRARY = "libwebp";
const FOLDER = "src/raster/webp-codec";

const flags = [
  // WebAssembly with a C library: libwebp allocates, and takes powers and logarithms.
  "--target=wasm32-wasip1",
  "-mexec-model=reactor",
  "-std=c23",
  "-O2",
  // libwebp has SIMD of its own. What clang would find beyond that makes the module a third larger, and not faster.
  "-fno-vectorize",
  "-fno-slp-vectorize",
  "-fno-unroll-loops",
  "-msimd128",
  "-mbulk-memory",
  // Old code that takes pointers to bytes for pointers to words.
  "-fno-strict-aliasing",
  `-I${FOLDER}`,
  `-I${FOLDER}/${LIBRARY}`,
  "-DNDEBUG",
  // Chooses libwebp's SIMD for SSE2, which includes our `emmintrin.h`.
  "-D__SSE2__",
  // Leave out what is not used: scaling, other orders of channels, statistics.
  "-DWEBP_REDUCE_SIZE",
  "-DWEBP_REDUCE_CSP",
  "-DWEBP_DISABLE_STATS",
  "-DWEBP_NEAR_LOSSLESS=0",
  // Puts our functions in the place of libwebp's own: see the C files.
  "-Wl,--wrap=VP8IteratorNext",
  "-Wl,--wrap=VP8LBuildHuffmanTable",
  `-Wl,--max-memory=${MEMORY_MAX_BYTES}`,
  // A stack that overflows runs into address 0 and traps, instead of into the data behind it.
  "-Wl,--stack-first",
  "-Wl,-z,stack-size=131072",
  // Keeps the names of functions, which the stack of a trap shows.
  "-Wl,--strip-debug",
];

/** The files that are compiled: decoder and encoder, and of their SIMD only that for SSE2. */
const isUsed = (name: string): boolean =>
  /^src\/(?:dec|dsp|enc|utils|webp)\/\w+\.[ch]$/.test(name) &&
  !/_(?:neon|mips32|mips_dsp_r2|msa|sse41)\.c$/.test(name);

/**
 * Writes `generated/webp-codec.wasm`: libwebp, with our own functions around it, if it is not there as its sources are
 * now.
 */
export async function compileWebp(root: string): Promise<void> {
  await compileC(root, {
    title: "libwebp",
    folder: FOLDER,
    output: "generated/webp-codec.wasm",
    duration: "20 to 60 seconds",
    flags,
    library: { version: await readPackageVersion(PACKAGE), folder: LIBRARY, read: readLibrary },
  });
}

async function readLibrary(): Promise<Sources> {
  const archive = path.join(import.meta.dirname, "../node_modules", PACKAGE, ARCHIVE);
  const sources: Sources = {};
  for (const { name, content } of readTar(gunzipSync(await readFile(archive)))) {
    const inside = name.slice(name.indexOf("/") + 1);
    if (isUsed(inside)) sources[inside] = content.toString();
  }
  return sources;
}
