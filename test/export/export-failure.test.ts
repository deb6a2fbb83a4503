import { describe, expect, it } from "vitest";
import { ExportFailure, toExportFailure } from "../../src/export/export-failure.ts";
import { ImageMissing } from "../../src/files/image-file.ts";
import { UndecodableImage, UnusableImage } from "../../src/raster/image-errors.ts";
import { documentWithImage, render, sampleDocument } from "../support/export/sample-state.ts";
import { encodePng } from "../support/export/pixels.ts";

describe("toExportFailure", () => {
  it.each([new UnusableImage("It is damaged"), new ImageMissing()])(
    "ends a job for good because of %o, with its message",
    (error) => {
      const failure = toExportFailure(error);
      expect(failure).toBeInstanceOf(ExportFailure);
      expect(failure).toMatchObject({ message: error.message, cause: error });
    },
  );

  it.each([new Error("R2 is down"), new TypeError("no such thing"), new UndecodableImage("odd"), "a string"])(
    "leaves %o as it is",
    (error) => {
      expect(toExportFailure(error)).toBe(error);
    },
  );
});

describe("an image that can't be drawn on", () => {
  const png = () => encodePng(8, 8, () => [255, 0, 0, 255]);

  it.each(["png", "svg"] as const)("ends a %s for good where it is missing", async (format) => {
    const document = await documentWithImage(await png());
    const image = document.image && { ...document.image, sha256: "0".repeat(64) };
    await expect(render({ document: { ...document, image }, format })).rejects.toBeInstanceOf(ExportFailure);
  });

  it("ends a render for good where it is too large", async () => {
    const document = await documentWithImage(await png());
    await expect(render({ document, format: "svg", limits: { MAX_IMAGE_PIXELS: 4 } })).rejects.toThrow(
      ExportFailure,
    );
  });

  it("is not asked for where the document has none", async () => {
    expect((await render({ document: sampleDocument({ width: 8, height: 8 }) })).width).toBe(8);
  });
});
