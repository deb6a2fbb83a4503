/** The body is larger than allowed. `bytes` is its whole size where the client has told it. */
export interface TooLarge {
  tooLarge: true;
  bytes: number | undefined;
}

/**
 * The request's body, counted while it comes: a wrong or missing Content-Length does not get past `maxBytes`, and a
 * body over it is not read to its end.
 */
export async function readBody(
  request: Request,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | TooLarge> {
  const declared = Number(request.headers.get("Content-Length") ?? Number.NaN);
  if (declared > maxBytes) {
    await request.body?.cancel();
    return { tooLarge: true, bytes: declared };
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream: AsyncIterable<Uint8Array> | Uint8Array[] = request.body ?? [];
  for await (const chunk of stream) {
    length += chunk.byteLength;
    // Leaving the loop cancels the stream.
    if (length > maxBytes) return { tooLarge: true, bytes: undefined };
    chunks.push(chunk);
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
}
