import { findMadePicture, storeFailure } from "../files/made-pictures.ts";
import { storeFile } from "../files/store-file.ts";
import type { WriteBytes } from "../write-bytes.ts";
import { ExportFailure, toExportFailure } from "./export-failure.ts";
import type { RasterFormat, ReportProgress } from "./render-raster.ts";
import { runExclusive } from "./renderer-mutex.ts";

/**
 * Makes the pictures that somebody waits for, thumbnails and previews. This isolate makes one after the other, and none
 * beside an export.
 */

/** The most pictures that one isolate makes or has waiting. Each takes about a second. */
export const PICTURES_WAITING_MAX = 8;
/** The longest time to make one. Somebody waits for it, and the platform ends background work 30 s after the answer. */
export const PICTURE_MAX_MS = 20_000;

/** How long to wait for the render before this one. After that the client must ask again. */
const WAIT_MAX_MS = 10_000;
/** After this time the request that needed the picture is gone: an answer's background work has 30 s. */
const HOLD_MAX_MS = PICTURE_MAX_MS + 15_000;

/**
 * When this isolate began to make each picture, or queued it, by key. One whose request was cut off is forgotten after
 * `HOLD_MAX_MS`.
 */
const inProgress = new Map<string, number>();

export interface Picture {
  bucket: R2Bucket;
  /** Where it is to be stored. */
  key: string;
  format: RasterFormat;
  /** Writes the file. `reportProgress` throws when time is up. */
  draw: (write: WriteBytes, reportProgress: ReportProgress) => Promise<unknown>;
  /** For a person, if it takes too long. */
  tooSlow: string;
}

/** Whether this isolate is making so many pictures that this one must wait for a later request. */
export function isBusy(key: string): boolean {
  for (const [other, since] of inProgress) if (Date.now() - since > HOLD_MAX_MS) inProgress.delete(other);
  return inProgress.size >= PICTURES_WAITING_MAX && !inProgress.has(key);
}

/** Whether this isolate is making this picture already. */
export function isInProgress(key: string): boolean {
  return inProgress.has(key);
}

/**
 * Makes a picture and stores it, or stores why it can't be made. Does nothing if another request has made it in the
 * meantime. Throws `RendererBusy` if exports keep the renderer for too long.
 */
export async function makePicture(picture: Picture): Promise<void> {
  const { bucket, key } = picture;
  inProgress.set(key, Date.now());
  try {
    await runExclusive(
      async () => {
        if (!(await findMadePicture(bucket, key))) await drawAndStore(picture);
      },
      { holdMaxMs: HOLD_MAX_MS, waitMaxMs: WAIT_MAX_MS },
    );
  } finally {
    inProgress.delete(key);
  }
}

async function drawAndStore({ bucket, key, format, draw, tooSlow }: Picture): Promise<void> {
  const until = Date.now() + PICTURE_MAX_MS;
  const checkTime = async (): Promise<void> => {
    if (Date.now() > until) throw new ExportFailure(tooSlow);
  };
  try {
    await storeFile(bucket, key, format, async (write) => draw(write, checkTime));
  } catch (error) {
    const failure = toExportFailure(error);
    if (!(failure instanceof ExportFailure)) throw error;
    await storeFailure(bucket, key, failure.message);
  }
}
