import { imageKey } from "./keys.ts";
import { readPieces } from "./pieces.ts";

/** R2 does not have the image. The message tells a person what to do. */
export class ImageMissing extends Error {
  constructor() {
    super("The document's picture is missing from the storage. Upload it again.");
  }
}

/** A stored image. It can be read more than once. */
export interface StoredImageFile {
  /** Bytes. */
  size: number;
  /** Streams the file from `offset` (by default 0) to its end. Throws `ImageMissing`. */
  read(offset?: number): AsyncIterable<Uint8Array>;
  /** Reads `length` bytes from `offset`, or fewer where the file ends before. Throws `ImageMissing`. */
  readRange(offset: number, length: number): Promise<Uint8Array>;
}

/** Finds a document's base image in R2. Throws `ImageMissing`. */
export async function openImageFile(
  bucket: R2Bucket,
  documentId: string,
  { sha256 }: { sha256: string },
): Promise<StoredImageFile> {
  const key = imageKey(documentId, sha256);
  const head = await bucket.head(key);
  if (!head) throw new ImageMissing();
  const get = async (range: R2Range): Promise<R2ObjectBody> => {
    const object = await bucket.get(key, { range });
    if (!object) throw new ImageMissing();
    return object;
  };
  return {
    size: head.size,
    async *read(offset = 0) {
      if (offset >= head.size) return;
      yield* readPieces((await get({ offset })).body);
    },
    async readRange(offset, length) {
      const available = Math.min(length, head.size - offset);
      if (available <= 0) return new Uint8Array();
      const object = await get({ offset, length: available });
      return new Uint8Array(await object.arrayBuffer());
    },
  };
}
