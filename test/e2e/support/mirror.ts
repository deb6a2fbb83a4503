import { access, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { exportFileName, type ExportJob } from "../../../src/protocol/model/export-job.ts";
import { projectRoot } from "../../../tools/project.ts";
import { waitFor } from "./wait-for.ts";

/** Where a local run writes a finished export. */
function mirrorPath({ id, format }: ExportJob): string {
  return path.join(projectRoot, "exports", exportFileName(id, format));
}

/** The bytes of a finished export in `./exports`, once they are there. */
export async function readMirrored(job: ExportJob): Promise<Buffer> {
  return waitFor("the file in ./exports", () => readFile(mirrorPath(job)).catch(() => undefined));
}

export async function isMirrored(job: ExportJob): Promise<boolean> {
  return access(mirrorPath(job)).then(
    () => true,
    () => false,
  );
}

export async function removeMirrored(job: ExportJob): Promise<void> {
  await rm(mirrorPath(job), { force: true });
}
