import type { Image } from "../../protocol/document.ts";
import { ExportFailure } from "../export-failure.ts";
import { readImageInfo, type ImageInfo } from "../image-info.ts";
import type { PhotonInstance, Vector } from "./photon.ts";

/** Where a base image lies in R2. */
export function imageKey(documentId: string, sha256: string): string {
  return `images/${documentId}/${sha256}`;
}

/** A stored picture's bytes. Throws `ExportFailure` where it is missing or damaged. */
export async function readPicture(
  bucket: R2Bucket,
  documentId: string,
  image: Image,
): Promise<{ bytes: Uint8Array; info: ImageInfo }> {
  const object = await getPicture(bucket, documentId, image);
  const bytes = new Uint8Array(await object.arrayBuffer());
  return { bytes, info: checkHeader(bytes) };
}

/** A stored picture, streamed into Photon's memory: a copy in the JavaScript heap would be one too many. Throws as `readPicture`. */
export async function readPictureInto(
  photon: PhotonInstance,
  bucket: R2Bucket,
  documentId: string,
  image: Image,
): Promise<{ file: Vector; info: ImageInfo }> {
  const object = await getPicture(bucket, documentId, image);
  const file = photon.allocate(object.size);
  // The platform's type says `any`; R2 sends bytes.
  const body = object.body as ReadableStream<Uint8Array>;
  let filled = 0;
  for await (const part of body) {
    photon.view(file).set(part, filled);
    filled += part.byteLength;
  }
  return { file, info: checkHeader(photon.view(file)) };
}

async function getPicture(bucket: R2Bucket, documentId: string, image: Image): Promise<R2ObjectBody> {
  const object = await bucket.get(imageKey(documentId, image.sha256));
  if (!object)
    throw new ExportFailure("The document's picture is missing from the storage. Upload it again.");
  return object;
}

function checkHeader(bytes: Uint8Array): ImageInfo {
  const info = readImageInfo(bytes);
  if (!info.ok) throw new ExportFailure(info.error.message);
  return info.value;
}
