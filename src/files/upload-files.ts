/**
 * Uploads in R2 whose hash is not known yet, under `uploads/{document}/`. Each is there for a second or two: until it
 * was copied to its place.
 */

/** An upload that is older was left by a service that died: its client has gone. */
const UPLOAD_MAX_AGE_MS = 60 * 60_000;

/** Deletes what uploads to this document have left behind. */
export async function removeOldUploads(bucket: R2Bucket, documentId: string): Promise<void> {
  const { objects } = await bucket.list({ prefix: `uploads/${documentId}/` });
  const old = objects.filter(({ uploaded }) => Date.now() - uploaded.getTime() > UPLOAD_MAX_AGE_MS);
  if (old.length > 0) await bucket.delete(old.map(({ key }) => key));
}
