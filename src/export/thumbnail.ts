import { readConfig } from "../config.ts";
import type { Env } from "../env.ts";
import { thumbnailKey } from "../files/keys.ts";
import { removeOtherThumbnails, type Thumbnail } from "../files/thumbnail-files.ts";
import type { ThumbnailLayer } from "../protocol/queries.ts";
import type { Appearance } from "../room/room-api.ts";
import { openRoom } from "../room/room-stub.ts";
import { makePicture } from "./make-picture.ts";
import { renderExport } from "./render.ts";

/** Raise this when thumbnails come out differently: those of an older edition are then made again. */
const EDITION = 2;
/** 1–100. People only glance at thumbnails. */
const QUALITY = 80;

const TRANSPARENT = "#ffffff00";

const TOO_SLOW =
  "There is too much on the document to draw it while somebody waits. Make an export of it, which may take longer.";

/** Which thumbnail of a document is wanted. */
export interface ThumbnailShape {
  /** The longer side in pixels. */
  size: number;
  layer: ThumbnailLayer;
}

/** Says which thumbnail shows this appearance. */
export async function describeThumbnail(
  appearance: Appearance,
  { size, layer }: ThumbnailShape,
): Promise<Thumbnail> {
  const { document, annotationsSeq } = appearance;
  const { image, width, height } = document;
  const shown = layer === "all" ? image?.sha256 : layer;
  const text = JSON.stringify([EDITION, shown, width, height, annotationsSeq, size]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const fingerprint = new Uint8Array(digest).subarray(0, 16).toHex();
  return { key: thumbnailKey(document.id, size, layer, fingerprint), fingerprint };
}

/**
 * Draws the document as it was at the appearance's seq, stores the thumbnail and deletes older ones. Throws as
 * `makePicture` does.
 */
export async function makeThumbnail(
  env: Env,
  { seq, document }: Appearance,
  { size, layer }: ThumbnailShape,
  wanted: Thumbnail,
): Promise<void> {
  const sources = {
    room: openRoom(env, document.id),
    bucket: env.BUCKET,
    assets: env.ASSETS,
    limits: readConfig(env),
  };
  const withoutImage = layer === "annotations";
  const options = { scale: 1, quality: QUALITY, background: withoutImage ? TRANSPARENT : "#ffffff" };
  const job = { seq, format: "webp" as const, options, fit: size, withoutImage };
  await makePicture({
    bucket: env.BUCKET,
    key: wanted.key,
    format: job.format,
    draw: async (write, reportProgress) => renderExport(job, sources, write, reportProgress),
    tooSlow: TOO_SLOW,
  });
  await removeOtherThumbnails(env.BUCKET, wanted);
}
