import type { Context } from "hono";
import { keyOfPreview, makePreview, removeOtherPreviews, type Preview } from "../../export/preview.ts";
import { imageKey } from "../../files/keys.ts";
import { findMadePicture } from "../../files/made-pictures.ts";
import type { AppEnv } from "../app-env.ts";
import { acceptedQuality } from "./accept.ts";
import { refusal } from "./refusal.ts";
import { serveFile } from "./serve-file.ts";
import { waitForPicture } from "./wait-for-picture.ts";

interface WantedPreview {
  documentId: string;
  sha256: string;
  width: number;
  /** The document's present image. */
  present: string | undefined;
  cacheControl: string;
  /** The refusal if the document never had the image. */
  missing: { code: "image_not_found"; message: string };
}

const contentTypes = { webp: "image/webp", jpg: "image/jpeg" } as const;

/** Answers with a preview of an image, as WebP or JPEG. Makes it first if nobody has asked for it before. */
export async function servePreview(c: Context<AppEnv>, wanted: WantedPreview): Promise<Response> {
  const { BUCKET } = c.env;
  const { documentId, sha256, width, present, cacheControl } = wanted;
  const preview: Preview = { documentId, sha256, width, format: chooseFormat(c.req.header("Accept")) };
  const key = keyOfPreview(preview);
  let made = await findMadePicture(BUCKET, key);
  if (!made) {
    const { code, message } = wanted.missing;
    if (!(await BUCKET.head(imageKey(documentId, sha256)))) throw refusal(code, message);
    await waitForPicture(c, key, async () => {
      await makePreview(c.env, preview);
      if (sha256 === present) await removeOtherPreviews(BUCKET, documentId, sha256);
    });
    made = await findMadePicture(BUCKET, key);
  }
  if (made?.failure !== undefined) throw refusal("not_drawable", made.failure);
  c.header("Vary", "Accept", { append: true });
  return serveFile(c, {
    key,
    contentType: contentTypes[preview.format],
    cacheControl,
    // The picture was replaced just now, and its previews went with it.
    missing: { code: "unavailable", message: "The preview is being renewed: try again" },
  });
}

/**
 * WebP for whoever accepts it as much as JPEG, with `image/*`, with any type or without the header, too. It is smaller,
 * and has transparent pixels. Whoever accepts neither gets a JPEG: as RFC 9110 §12.5.1 allows, the header is ignored
 * then, since a picture that may be of use is better than none.
 */
function chooseFormat(accept: string | undefined): Preview["format"] {
  const webp = acceptedQuality(accept, contentTypes.webp);
  return webp > 0 && webp >= acceptedQuality(accept, contentTypes.jpg) ? "webp" : "jpg";
}
