import { tell } from "../readable.ts";

/** What can be uploaded. A stream is read to its end first, so that the upload can be sent again. */
export type Upload = Blob | BufferSource | ReadableStream<Uint8Array<ArrayBuffer>>;

export function toBlob(file: Upload): Blob | Promise<Blob> {
  return file instanceof Blob ? file : new Response(file).blob();
}

/** A second try begins anew: only what is more than before is told. */
export function rising(onProgress: (progress: number) => void): (progress: number) => void {
  let told = 0;
  return (progress) => {
    if (progress > told) tell([onProgress], (told = progress));
  };
}

/** So often progress is told, and so much is in memory: sockets take about as much at once. */
const PIECE_BYTES = 64 * 1024;

interface Init {
  method: string;
  headers: Headers;
  body: Blob;
  signal: AbortSignal | null;
}

/** Sends a file. `onProgress` hears which part of it is sent, as well as the platform can tell. */
export function sendWithProgress(
  address: string,
  init: Init,
  onProgress: (progress: number) => void,
  fetchFunction: typeof fetch | undefined,
): Promise<Response> {
  // A browser's `fetch` can't tell: not all of them send a stream, and none tells when it was sent.
  if (typeof XMLHttpRequest !== "undefined") {
    return fetchFunction ? fetchFunction(address, init) : sendByXhr(address, init, onProgress);
  }
  const streamed = { ...init, body: countedStream(init.body, onProgress), duplex: "half" };
  return (fetchFunction ?? fetch)(address, streamed);
}

/** The file, piece by piece. What has gone is told when the next piece is asked for. */
function countedStream(file: Blob, onProgress: (progress: number) => void): ReadableStream {
  let sent = 0;
  return new ReadableStream({
    async pull(controller) {
      if (sent > 0) onProgress(sent / file.size);
      const piece = await file.slice(sent, sent + PIECE_BYTES).bytes();
      sent += piece.byteLength;
      if (piece.byteLength > 0) controller.enqueue(piece);
      else controller.close();
    },
  });
}

function sendByXhr(
  address: string,
  { method, headers, body, signal }: Init,
  onProgress: (progress: number) => void,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    for (const [name, value] of headers) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", ({ loaded }) => onProgress(loaded / body.size));
    const abort = (): void => request.abort();
    signal?.addEventListener("abort", abort);
    request.addEventListener("loadend", () => {
      signal?.removeEventListener("abort", abort);
      const { status, responseText } = request;
      if (status === 0) {
        reject(new TypeError("The upload failed"));
        return;
      }
      const retryAfter = request.getResponseHeader("Retry-After");
      resolve(
        new Response(responseText, { status, headers: retryAfter ? { "Retry-After": retryAfter } : {} }),
      );
    });
    request.send(body);
  });
}
