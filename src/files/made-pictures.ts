/**
 * Pictures in R2 that are made when they are first asked for: thumbnails and previews. For one that can't be made there
 * is an empty file that says why, so that not every request tries again.
 */
export interface MadePicture {
  /** Why there is none. */
  failure?: string;
}

/** How long a failure counts: its cause may lie outside the picture. */
const FAILURE_MAX_AGE_MS = 60 * 60_000;

/** Finds what is known of a picture. undefined: it is to be made. */
export async function findMadePicture(bucket: R2Bucket, key: string): Promise<MadePicture | undefined> {
  const stored = await bucket.head(key);
  if (!stored) return undefined;
  const failure = stored.customMetadata?.["failure"];
  if (failure === undefined) return {};
  return Date.now() - stored.uploaded.getTime() < FAILURE_MAX_AGE_MS ? { failure } : undefined;
}

/** Records that a picture can't be made. */
export async function storeFailure(bucket: R2Bucket, key: string, failure: string): Promise<void> {
  await bucket.put(key, new Uint8Array(), { customMetadata: { failure } });
}

/** Deletes the files under `prefix` whose keys don't start with `kept`. */
export async function removeOthers(bucket: R2Bucket, prefix: string, kept: string): Promise<void> {
  const { objects } = await bucket.list({ prefix });
  const others = objects.filter(({ key }) => !key.startsWith(kept));
  if (others.length > 0) await bucket.delete(others.map(({ key }) => key));
}
