import { compileC } from "./compile-c.ts";

/**
 * What the module's memory may grow to: half of what an isolate has. A decoder and an encoder are two instances, and
 * the widest picture takes a few MiB of each. `memory.c` traps beyond it.
 */
const MEMORY_MAX_BYTES = 64 * 1024 * 1024;

const flags = [
  "--target=wasm32",
  "-std=c23",
  // There is no C library.
  "-ffreestanding",
  "-nostdlib",
  "-O3",
  "-flto",
  "-msimd128",
  "-mbulk-memory",
  // The compiler's version is pinned, so a new warning can't break anyone's build.
  "-Wall",
  "-Wextra",
  "-Werror",
  "-Wl,--no-entry",
  `-Wl,--max-memory=${MEMORY_MAX_BYTES}`,
  // A stack that overflows runs into address 0 and traps, instead of into the tables behind it.
  "-Wl,--stack-first",
  "-Wl,-z,stack-size=65536",
  // Keeps the names of functions, which the stack of a trap shows.
  "-Wl,--strip-debug",
];

/** Writes `generated/pixel-codec.wasm`, if it is not there as its sources are now. */
export async function compilePixelCodec(root: string): Promise<void> {
  await compileC(root, {
    title: "the pixel codec",
    folder: "src/raster/pixel-codec",
    output: "generated/pixel-codec.wasm",
    duration: "3 to 12 seconds",
    flags,
  });
}
