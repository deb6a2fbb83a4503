import type { Image } from "../protocol/model/document.ts";

/** An image as it is stored. Its URL follows from the document. */
export type StoredImage = Omit<Image, "url">;

/** Where an image of a document is served. */
export function imageUrl(documentId: string, hash: string): string {
  return `/v1/documents/${documentId}/image?sha256=${hash}`;
}
