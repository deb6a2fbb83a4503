import { describe, expect, it, vi } from "vitest";
import { noticeArrival } from "../../src/event-loop.ts";
import { openImage } from "../../src/raster/decode/open-image.ts";
import { createWebpSink } from "../../src/raster/encode/webp-sink.ts";
import {
  giveBackWebpCodec,
  IDLE_BYTES_MAX,
  takeWebpCodec,
} from "../../src/raster/webp-codec/codec-instance.ts";
import { encodeWebp, type WritePixel } from "../support/export/encode-webp.ts";
import { overflowingLossless, plainLossless, TABLES_BYTES } from "../support/export/lossless-webp.ts";
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
  });

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
  });

  it("without loss in four bytes a pixel: 16 megapixels are drawn on", async () => {
    const { peakBytes, width, height } = await render({
      document: await documentWithImage(plainLossless(4096)),
      format: "jpg",
    });
    expect([width, height]).toEqual([4096, 4096]);
    expect(peakBytes).toBeGreaterThan(64 * MIB);
    expect(peakBytes).toBeLessThan(96 * MIB);
  });

  it("or refused with a reason if it does not fit", async () => {
    const all = { MAX_IMAGE_PIXELS: 256 * MIB, MAX_WHOLE_IMAGE_PIXELS: 256 * MIB };
    await expect(openImage(fileOf(plainLossless(4900)), all)).rejects.toThrow(
      "takes more memory to decode than there is",
    );
  });
});

describe("a WebP whose prefix codes need larger tables than libwebp expects (CVE-2023-4863)", () => {
  it("is refused", async () => {
    const picture = webp(["VP8L", overflowingLossless()]);
    await expect(openImage(fileOf(picture), limits)).rejects.toThrow("can't be decoded");
  });

  it("and nothing is written behind the tables", () => {
    const { exports } = takeWebpCodec();
    const data = overflowingLossless();
    const view = (address: number, bytes: number) => new Uint8Array(exports.memory.buffer, address, bytes);
    const place = (bytes: number, fill: number): number => {
      const address = exports.allocate(bytes);
      view(address, bytes).fill(fill);
      return address;
    };
    // The tables take the only free place that they fit into. What libwebp allocates before them takes the smaller one.
    const smaller = place(4096, 0);
    place(64, 0);
    const tables = place(TABLES_BYTES, 0xbb);
    const behind = place(4096, 0xaa);
    const file = place(data.byteLength, 0);
    view(file, data.byteLength).set(data);
    exports.release(smaller);
    exports.release(tables);
    expect(exports.openLossless(file, data.byteLength)).toBe(0);
    const untouched = view(tables, TABLES_BYTES).filter((byte) => byte === 0xbb);
    expect(untouched.byteLength).toBeLessThan(TABLES_BYTES / 2);
    expect(view(behind, 4096).every((byte) => byte === 0xaa)).toBe(true);
    exports.closePicture();
  });
});

describe("where a module can't be suspended (no JSPI)", () => {
  it("a WebP is encoded in one go, to the same bytes, and decoded", async () => {
    const { bytes } = await encodeWebp([301, 203], 80, pattern(77));
    // Those that are idle were made where they can be suspended.
    const others = [takeWebpCodec(), takeWebpCodec()];
    const absent = { value: undefined };
    vi.stubGlobal("WebAssembly", Object.create(WebAssembly, { Suspending: absent, promising: absent }));
    const codec = takeWebpCodec();
    giveBackWebpCodec(codec);
    const plain = await encodeWebp([301, 203], 80, pattern(77));
    expect(plain.bytes).toEqual(bytes);
    const image = await openImage(fileOf(bytes), limits);
    const pixels = new Uint8Array(301 * 203 * 4);
    await image.readRows(0, 203, pixels);
    await image.close();
    expect(pixels[203 * 301 * 4 - 1]).toBe(77);
    vi.unstubAllGlobals();

    // It was this instance that did both.
    expect(takeWebpCodec()).toBe(codec);
    codec.exports.startPicture(8, 8);
    codec.exports.addRows(8);
    expect(codec.encodePicture(80, 0)).toBe(1);
    for (const other of others) giveBackWebpCodec(other);
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
