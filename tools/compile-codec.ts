import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { readIfThere, writeIfChanged } from "./write-if-changed.ts";

/** All C files of this folder become one module. The paths are those that clang's messages name. */
const SOURCES = "src/raster/jpeg-codec";
const OUTPUT = "generated/jpeg-codec.wasm";

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

/** The custom section of the module (WebAssembly core specification §5.5.3) that says what it was made from. */
const FINGERPRINT_SECTION = "fingerprint";
/** A module is far smaller. The default is 1 MiB. */
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Writes `generated/jpeg-codec.wasm`, compiled from C by clang, which is an npm package. It does nothing if the module
 * there was made from the same sources by the same compiler: the module carries a fingerprint. Several processes may do
 * this at once: each writes the same bytes. Throws clang's messages.
 */
export async function compileCodec(root: string): Promise<void> {
  const sources = await readSources(path.join(root, SOURCES));
  const section = makeFingerprintSection(await readCompilerVersion(), sources);
  const output = path.join(root, OUTPUT);
  const present = await readIfThere(output);
  if (present?.subarray(-section.byteLength).equals(section)) return;
  console.log("Compiling the JPEG codec: this takes 3 to 12 seconds, and is kept until its source changes…");
  await writeIfChanged(Buffer.concat([await runClang(sources), section]), output);
}

type Sources = Record<string, string>;

/** The C files and headers of a folder, by name, in a fixed order. */
async function readSources(folder: string): Promise<Sources> {
  const names = (await readdir(folder)).filter((name) => /\.[ch]$/.test(name)).sort();
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, await readFile(path.join(folder, name), "utf8")] as const),
    ),
  );
}

async function readCompilerVersion(): Promise<string> {
  // The package exports no version without loading the compiler.
  const file = path.join(import.meta.dirname, "../node_modules/@yowasp/clang/package.json");
  const { version } = JSON.parse(await readFile(file, "utf8"));
  return String(version);
}

/** A section that holds a hash of everything that the module depends on. */
function makeFingerprintSection(version: string, sources: Sources): Buffer {
  const hash = createHash("sha256")
    .update(JSON.stringify([version, flags, sources]))
    .digest();
  const name = Buffer.from(FINGERPRINT_SECTION);
  // Each length is below 128, and so a single byte of LEB128.
  const content = Buffer.concat([Uint8Array.of(name.byteLength), name, hash]);
  return Buffer.concat([Uint8Array.of(0, content.byteLength), content]);
}

/**
 * Runs clang in a process of its own. Its memory, up to 0.9 GB, ends with that process, while `npm run serve` compiles
 * and then runs on.
 */
function runClang(sources: Sources): Promise<Buffer> {
  const script = path.join(import.meta.dirname, "clang.ts");
  const nodeFlags = ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"];
  const files = Object.keys(sources).filter((name) => name.endsWith(".c"));
  const args = [...nodeFlags, script, SOURCES, ...flags, ...files.map((name) => `${SOURCES}/${name}`)];
  return new Promise((resolve, reject) => {
    const options = { encoding: "buffer", maxBuffer: OUTPUT_BYTES_MAX } as const;
    const child = execFile(process.execPath, args, options, (error, output, messages) => {
      if (!error) resolve(output);
      else reject(new Error(`${SOURCES} does not compile:\n${String(messages) || error.message}`));
    });
    child.stdin?.end(JSON.stringify(sources));
  });
}
