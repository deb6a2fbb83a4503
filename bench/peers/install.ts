import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

export const peersFolder = import.meta.dirname;

/** Installs the peers by their lock file, the first time. None of their install scripts is needed. */
export function installPeers(): void {
  if (existsSync(path.join(peersFolder, "node_modules/.package-lock.json"))) return;
  console.error("installing the peers into bench/peers/node_modules");
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts"], { cwd: peersFolder, stdio: "inherit" });
  if (status !== 0) throw new Error("npm could not install the peers of bench/peers/package.json");
}
