import { describe, expect, it } from "vitest";
import { noticeArrival } from "../../src/event-loop.ts";
import { openImage } from "../../src/raster/decode/open-image.ts";
import { createWebpSink } from "../../src/raster/encode/webp-sink.ts";
import {
  giveBackWebpCodec,
  IDLE_BYTES_MAX,
  takeWebpCodec,
} from "../../src/raster/webp-codec/codec-instance.ts";
import { encodeWebp, type WritePixel } from "../support/export/encode-webp.ts";
import { webp } from "../support/export/sample-headers.ts";
import { documentWithImage, render } from "../support/export/sample-state.ts";

const MIB = 1024 * 1024;
const limits = { MAX_IMAGE_PIXELS: 64 * MIB, MAX_WHOLE_IMAGE_PIXELS: 16 * MIB };

/** A pattern, translucent if `alpha` is below 255. */
const pattern =
  (alpha: number): WritePixel =>
  (at, into, offset) => {
    into[offset] = at & 255;
    into[offset + 1] = (at >> 6) & 255;
    into[offset + 2] = (at >> 12) & 255;
    into[offset + 3] = alpha;
  };

/** Noise without a pattern, the same each time. */
const noise: WritePixel = (at, into, offset) => {
  const bits = Math.imul(at ^ (at >>> 15), 0x2c1b3c6d);
  const mixed = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
  into.set([mixed >>> 24, (mixed >>> 16) & 255, (mixed >>> 8) & 255, 255], offset);
};

/** A VP8L of one colour: each of its five prefix codes has a single symbol, and so no bits (RFC 9649 §3.7.2). */
function plainLossless(side: number): Uint8Array {
  const bits: number[] = [];
  const write = (value: number, count: number): void => {
    for (let bit = 0; bit < count; bit++) bits.push((value >> bit) & 1);
  };
  write(0x2f, 8);
  write(side - 1, 14);
  write(side - 1, 14);
  // No alpha, version 0; no transform, no colour cache, one group of codes.
  for (const count of [1, 3, 1, 1, 1]) write(0, count);
  for (const value of [40, 80, 120, 255]) {
    // A simple code, of one symbol, of eight bits.
    for (const one of [1, 0, 1]) write(one, 1);
    write(value, 8);
  }
  for (const one of [1, 0, 0, 0]) write(one, 1);
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [at, bit] of bits.entries()) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (bit << (at & 7));
  return webp(["VP8L", bytes]);
}

function fileOf(bytes: Uint8Array) {
  return {
    size: bytes.byteLength,
    async *read(offset = 0) {
      yield bytes.subarray(offset);
    },
    readRange: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
  };
}

describe("a WebP is encoded", () => {
  it("from 1.5 bytes a pixel, or 2.5 if some are translucent", async () => {
    for (const [alpha, bytes] of [
      [255, 1.5],
      [128, 2.5],
    ] as const) {
      const { rows } = await encodeWebp([2000, 2000], 80, pattern(alpha));
      expect(rows).toBeGreaterThan(2000 * 2000 * bytes);
      expect(rows).toBeLessThan(2000 * 2000 * bytes + 2 * MIB);
    }
  }, 60_000);

  it.each([
    [1024, { moreThan: 16 * MIB, lessThan: 32 * MIB }],
    [1025, { moreThan: 0, lessThan: 8 * MIB }],
  ])("in one pass up to a megapixel: %i × 1024 of noise", async (width, { moreThan, lessThan }) => {
    const { rows, encoder } = await encodeWebp([width, 1024], 100, noise);
    expect(rows + encoder).toBeGreaterThan(moreThan);
    expect(rows + encoder).toBeLessThan(lessThan);
  });

  it.each([255, 77])("to the same bytes, however its rows come (alpha %i)", async (alpha) => {
    const size = [301, 203] as const;
    const { bytes } = await encodeWebp(size, 80, pattern(alpha), 203);
    for (const rowsAtOnce of [1, 7, 32, 64]) {
      expect((await encodeWebp(size, 80, pattern(alpha), rowsAtOnce)).bytes).toEqual(bytes);
    }
  });

  it("with alpha that begins in the last row: those above it are opaque", async () => {
    const last: WritePixel = (at, into, offset) => pattern(at >= 100 * 99 ? 0 : 255)(at, into, offset);
    const { bytes } = await encodeWebp([100, 100], 80, last, 10);
    const image = await openImage(fileOf(bytes), limits);
    const pixels = new Uint8Array(100 * 100 * 4);
    await image.readRows(0, 100, pixels);
    await image.close();
    expect([pixels[3], pixels[98 * 400 + 3], pixels[99 * 400 + 3]]).toEqual([255, 255, 0]);
  });

  it.each([255, 128])("while other requests are served (alpha %i)", async (alpha) => {
    const sink = createWebpSink(async () => undefined, 1200, 1000, 80);
    const rows = new Uint8Array(1200 * 1000 * 4);
    for (let at = 0; at < 1200 * 1000; at++) pattern(alpha)(at, rows, at * 4);
    await sink.writeRows(rows);
    const done = { yet: false };
    const finished = sink.finish().finally(() => (done.yet = true));
    let turns = 0;
    while (!done.yet) {
      await scheduler.wait(0);
      noticeArrival();
      turns++;
    }
    await finished;
    // In one go it would be two or three.
    expect(turns).toBeGreaterThan(10);
  });
});

describe("a WebP is decoded", () => {
  it("by rows: a lossy one of four megapixels is nowhere as a whole", async () => {
    const { bytes } = await encodeWebp([2000, 2000], 50, pattern(255));
    const image = await openImage(fileOf(bytes), limits);
    const row = new Uint8Array(2000 * 4);
    for (let y = 0; y < 2000; y++) await image.readRows(y, 1, row);
    expect(image.memoryBytes()).toBeLessThan(bytes.byteLength + 9 * MIB);
    await image.close();
  }, 60_000);

  it("without loss in four bytes a pixel: 16 megapixels are drawn on", async () => {
    const { peakBytes, width, height } = await render({
      document: await documentWithImage(plainLossless(4096)),
      format: "jpg",
    });
    expect([width, height]).toEqual([4096, 4096]);
    expect(peakBytes).toBeGreaterThan(64 * MIB);
    expect(peakBytes).toBeLessThan(96 * MIB);
  }, 60_000);

  it("or refused with a reason if it does not fit", async () => {
    const all = { MAX_IMAGE_PIXELS: 256 * MIB, MAX_WHOLE_IMAGE_PIXELS: 256 * MIB };
    await expect(openImage(fileOf(plainLossless(4900)), all)).rejects.toThrow(
      "takes more memory to decode than there is",
    );
  });
});

describe("an instance of libwebp", () => {
  it("serves one small picture after the other, and goes with a large one", async () => {
    const isIdle = (codec: object): boolean => {
      const taken = [takeWebpCodec(), takeWebpCodec()];
      for (const each of taken) giveBackWebpCodec(each);
      return taken.some((each) => each === codec);
    };
    const codec = takeWebpCodec();
    giveBackWebpCodec(codec);
    for (let run = 0; run < 10; run++) {
      const { bytes } = await encodeWebp([100, 100], 80, pattern(run * 28));
      const image = await openImage(fileOf(bytes), limits);
      await image.readRows(0, 100, new Uint8Array(100 * 100 * 4));
      await image.close();
    }
    expect(isIdle(codec)).toBe(true);
    expect(codec.exports.memory.buffer.byteLength).toBeLessThan(2 * MIB);
    const address = codec.exports.allocate(IDLE_BYTES_MAX);
    codec.exports.release(address);
    // It is the one that is taken first, or second.
    takeWebpCodec();
    takeWebpCodec();
    giveBackWebpCodec(codec);
    expect(isIdle(codec)).toBe(false);
  });
});
