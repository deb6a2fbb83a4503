import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { noticeArrival } from "../../src/event-loop.ts";
import { PIECE_BYTES, readPieces, readRanges, sendBytes } from "../../src/files/pieces.ts";
import { watchBucket } from "../support/watch-bucket.ts";

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

  it("is asked for in ranges where it moves on", async () => {
    const key = crypto.randomUUID();
    const size = 2 * RANGE_BYTES + 7;
    await env.BUCKET.put(key, new Uint8Array(size));
    const asked: unknown[] = [];
    const { bucket } = watchBucket((_call, args) => void asked.push(args));
    const sizes = await readSizes(readRanges(bucket, key, size));
    expect(sizes.reduce((sum, bytes) => sum + bytes)).toBe(size);
    expect(asked).toEqual(
      [
        { offset: 0, length: RANGE_BYTES },
        { offset: RANGE_BYTES, length: RANGE_BYTES },
        { offset: 2 * RANGE_BYTES, length: 7 },
      ].map((range) => [key, { range }]),
    );
  });
});
