import { readConfig } from "../config.ts";
import type { Env } from "../env.ts";
import { thumbnailKey } from "../files/keys.ts";
import { storeFile } from "../files/store-file.ts";
import {
  findThumbnail,
  removeOtherThumbnails,
  storeThumbnailFailure,
  type Thumbnail,
} from "../files/thumbnail-files.ts";
import type { Appearance } from "../room/room-api.ts";
import { openRoom } from "../room/room-stub.ts";
import { ExportFailure } from "./export-failure.ts";
import { renderExport } from "./render.ts";
import { runExclusive } from "./renderer-mutex.ts";

/** The most thumbnails that one isolate makes or has waiting. It makes one after the other, about a second each. */
export const THUMBNAILS_WAITING_MAX = 8;
/** The longest time to draw one. Somebody waits for it, and the platform ends background work 30 s after the answer. */
export const THUMBNAIL_DRAW_MAX_MS = 20_000;

/** Raise this when thumbnails come out differently: those of an older edition are then made again. */
const EDITION = 2;
/** 1–100. People only glance at thumbnails. */
const QUALITY = 80;
/** How long to wait for the render before this one. After that the client must ask again. */
const WAIT_MAX_MS = 10_000;
/** After this time the request that needed the thumbnail is gone: an answer's background work has 30 s. */
const HOLD_MAX_MS = THUMBNAIL_DRAW_MAX_MS + 15_000;

/**
 * When this isolate began to make each thumbnail, or queued it, by key. One whose request was cut off is forgotten
 * after `HOLD_MAX_MS`.
 */
const inProgress = new Map<string, number>();

/** Says which thumbnail shows this appearance. */
export async function describeThumbnail(appearance: Appearance, size: number): Promise<Thumbnail> {
  const { document, annotationsSeq } = appearance;
  const { image, width, height } = document;
  const text = JSON.stringify([EDITION, image?.sha256, width, height, annotationsSeq, size]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const fingerprint = new Uint8Array(digest).subarray(0, 16).toHex();
  return { key: thumbnailKey(document.id, size, fingerprint), fingerprint };
}

/** Whether this isolate is making so many thumbnails that this one must wait for a later request. */
export function isBusy(wanted: Thumbnail): boolean {
  for (const [key, since] of inProgress) if (Date.now() - since > HOLD_MAX_MS) inProgress.delete(key);
  return inProgress.size >= THUMBNAILS_WAITING_MAX && !inProgress.has(wanted.key);
}

/** Whether this isolate is making this thumbnail already. */
export function isInProgress(wanted: Thumbnail): boolean {
  return inProgress.has(wanted.key);
}

/**
 * Draws the document as it was at the appearance's seq, stores the thumbnail and deletes older ones. Does nothing if
 * another request has made it in the meantime. Throws `RendererBusy` if exports keep the renderer for too long.
 */
export async function makeThumbnail(
  env: Env,
  appearance: Appearance,
  size: number,
  wanted: Thumbnail,
): Promise<void> {
  inProgress.set(wanted.key, Date.now());
  try {
    await runExclusive(
      async () => {
        const { current } = await findThumbnail(env.BUCKET, wanted);
        if (current) return;
        await draw(env, appearance, size, wanted);
        await removeOtherThumbnails(env.BUCKET, wanted);
      },
      { holdMaxMs: HOLD_MAX_MS, waitMaxMs: WAIT_MAX_MS },
    );
  } finally {
    inProgress.delete(wanted.key);
  }
}

async function draw(
  env: Env,
  { seq, document }: Appearance,
  size: number,
  { key }: Thumbnail,
): Promise<void> {
  const sources = {
    room: openRoom(env, document.id),
    bucket: env.BUCKET,
    assets: env.ASSETS,
    maxPixels: readConfig(env).MAX_IMAGE_PIXELS,
  };
  const options = { scale: 1, quality: QUALITY, background: "#ffffff" };
  const until = Date.now() + THUMBNAIL_DRAW_MAX_MS;
  try {
    await storeFile(env.BUCKET, key, "webp", async (write) =>
      renderExport({ seq, format: "webp", options, fit: size }, sources, write, async () => {
        if (Date.now() > until) throw new ExportFailure(TOO_SLOW);
      }),
    );
  } catch (error) {
    if (!(error instanceof ExportFailure)) throw error;
    await storeThumbnailFailure(env.BUCKET, key, error.message);
  }
}

const TOO_SLOW =
  "There is too much on the document to draw it while somebody waits. Make an export of it, which may take longer.";
