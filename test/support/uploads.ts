import { env } from "cloudflare:workers";

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
