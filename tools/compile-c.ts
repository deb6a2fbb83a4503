import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { readIfThere, writeIfChanged } from "./write-if-changed.ts";

/** A WebAssembly module that is compiled from C. */
export interface CModule {
  /** What it is, for a person. */
  title: string;
  /** The folder of its C files, from the root. clang's messages name the files with it. */
  folder: string;
  /** The module's own file, from the root. */
  output: string;
  /** How long compiling takes, for a person. */
  duration: string;
  flags: readonly string[];
  /** A library that is compiled with it. */
  library?: CLibrary;
}

export interface CLibrary {
  /** The sources are the same as long as this is. */
  version: string;
  /** The folder that the sources appear under, inside the module's. */
  folder: string;
  /** Returns the sources, by their paths in that folder. */
  read(): Promise<Sources>;
}

/** Texts of files, by path. */
export type Sources = Record<string, string>;

/** The custom section of the module (WebAssembly core specification §5.5.3) that says what it was made from. */
const FINGERPRINT_SECTION = "fingerprint";
/** A module is far smaller. The default is 1 MiB. */
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Writes the module, compiled from C by clang, which is an npm package. It does nothing if the module there was made
 * from the same sources by the same compiler: the module carries a fingerprint. Several processes may do this at once:
 * each writes the same bytes. Throws clang's messages.
 */
export async function compileC(root: string, module: CModule): Promise<void> {
  const sources = await readSources(path.join(root, module.folder));
  const section = await makeFingerprintSection(module, sources);
  const output = path.join(root, module.output);
  const present = await readIfThere(output);
  if (present?.subarray(-section.byteLength).equals(section)) return;
  console.log(
    `Compiling ${module.title}: this takes ${module.duration}, and is kept until its source changes…`,
  );
  if (module.library) {
    for (const [name, text] of Object.entries(await module.library.read())) {
      sources[`${module.library.folder}/${name}`] = text;
    }
  }
  await writeIfChanged(Buffer.concat([await runClang(module, sources), section]), output);
}

/** The C files and headers of a folder, by name, in a fixed order. */
async function readSources(folder: string): Promise<Sources> {
  const names = (await readdir(folder)).filter((name) => /\.[ch]$/.test(name)).sort();
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, await readFile(path.join(folder, name), "utf8")] as const),
    ),
  );
}

/** A section that holds a hash of everything that the module depends on. */
async function makeFingerprintSection({ flags, library }: CModule, sources: Sources): Promise<Buffer> {
  const parts = [await readPackageVersion("@yowasp/clang"), flags, sources, library?.version];
  const hash = createHash("sha256").update(JSON.stringify(parts)).digest();
  const name = Buffer.from(FINGERPRINT_SECTION);
  // Each length is below 128, and so a single byte of LEB128.
  const content = Buffer.concat([Uint8Array.of(name.byteLength), name, hash]);
  return Buffer.concat([Uint8Array.of(0, content.byteLength), content]);
}

/** The version of an installed package. Importing the package itself would run it. */
export async function readPackageVersion(name: string): Promise<string> {
  const file = path.join(import.meta.dirname, "../node_modules", name, "package.json");
  return String(JSON.parse(await readFile(file, "utf8")).version);
}

/**
 * Runs clang in a process of its own. Its memory, about 1 GB, ends with that process, while `npm run serve` compiles and
 * then runs on.
 */
function runClang({ folder, flags }: CModule, sources: Sources): Promise<Buffer> {
  const script = path.join(import.meta.dirname, "clang.ts");
  const nodeFlags = ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"];
  const files = Object.keys(sources).filter((name) => name.endsWith(".c"));
  const args = [...nodeFlags, script, ...flags, ...files.map((name) => `${folder}/${name}`)];
  return new Promise((resolve, reject) => {
    const options = { encoding: "buffer", maxBuffer: OUTPUT_BYTES_MAX } as const;
    const child = execFile(process.execPath, args, options, (error, output, messages) => {
      if (!error) resolve(output);
      else reject(new Error(`${folder} does not compile:\n${String(messages) || error.message}`));
    });
    const paths = Object.entries(sources).map(([name, source]) => [`${folder}/${name}`, source]);
    child.stdin?.end(JSON.stringify(Object.fromEntries(paths)));
  });
}
