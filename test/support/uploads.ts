import { env } from "cloudflare:workers";
import { imageKey } from "../../src/files/keys.ts";
import { png } from "./export/sample-headers.ts";
import { postDocument } from "./http.ts";
import { good, open, roomOf } from "./room.ts";

const PIECE_BYTES = 1024 * 1024;

/** A body of the head and then zeros, `size` bytes in all, without a Content-Length. Counts what was taken of it. */
export function streamOf(head: Uint8Array, size: number): { body: ReadableStream; sent: () => number } {
  let sent = 0;
  const send = (controller: ReadableByteStreamController, bytes: Uint8Array): void => {
    sent += bytes.byteLength;
    controller.enqueue(bytes);
    if (sent === size) controller.close();
  };
  const body = new ReadableStream({
    type: "bytes",
    start: (controller) => send(controller, head.slice()),
    pull: (controller) => send(controller, new Uint8Array(Math.min(PIECE_BYTES, size - sent))),
  });
  return { body, sent: () => sent };
}

/** A file of this size: the picture, and zeros after its end, which nobody shows. */
export function pad(picture: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  bytes.set(picture);
  return bytes;
}

/** Everything that R2 has of a document's pictures and uploads. */
export async function storedKeys(documentId: string): Promise<string[]> {
  const lists = await Promise.all(
    ["images", "uploads"].map(async (folder) => env.BUCKET.list({ prefix: `${folder}/${documentId}/` })),
  );
  return lists.flatMap(({ objects }) => objects.map(({ key }) => key));
}

/** A new document whose picture can't be decoded: an upload would refuse it. Returns its id. */
export async function postBrokenPicture(): Promise<string> {
  const { id } = await postDocument();
  const bytes = png(60, 40);
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  await env.BUCKET.put(imageKey(id, sha256), bytes);
  const image = {
    sha256,
    content_type: "image/png" as const,
    bytes: bytes.byteLength,
    width: 60,
    height: 40,
  };
  good(await roomOf(id).setImage(open, image, {}));
  return id;
}
