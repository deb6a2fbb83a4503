import { findMadePicture, type MadePicture, removeOthers } from "./made-pictures.ts";

/**
 * A thumbnail in R2, under `thumbnails/{document}/{size}/{fingerprint}`. A file that is there is right for ever, and the
 * files beside it are older.
 */
export interface Thumbnail extends MadePicture {
  key: string;
  /** A hash of what the thumbnail shows, and of its size. */
  fingerprint: string;
}

/** Finds the wanted thumbnail, or else an older one of the same document and size. */
export async function findThumbnail(
  bucket: R2Bucket,
  wanted: Thumbnail,
): Promise<{ current?: Thumbnail; older?: Thumbnail }> {
  const made = await findMadePicture(bucket, wanted.key);
  if (made) return { current: { ...wanted, ...made } };
  const { objects } = await bucket.list({ prefix: folderOf(wanted) });
  const key = objects.find((object) => object.key !== wanted.key && object.size > 0)?.key;
  return key === undefined ? {} : { older: { key, fingerprint: key.slice(key.lastIndexOf("/") + 1) } };
}

/** Deletes the other thumbnails of the same document and size: all of them are older. */
export async function removeOtherThumbnails(bucket: R2Bucket, thumbnail: Thumbnail): Promise<void> {
  await removeOthers(bucket, folderOf(thumbnail), thumbnail.key);
}

function folderOf({ key }: Thumbnail): string {
  return key.slice(0, key.lastIndexOf("/") + 1);
}
