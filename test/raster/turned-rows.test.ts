import { describe, expect, it } from "vitest";
import type { Layer } from "../../src/raster/draw/layer.ts";
import { blendLayer } from "../../src/raster/draw/blend.ts";
import type { RowSource } from "../../src/raster/row-source.ts";
import { findStoredPlace, findUprightPlace, turnSize } from "../../src/raster/turn/orientation.ts";
import { turnLayer } from "../../src/raster/turn/turn-layer.ts";
import { SLAB_BYTES, turnRows } from "../../src/raster/turn/turn-rows.ts";
import { resizeRows } from "../../src/raster/resize.ts";
import { openImage } from "../../src/raster/decode/open-image.ts";
import { turnUpright, withOrientation, type Pixels } from "../support/export/pixels.ts";
import { makePng } from "../support/export/png-maker.ts";

const orientations = [1, 2, 3, 4, 5, 6, 7, 8];
const [WIDTH, HEIGHT] = [37, 53];

/**
 * A source that counts how often it starts anew, and how many rows it decodes. It makes only the columns that were
 * selected, and takes no others before it starts anew.
 */
function countedSource(width = WIDTH, height = HEIGHT): RowSource & { passes: number; decoded: number } {
  let next = Infinity; // Not started yet.
  let selected = { first: 0, end: width };
  let columns = selected;
  const source = {
    width,
    height,
    opaque: true,
    passes: 0,
    decoded: 0,
    async readRows(first: number, count: number, into: Uint8Array) {
      if (first < next) {
        source.passes++;
        next = 0;
        columns = selected;
      }
      source.decoded += first + count - next;
      next = first + count;
      for (let at = 0; at < count * width; at++) {
        const x = at % width;
        const isMade = x >= columns.first && x < columns.end;
        into.set(isMade ? [x, first + Math.floor(at / width), 7, 255] : [9, 9, 9, 9], at * 4);
      }
    },
    selectColumns(first: number, count: number) {
      selected = { first, end: first + count };
    },
  };
  return source;
}

const stored: Pixels = { width: WIDTH, height: HEIGHT, at: (x, y) => [x, y, 7, 255] };

function bytesOf(picture: Pixels): Uint8Array {
  const { width, height } = picture;
  const pixels = Array.from({ length: width * height }, (_, n) =>
    picture.at(n % width, Math.floor(n / width)),
  );
  return Uint8Array.from(pixels.flat());
}

describe.each(orientations)("orientation %i", (orientation) => {
  const upright = turnSize(orientation, stored);

  it.each([1, 5, 16, 1000])("turns rows, whatever the slab: %i rows", async (slabRows) => {
    const turned = turnRows(countedSource(), orientation, slabRows * upright.width * 4);
    expect([turned.width, turned.height]).toEqual([upright.width, upright.height]);
    const rows = new Uint8Array(upright.width * upright.height * 4);
    // In portions that don't fit the slabs.
    for (let y = 0; y < upright.height; y += 7) {
      const count = Math.min(7, upright.height - y);
      await turned.readRows(y, count, rows.subarray(y * upright.width * 4));
    }
    expect(rows).toEqual(bytesOf(turnUpright(stored, orientation)));
  });

  it("goes through the source once for a slab, and holds no more than that", async () => {
    const source = countedSource();
    const turned = turnRows(source, orientation, 10 * upright.width * 4);
    const row = new Uint8Array(upright.width * 4);
    for (let y = 0; y < upright.height; y++) await turned.readRows(y, 1, row);
    const slabs = Math.ceil(upright.height / 10);
    expect(source.passes).toBe(orientation <= 2 ? 1 : slabs);
    // Upside down, a slab needs only the rows down to its own.
    const half = ((slabs + 1) / 2) * HEIGHT;
    if (orientation === 3 || orientation === 4) expect(source.decoded).toBeLessThan(half + HEIGHT);
    const large = turnRows(countedSource(32_767, 20_000), orientation);
    expect(large.memoryBytes).toBeLessThan(SLAB_BYTES + 16 * 32_767 * 4 + 1);
  });

  it("finds a rectangle among the stored pixels, and back", () => {
    const place = { left: 3, top: 5, width: 11, height: 17 };
    const found = findStoredPlace(place, orientation, stored);
    const inside = (x: number, y: number, { left, top, width, height }: typeof place): boolean =>
      x >= left && x < left + width && y >= top && y < top + height;
    const seen = turnUpright(
      { ...stored, at: (x, y) => [x, y, inside(x, y, found) ? 1 : 0, 255] },
      orientation,
    );
    for (let y = 0; y < upright.height; y++) {
      for (let x = 0; x < upright.width; x++) {
        expect(seen.at(x, y)[2]).toBe(inside(x, y, place) ? 1 : 0);
      }
    }
    expect(findUprightPlace(found, orientation, upright)).toEqual(place);
  });

  it.each<[string, Layer]>([
    ["pixels", { left: 2, top: 9, width: 5, height: 3, opacity: 0.5, pixels: ramp(5 * 3 * 4, 255) }],
    [
      "a stroke",
      {
        left: 2,
        top: 9,
        width: 5,
        height: 3,
        paint: { color: "#3060ff", alpha: 0.8 },
        coverage: { width: 5, height: 3, stride: 8, bytes: padded(5, 3, 8) },
      },
    ],
  ])("turns a layer of %s", (_kind, layer) => {
    const blended = new Uint8Array(upright.width * upright.height * 4).fill(200);
    blendLayer(blended, upright.width, layer);
    const below = new Uint8Array(WIDTH * HEIGHT * 4).fill(200);
    blendLayer(below, WIDTH, turnLayer(layer, orientation, upright));
    const turned = turnUpright(pixelsOf(below, stored), orientation);
    expect(bytesOf(turned)).toEqual(blended);
    expect(blended.every((byte) => byte === 200)).toBe(false);
  });
});

describe("slabs of what is read more than once", () => {
  const read = async (source: RowSource): Promise<Uint8Array> => {
    const rows = new Uint8Array(source.width * source.height * 4);
    for (let y = 0; y < source.height; y++) {
      await source.readRows(y, 1, rows.subarray(y * source.width * 4));
    }
    return rows;
  };

  it.each([
    [20, 31],
    [70, 90],
  ])("of a picture resized to %i × %i", async (width, height) => {
    for (const orientation of [3, 6]) {
      const whole = turnRows(resizeRows(countedSource(), width, height), orientation);
      const slabs = turnRows(resizeRows(countedSource(), width, height), orientation, 5 * whole.width * 4);
      expect(await read(slabs)).toEqual(await read(whole));
    }
  });

  it("of a PNG", async () => {
    const png = makePng({
      width: WIDTH,
      height: HEIGHT,
      depth: 8,
      colorType: 2,
      sample: (x, y, channel) => [x, y, 7][channel] ?? 0,
    });
    for (const orientation of [3, 6]) {
      let opened = 0;
      const bytes = withOrientation(png, orientation);
      const image = await openImage(
        {
          size: bytes.byteLength,
          async *read(offset = 0) {
            opened++;
            yield bytes.subarray(offset);
          },
          readRange: async (offset, length) => bytes.subarray(offset, offset + length),
        },
        { MAX_IMAGE_PIXELS: WIDTH * HEIGHT, MAX_WHOLE_IMAGE_PIXELS: 1 },
      );
      expect(image.orientation).toBe(orientation);
      const { width, height } = turnSize(orientation, stored);
      const turned = turnRows(image, orientation, Math.ceil(height / 3) * width * 4);
      expect(await read(turned)).toEqual(bytesOf(turnUpright(stored, orientation)));
      await image.close();
      // Once for its chunks, once for each slab.
      expect(opened).toBe(1 + 3);
    }
  });
});

function pixelsOf(bytes: Uint8Array, { width, height }: { width: number; height: number }): Pixels {
  return {
    width,
    height,
    at(x, y) {
      const [r = -1, g = -1, b = -1, a = -1] = bytes.subarray((y * width + x) * 4);
      return [r, g, b, a];
    },
  };
}

/** Premultiplied pixels: no channel is above its alpha. */
function ramp(length: number, last: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => ((at >> 2) * last) / (length / 4));
}

/** A coverage whose rows are padded with zeros. */
function padded(width: number, height: number, stride: number): Uint8Array {
  return Uint8Array.from({ length: stride * height }, (_, at) => (at % stride < width ? at * 9 : 0));
}
