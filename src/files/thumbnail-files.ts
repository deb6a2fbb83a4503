/**
 * Thumbnails in R2, under `thumbnails/{document}/{size}/{fingerprint}`. A file that is there is right for ever, and the
 * files beside it are older. For a document that can't be drawn there is an empty file that says why, so that it is not
 * drawn again for each request.
 */
export interface Thumbnail {
  key: string;
  /** A hash of what the thumbnail shows, and of its size. */
  fingerprint: string;
  /** Why there is none. */
  failure?: string;
}

/** How long a failure counts: its cause may lie outside the document. */
const FAILURE_MAX_AGE_MS = 60 * 60_000;

/** Finds the wanted thumbnail, or else an older one of the same document and size. */
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
  return key === undefined ? {} : { older: { key, fingerprint: key.slice(key.lastIndexOf("/") + 1) } };
}

/** Records that the thumbnail can't be drawn. */
export async function storeThumbnailFailure(bucket: R2Bucket, key: string, failure: string): Promise<void> {
  await bucket.put(key, new Uint8Array(), { customMetadata: { failure } });
}

/** Deletes the other thumbnails of the same document and size: all of them are older. */
export async function removeOtherThumbnails(bucket: R2Bucket, thumbnail: Thumbnail): Promise<void> {
  const others = await listOthers(bucket, thumbnail);
  if (others.length > 0) await bucket.delete(others.map(({ key }) => key));
}

async function listOthers(bucket: R2Bucket, { key }: Thumbnail): Promise<R2Object[]> {
  const { objects } = await bucket.list({ prefix: key.slice(0, key.lastIndexOf("/") + 1) });
  return objects.filter((object) => object.key !== key);
}
