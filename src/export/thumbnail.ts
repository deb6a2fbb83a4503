import { readConfig } from "../config.ts";
import type { Env } from "../env.ts";
import type { Look } from "../room/room-api.ts";
import { openRoom } from "../room/room-stub.ts";
import { ExportFailure } from "../export-failure.ts";
import { runAlone } from "./one-at-a-time.ts";
import { renderExport } from "./render.ts";
import { storeFile } from "../files/store-file.ts";

/** Thumbnails that one isolate makes or has waiting: they are made one after the other, and each takes about a second. */
export const THUMBNAILS_WAITING_MAX = 8;
/** What a thumbnail may take to draw: whoever asks is waiting, and the platform ends what goes on 30 s after an answer. */
export const THUMBNAIL_DRAW_MAX_MS = 20_000;

/**
 * Small pictures of documents. They lie in R2 under `thumbnails/{document}/{size}/{print}`, where the print is a hash of what the document
 * looks like: what is there is right for ever, and what lies beside it is older. A document that can't be drawn has an empty file
 * there that says why, so that it is not tried again and again.
 */
export interface Thumbnail {
  key: string;
  /** Hash of the look and the size. */
  print: string;
  /** Why there is none. */
  failure?: string;
}

/** To be raised when thumbnails come out otherwise: those of an older edition are then made anew. */
const EDITION = 2;
/** 1–100: small pictures are looked at, not measured. */
const QUALITY = 80;
/** A failure is believed so long: its cause may lie outside of the document. */
const FAILURE_MAX_AGE_MS = 60 * 60_000;
/** For the render before it; then whoever asks is told to come again. */
const WAIT_MAX_MS = 10_000;
/** After so long the request that a thumbnail was for is gone: an answer's background work has 30 s. */
const TURN_MAX_MS = THUMBNAIL_DRAW_MAX_MS + 15_000;

/** What this isolate makes or has waiting, by key: since when. One whose request was cut off is forgotten after `TURN_MAX_MS`. */
const inTheMaking = new Map<string, number>();

/** The thumbnail that shows this look. */
export async function describeThumbnail(look: Look, size: number): Promise<Thumbnail> {
  const { document, annotationsSeq } = look;
  const { image, width, height } = document;
  const text = JSON.stringify([EDITION, image?.sha256, width, height, annotationsSeq, size]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const print = new Uint8Array(digest).subarray(0, 16).toHex();
  return { key: folderOf(document.id, size) + print, print };
}

function folderOf(documentId: string, size: number): string {
  return `thumbnails/${documentId}/${size}/`;
}

/** The wanted one as it is stored, if it is; else an older one of the document in that size. */
export async function findThumbnail(
  bucket: R2Bucket,
  wanted: Thumbnail,
): Promise<{ current?: Thumbnail; older?: Thumbnail }> {
  const stored = await bucket.head(wanted.key);
  if (stored) {
    const failure = stored.customMetadata?.["failure"];
    if (failure === undefined) return { current: wanted };
    if (Date.now() - stored.uploaded.getTime() < FAILURE_MAX_AGE_MS)
      return { current: { ...wanted, failure } };
  }
  const others = await listOthers(bucket, wanted);
  const key = others.find(({ size }) => size > 0)?.key;
  return key === undefined ? {} : { older: { key, print: key.slice(key.lastIndexOf("/") + 1) } };
}

/** Whether so many are being made here that another one must wait for a later request. */
export function isBusy(wanted: Thumbnail): boolean {
  for (const [key, since] of inTheMaking) if (Date.now() - since > TURN_MAX_MS) inTheMaking.delete(key);
  return inTheMaking.size >= THUMBNAILS_WAITING_MAX && !inTheMaking.has(wanted.key);
}

/** Whether this isolate is at it already. */
export function isInTheMaking(wanted: Thumbnail): boolean {
  return inTheMaking.has(wanted.key);
}

/**
 * Draws the document as it was at the look's seq, stores it and removes the older ones. Where another request has made it meanwhile it
 * does nothing. Throws `RendererBusy` where exports keep the renderer too long.
 */
export async function makeThumbnail(env: Env, look: Look, size: number, wanted: Thumbnail): Promise<void> {
  inTheMaking.set(wanted.key, Date.now());
  try {
    await runAlone(
      async () => {
        const { current } = await findThumbnail(env.BUCKET, wanted);
        if (current) return;
        await draw(env, look, size, wanted);
        const others = await listOthers(env.BUCKET, wanted);
        if (others.length > 0) await env.BUCKET.delete(others.map(({ key }) => key));
      },
      { turnMaxMs: TURN_MAX_MS, waitMaxMs: WAIT_MAX_MS },
    );
  } finally {
    inTheMaking.delete(wanted.key);
  }
}

async function draw(env: Env, { seq, document }: Look, size: number, { key }: Thumbnail): Promise<void> {
  const sources = {
    room: openRoom(env, document.id),
    bucket: env.BUCKET,
    assets: env.ASSETS,
    maxPixels: readConfig(env).MAX_IMAGE_PIXELS,
  };
  const options = { scale: 1, quality: QUALITY, background: "#ffffff" };
  const until = Date.now() + THUMBNAIL_DRAW_MAX_MS;
  try {
    const file = await renderExport({ seq, format: "webp", options, fit: size }, sources, async () => {
      if (Date.now() > until) throw new ExportFailure(TOO_SLOW);
    });
    await storeFile(env.BUCKET, key, file, "webp");
  } catch (error) {
    if (!(error instanceof ExportFailure)) throw error;
    await env.BUCKET.put(key, new Uint8Array(), { customMetadata: { failure: error.message } });
  }
}

const TOO_SLOW =
  "There is too much on the document to draw it while somebody waits. Make an export of it, which may take longer.";

async function listOthers(bucket: R2Bucket, { key }: Thumbnail): Promise<R2Object[]> {
  const { objects } = await bucket.list({ prefix: key.slice(0, key.lastIndexOf("/") + 1) });
  return objects.filter((object) => object.key !== key);
}
