import { exportFileName, type ExportFormat } from "../protocol/model/export-job.ts";
import type { Env } from "../env.ts";
import { exportKey } from "./keys.ts";
import { readRanges, sendPieces } from "./pieces.ts";

/** The files of exports in R2 and, in local runs, their copies in the folder `./exports`. R2 is the truth. */

type Stores = Pick<Env, "BUCKET" | "EXPORTS_DIR">;

/** How long writing a copy may take: less than a job's lease. The runtime never ends a write to a full disk. */
const MIRROR_MAX_MS = 10_000;

/** Copies an export into the local folder. A copy that fails is only logged. */
export async function mirrorFile(env: Stores, id: string, format: ExportFormat): Promise<void> {
  const folder = env.EXPORTS_DIR;
  // Where deployed, the binding is an empty string.
  if (folder === undefined || typeof folder === "string") return;
  const name = exportFileName(id, format);
  try {
    const key = exportKey(id, format);
    const file = await env.BUCKET.head(key);
    if (!file) throw new Error("it is not in R2");
    const signal = AbortSignal.timeout(MIRROR_MAX_MS);
    const response = await sendPieces(file.size, readRanges(env.BUCKET, key, file.size), (body) =>
      folder.fetch(`http://disk/${name}`, { method: "PUT", body, signal }),
    );
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the folder answered ${response.status}`);
  } catch (error) {
    // oxlint-disable-next-line no-console
    console.warn(`The copy exports/${name} was not written:`, error);
  }
}

/** Deletes an export from R2 and from the local folder. A failure is only logged: a file that stays does no harm. */
export async function removeFile(env: Stores, id: string, format: ExportFormat): Promise<void> {
  const name = exportFileName(id, format);
  const folder = env.EXPORTS_DIR;
  try {
    await env.BUCKET.delete(exportKey(id, format));
    if (folder === undefined || typeof folder === "string") return;
    const response = await folder.fetch(`http://disk/${name}`, { method: "DELETE" });
    await response.body?.cancel();
  } catch (error) {
    // oxlint-disable-next-line no-console
    console.warn(`The file exports/${name} was not removed:`, error);
  }
}
