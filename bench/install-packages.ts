import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

/**
 * Installs what a bench is measured beside, by the lock file in `folder`, the first time. Install scripts are not run.
 */
export function installPackages(folder: string): void {
  if (existsSync(path.join(folder, "node_modules/.package-lock.json"))) return;
  console.error(`installing packages into bench/${path.basename(folder)}/node_modules`);
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts"], { cwd: folder, stdio: "inherit" });
  if (status !== 0) throw new Error(`npm could not install bench/${path.basename(folder)}/package.json`);
}
