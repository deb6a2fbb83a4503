import { describe, expect, it } from "vitest";
import { scaleSize } from "../../src/export/scale-size.ts";
import { checkRasterSize } from "../../src/http/export-access.ts";
import { makeDocument } from "../support/resources.ts";

describe("the size of an export", () => {
  it("has whole pixels, at least one", () => {
    expect(scaleSize({ width: 101, height: 100 }, 0.5)).toEqual({ width: 51, height: 50 });
    expect(scaleSize({ width: 1, height: 1000 }, 0.1)).toEqual({ width: 1, height: 100 });
  });

  it("is what a request is checked by", () => {
    // 51 × 51 pixels are drawn: more than 101 × 101 × 0.25.
    const check = (MAX_IMAGE_PIXELS: number) => {
      const limits = { MAX_IMAGE_PIXELS, MAX_WHOLE_IMAGE_PIXELS: 1 };
      checkRasterSize(makeDocument({ width: 101, height: 101 }), "png", 0.5, limits);
    };
    expect(() => check(2601)).not.toThrow();
    expect(() => check(2600)).toThrow("51 × 51 pixels, 2601 in all");
  });
});
