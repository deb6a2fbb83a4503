import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/** Writes a file whole, and only where it differs: several processes may do this at once, and others watch. */
export async function writeIfChanged(wanted: Buffer, to: string): Promise<void> {
  const present = await readIfThere(to);
  if (present?.equals(wanted)) return;
  await mkdir(path.dirname(to), { recursive: true });
  const half = `${to}.${process.pid}.tmp`;
  try {
    await writeFile(half, wanted);
    await rename(half, to);
  } finally {
    await rm(half, { force: true });
  }
}

/** A file's bytes; undefined: there is none. */
export async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
