import { imageKey } from "./keys.ts";

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
  /** Throws `ImageMissing`. */
  read(): AsyncIterable<Uint8Array>;
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
  return {
    size: head.size,
    async *read() {
      const object = await bucket.get(key);
      if (!object) throw new ImageMissing();
      // The platform's type says `any`; R2 sends bytes.
      yield* object.body as ReadableStream<Uint8Array>;
    },
  };
}
