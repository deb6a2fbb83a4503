import { describe, expect, it } from "vitest";
import { configSchema } from "../../src/config.ts";
import { explainOutputLimit } from "../../src/export/explain-size.ts";
import { scaleSize } from "../../src/export/scale-size.ts";
import { SCALE_MIN, SIDE_MAX } from "../../src/protocol/limits.ts";
import { exportFormats } from "../../src/protocol/model/export-job.ts";
import type { ImageInfo } from "../../src/raster/headers/image-info.ts";
import { explainInputLimit, maxInputPixels, type PixelLimits } from "../../src/raster/output-limit.ts";
import { makeDocument } from "../support/resources.ts";
import { checkRasterSize } from "../../src/http/export-access.ts";

const defaults: PixelLimits = configSchema.parse({});
const limits = { MAX_IMAGE_PIXELS: 1_600_000, MAX_WHOLE_IMAGE_PIXELS: 160_000 };

function image(type: ImageInfo["type"], width: number, height: number, more: Partial<ImageInfo> = {}) {
  return { type, width, height, orientation: 1, animated: false, interlaced: false, ...more };
}

describe("a picture that is sent", () => {
  it("may have 64 megapixels by default where it goes by rows, and sides of 32,767", () => {
    // Sensors of 64, 50 and 48 megapixels.
    for (const [width, height] of [
      [9248, 6936],
      [8192, 6144],
      [8064, 6048],
      [8192, 8192],
      [SIDE_MAX, 2048],
      [2048, SIDE_MAX],
    ] as const) {
      for (const orientation of [1, 6]) {
        expect(explainInputLimit(image("image/png", width, height, { orientation }), defaults)).toBe(
          undefined,
        );
      }
    }
    expect(explainInputLimit(image("image/png", 8192, 8193), defaults)).toBe(
      "The picture is 8192 × 8193 pixels, 67117056 in all. A PNG may have 67108864 here (it follows from MAX_IMAGE_PIXELS): scale it down and send it again",
    );
    for (const [width, height] of [
      [SIDE_MAX + 1, 1],
      [1, SIDE_MAX + 1],
    ] as const) {
      expect(explainInputLimit(image("image/jpeg", width, height), defaults)).toContain(
        "a side may have 32767 at most: scale it down",
      );
    }
  });

  it.each([
    ["a PNG", image("image/png", 1000, 1600), "A PNG may have 1600000", "scale it down and send"],
    ["a GIF", image("image/gif", 1000, 1600), "A GIF may have 1600000", "scale it down and send"],
    [
      "an interlaced PNG",
      image("image/png", 1000, 100, { interlaced: true }),
      "A PNG that is interlaced may have 100000 here (it follows from MAX_WHOLE_IMAGE_PIXELS)",
      "save it without interlacing, or scale it down",
    ],
    [
      "an interlaced GIF",
      image("image/gif", 1000, 400, { interlaced: true }),
      "A GIF that is interlaced may have 400000 here (it follows from MAX_WHOLE_IMAGE_PIXELS)",
      "save it without interlacing, or scale it down",
    ],
    [
      "a WebP",
      image("image/webp", 1000, 160),
      "A WebP may have 160000 here (it follows from MAX_WHOLE_IMAGE_PIXELS)",
      "save it as JPEG or PNG, or scale it down",
    ],
  ])("is refused over its kind's limit, with size, limit and way out: %s", (_kind, info, limit, wayOut) => {
    expect(maxInputPixels(info, limits).pixels).toBe(info.width * info.height);
    expect(explainInputLimit(info, limits)).toBe(undefined);
    const larger = { ...info, height: info.height + 1 };
    const excess = explainInputLimit(larger, limits);
    expect(excess).toContain(`The picture is 1000 × ${larger.height} pixels, ${larger.height}000 in all. `);
    expect(excess).toContain(limit);
    expect(excess).toContain(wayOut);
  });

  it("is not told to become what would be too large as well", () => {
    const huge = image("image/webp", 10_000, 10_000);
    expect(explainInputLimit(huge, limits)).toMatch(/: scale it down and send it again$/);
    // What is in memory as a whole is within the limit for rows, too.
    const small = { ...limits, MAX_IMAGE_PIXELS: 1000 };
    expect(explainInputLimit(image("image/webp", 1, 1001), small)).toContain("follows from MAX_IMAGE_PIXELS");
  });
});

describe("an export at a smaller scale of a picture that is accepted", () => {
  const sides = [1, 2, 99, 1000, 4096, 8192, 16_384, SIDE_MAX];
  const accepted = sides
    .flatMap((width) => sides.map((height) => ({ width, height })))
    .filter((size) => explainInputLimit(image("image/png", size.width, size.height), defaults) === undefined);

  it("fits every format at the smallest scale, and by rows at any scale to 1", () => {
    expect(accepted.length).toBeGreaterThan(40);
    for (const size of accepted) {
      for (const format of exportFormats) {
        const explain = (scale: number) =>
          explainOutputLimit(scaleSize(size, scale), scale, format, defaults);
        expect(explain(SCALE_MIN)).toBe(undefined);
        if (format === "webp") continue;
        for (const scale of [0.25, 0.5, 0.99, 1]) expect(explain(scale)).toBe(undefined);
      }
    }
  });

  it("fits at the scale that the refusal names", () => {
    let refused = 0;
    for (const size of accepted) {
      for (const format of exportFormats) {
        for (const scale of [0.3, 1, 2, 4]) {
          const excess = explainOutputLimit(scaleSize(size, scale), scale, format, defaults);
          if (excess === undefined) continue;
          refused++;
          const named = Number(/a scale of ([\d.]+) or less/.exec(excess)?.[1]);
          expect(named).toBeLessThan(scale);
          expect(named).toBeGreaterThanOrEqual(SCALE_MIN);
          expect(explainOutputLimit(scaleSize(size, named), named, format, defaults)).toBe(undefined);
        }
      }
    }
    expect(refused).toBeGreaterThan(40);
  });
});

describe("an export", () => {
  const explain = (format: "png" | "jpg" | "webp" | "svg", width: number, height: number) =>
    explainOutputLimit({ width, height }, 1, format, limits);

  it.each([
    ["png", 1000, 1600, "a PNG may have 1600000 here (it follows from MAX_IMAGE_PIXELS)", "the format svg"],
    ["jpg", 1000, 1600, "a JPG may have 1600000 here (it follows from MAX_IMAGE_PIXELS)", "the format svg"],
    [
      "webp",
      1000,
      160,
      "a WebP may have 160000 here (it follows from MAX_WHOLE_IMAGE_PIXELS)",
      "the format jpg, png or svg",
    ],
  ] as const)("as %s is refused over the limit, with a scale or a format that fits", (...row) => {
    const [format, width, height, limit, formats] = row;
    expect(explain(format, width, height)).toBe(undefined);
    const excess = explain(format, width, height + 1);
    expect(excess).toContain(`The export would be ${width} × ${height + 1} pixels`);
    expect(excess).toContain(limit);
    expect(excess).toMatch(new RegExp(`Choose a scale of 0\\.9\\d or less, or ${formats}$`));
  });

  it("may have the longest side that its format can express", () => {
    // JPEG has 16 bits for a side, WebP 14.
    expect(explain("jpg", 65_535, 1)).toBe(undefined);
    expect(explain("jpg", 65_536, 1)).toContain(
      "a JPG may have 65535 a side. Choose a scale of 0.99 or less",
    );
    expect(explain("webp", 1, 16_383)).toBe(undefined);
    expect(explain("webp", 1, 16_384)).toContain("a WebP may have 16383 a side. Choose a scale of 0.99");
    expect(explain("png", 131_068, 1)).toBe(undefined);
    // It has no pixels.
    expect(explain("svg", 100_000, 100_000)).toBe(undefined);
  });

  it("is told no scale where none fits", () => {
    expect(explain("webp", 100_000, 100_000)).toMatch(/\. Choose the format jpg, png or svg$/);
  });

  it("of a sheet as large as a document may be fits a PNG at a small scale", () => {
    const sheet = makeDocument({ width: SIDE_MAX, height: SIDE_MAX });
    expect(() => checkRasterSize(sheet, "png", 0.26, defaults)).toThrow("a scale of 0.24 or less");
    expect(() => checkRasterSize(sheet, "png", 0.25, defaults)).not.toThrow();
  });
});
