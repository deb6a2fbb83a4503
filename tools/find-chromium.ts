import { existsSync } from "node:fs";
import path from "node:path";

/** As Debian, others and Google call it. */
const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The program that the variable `CHROMIUM` names, or one on the PATH; undefined: there is none. */
export function findChromium(): string | undefined {
  const named = process.env["CHROMIUM"];
  if (named !== undefined && named !== "") return named;
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(existsSync);
}
