import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { noticeArrival } from "../../src/event-loop.ts";
import { PIECE_BYTES, readPieces, readRanges, sendBytes, type SentBody } from "../../src/files/pieces.ts";
import { logBucket } from "../support/log-bucket.ts";

const MIB = 1024 * 1024;
const RANGE_BYTES = 2 * MIB;

/** How many turns others get while the work is done. */
async function countTurns(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  const timer = setInterval(() => {
    noticeArrival();
    turns++;
  }, 0);
  await work();
  clearInterval(timer);
  return turns;
}

async function readSizes(pieces: AsyncIterable<Uint8Array>): Promise<number[]> {
  const sizes: number[] = [];
  for await (const piece of pieces) sizes.push(piece.byteLength);
  return sizes;
}

describe("a large file", () => {
  it("goes to R2 while others get their turns", async () => {
    const key = crypto.randomUUID();
    const send = () => sendBytes(new Uint8Array(30 * MIB), (body) => env.BUCKET.put(key, body));
    expect(await countTurns(send)).toBeGreaterThan(3);
    expect(await env.BUCKET.head(key)).toHaveProperty("size", 30 * MIB);
  });

  it("is read in pieces", async () => {
    const stream = new Blob([new Uint8Array(2 * PIECE_BYTES + 7)]).stream();
    expect(await readSizes(readPieces(stream))).toEqual([PIECE_BYTES, PIECE_BYTES, 7]);
  });

  it("is let go where nobody wants the rest", async () => {
    const cancel = vi.fn<() => void>();
    const stream = new ReadableStream({
      type: "bytes",
      pull: (controller) => controller.enqueue(new Uint8Array(PIECE_BYTES)),
      cancel,
    });
    for await (const piece of readPieces(stream)) {
      expect(piece.byteLength).toBe(PIECE_BYTES);
      break;
    }
    expect(cancel).toHaveBeenCalledOnce();
  });

  it("is sent as a stream if it is more than a piece", async () => {
    const readBody = async (body: SentBody) => [
      body instanceof Uint8Array,
      (await new Response(body).arrayBuffer()).byteLength,
    ];
    expect(await sendBytes(new Uint8Array(PIECE_BYTES), readBody)).toEqual([true, PIECE_BYTES]);
    expect(await sendBytes(new Uint8Array(PIECE_BYTES + 1), readBody)).toEqual([false, PIECE_BYTES + 1]);
  });

  it.each([7, RANGE_BYTES])("is asked for in ranges where it moves on: the last one of %i", async (last) => {
    const key = crypto.randomUUID();
    const size = 2 * RANGE_BYTES + last;
    await env.BUCKET.put(key, new Uint8Array(size));
    const asked: unknown[] = [];
    const { bucket } = logBucket((_call, args) => void asked.push(args));
    const sizes = await readSizes(readRanges(bucket, key, size));
    expect(sizes.reduce((sum, bytes) => sum + bytes)).toBe(size);
    expect(asked).toEqual(
      [
        { offset: 0, length: RANGE_BYTES },
        { offset: RANGE_BYTES, length: RANGE_BYTES },
        { offset: 2 * RANGE_BYTES, length: last },
      ].map((range) => [key, { range }]),
    );
  });
});
