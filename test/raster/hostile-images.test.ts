import { crc32 } from "node:zlib";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Document, ImageType } from "../../src/protocol/model/document.ts";
import { imageKey } from "../../src/files/keys.ts";
import { landscapePhoto } from "../support/export/fixture-photos.ts";
import { decodePixels, encodePixels, encodePng } from "../support/export/pixels.ts";
import {
  documentWithImage,
  render,
  sampleAnnotation,
  sampleDocument,
} from "../support/export/sample-state.ts";
import { gif, jpeg, png, webpExtended, webpLossless, webpLossy } from "../support/export/sample-headers.ts";

/** A document whose image has these bytes, whatever they are. */
async function documentWithBytes(bytes: Uint8Array, width = 60, height = 40): Promise<Document> {
  const content_type: ImageType = "image/jpeg";
  const image = { sha256: "0".repeat(64), content_type, bytes: bytes.byteLength, width, height, url: "" };
  const document = sampleDocument({ width, height, image });
  await env.BUCKET.put(imageKey(document.id, image.sha256), bytes);
  return document;
}

/** Where the last end marker is. */
function endOfPixels(jpeg: Uint8Array): number {
  let at = jpeg.length - 2;
  while (jpeg[at] !== 0xff || jpeg[at + 1] !== 0xd9) at--;
  return at;
}

async function failure(document: Document, format: "png" | "svg" = "png"): Promise<string> {
  return render({ document, format }).then(
    () => "no failure",
    (error: unknown) => String(error),
  );
}

describe("a picture that can't be decoded fails with a reason, and the next job works", () => {
  const small = encodePixels(60, 40, () => [0, 0, 255, 255], 90);
  const cases: [string, () => Uint8Array | Promise<Uint8Array>][] = [
    ["a JPEG without pixels", () => jpeg(60, 40)],
    ["a PNG of rubbish", () => png(60, 40)],
    [
      "a PNG with flipped bytes",
      async () =>
        (await encodePng(60, 40, () => [1, 2, 3, 255])).map((byte, at) =>
          at > 45 && at < 60 ? byte ^ 255 : byte,
        ),
    ],
    ["a lossy WebP without pixels", () => webpLossy(60, 40)],
    ["a lossless WebP without pixels", () => webpLossless(60, 40)],
    ["an extended WebP without pixels", () => webpExtended(60, 40)],
    ["a GIF with too few pixels", () => gif(60, 40).map((byte, at) => (at === 18 ? 60 : byte))],
    ["a JPEG cut off in its header", () => small.subarray(0, 100)],
    ["no picture at all", () => new TextEncoder().encode("<html/>")],
  ];
  it.each(cases)("%s", async (_name, bytes) => {
    const document = await documentWithBytes(await bytes());
    for (const format of ["png", "svg"] as const) {
      expect(await failure(document, format)).toMatch(
        /^Error: The (\w+ )?picture (can't be decoded|is damaged|must be)/,
      );
    }
    const next = await render({ document: await documentWithImage(small) });
    expect(decodePixels(next.bytes).at(30, 20)[2]).toBeGreaterThan(250);
  });

  it("a hundred of them in a row don't wear the decoder out", async () => {
    const document = await documentWithBytes(webpLossless(60, 40));
    for (let count = 0; count < 100; count++) expect(await failure(document)).toContain("can't be decoded");
    await render({ document: await documentWithImage(landscapePhoto), options: { scale: 0.1 } });
  });

  it("R55 a photo cut off in its pixels is gray from there, as browsers show it, and the job says so", async () => {
    const whole = decodePixels((await render({ document: await documentWithImage(landscapePhoto) })).bytes);
    for (const part of [0.1, 0.5, 0.95]) {
      const document = await documentWithBytes(
        landscapePhoto.subarray(0, landscapePhoto.length * part),
        1800,
        1200,
      );
      const file = await render({ document });
      expect(file.warnings).toEqual([expect.stringContaining("The picture's file is damaged or cut off.")]);
      const pixels = decodePixels(file.bytes);
      expect(pixels.at(900, 20)).toEqual(whole.at(900, 20));
      expect(pixels.at(900, 1199)).toEqual([128, 128, 128, 255]);
      expect((await render({ document, format: "svg" })).warnings).toEqual(file.warnings);
    }
  });

  it("a photo without its end marker is whole all the same", async () => {
    for (const photo of [landscapePhoto, small]) {
      const whole = await render({ document: await documentWithImage(photo), options: { scale: 0.1 } });
      // What follows the pixels may be missing.
      const endless = photo.subarray(0, endOfPixels(photo));
      const file = await render({ document: await documentWithImage(endless), options: { scale: 0.1 } });
      expect(crc32(file.bytes)).toBe(crc32(whole.bytes));
    }
  });

  it("a header that lies about the size", async () => {
    const liar = (await encodePng(60, 40, () => [0, 0, 255, 255])).slice();
    new DataView(liar.buffer).setUint32(16, 59);
    expect(await failure(await documentWithBytes(liar, 59, 40))).toMatch(/can't be decoded|is damaged/);
  });

  it("a picture that is gone from the storage", async () => {
    const document = await documentWithImage(small);
    await env.BUCKET.delete(imageKey(document.id, document.image?.sha256 ?? ""));
    expect(await failure(document)).toContain("The document's picture is missing from the storage");
  });
});

describe("limits", () => {
  it("a picture over the limit is not even read, and one at the limit is", async () => {
    const document = await documentWithImage(encodePixels(60, 40, () => [0, 0, 255, 255], 90));
    await render({ document, limits: { MAX_IMAGE_PIXELS: 2400 } });
    await expect(async () =>
      render({ document, limits: { MAX_IMAGE_PIXELS: 2399 }, options: { scale: 0.5 } }),
    ).rejects.toThrow(
      "The picture is 60 × 40 pixels, 2400 in all. A JPEG may have 2399 here (it follows from MAX_IMAGE_PIXELS): scale it down and send it again.",
    );
  });

  it("a scale that makes the file too large says so", async () => {
    const document = sampleDocument({ width: 100, height: 100 });
    for (const format of ["png", "jpg", "webp"] as const) {
      const scaled = { document, format, options: { scale: 2 } };
      await render({ ...scaled, limits: { MAX_IMAGE_PIXELS: 200 * 200 } });
      await expect(async () =>
        render({ ...scaled, limits: { MAX_IMAGE_PIXELS: 200 * 200 - 1 } }),
      ).rejects.toThrow(
        /^The export would be 200 × 200 pixels, .* Choose a scale of 1\.9\d or less, or .*\.$/,
      );
    }
    // JPEG has 16 bits for a side, WebP 14.
    for (const [format, side] of [
      ["jpg", 65_535],
      ["webp", 16_383],
    ] as const) {
      await render({ document: sampleDocument({ width: side, height: 1 }), format });
      await expect(async () =>
        render({ document: sampleDocument({ width: side + 1, height: 1 }), format }),
      ).rejects.toThrow(`may have ${side} a side`);
    }
    // An SVG has no pixels of its own.
    await render({ document, format: "svg", limits: { MAX_IMAGE_PIXELS: 1 }, options: { scale: 2 } });
  });

  it("a sheet that one far annotation made too large says where its size comes from", async () => {
    const document = sampleDocument({ width: null, height: null });
    const annotations = [
      sampleAnnotation({ type: "point", geometry: { x: 0, y: 0 } }),
      sampleAnnotation({ type: "point", geometry: { x: 1_000_000, y: 1_000_000 } }),
    ];
    await expect(async () => render({ document, annotations })).rejects.toThrow(
      "The sheet was made to fit the annotations: with a width and height of its own",
    );
  });

  it("too much to draw says so", async () => {
    const points = Array.from({ length: 10_000 }, (_, n): [number, number] => [
      n + 0.123,
      (n * 7919) % 10_000,
    ]);
    const stroke = sampleAnnotation({ type: "freehand", geometry: { points } });
    await expect(async () =>
      render({ annotations: Array.from({ length: 320 }, () => stroke) }),
    ).rejects.toThrow("The annotations are too many to draw");
  });

  it("geometry far outside the picture is no trouble", async () => {
    const document = sampleDocument({ width: 100, height: 100 });
    const far = 1_000_000;
    const annotations = [
      sampleAnnotation({
        type: "box",
        geometry: { x: -far, y: -far, width: far, height: far },
        style: { stroke_width: 1000 },
      }),
      sampleAnnotation({
        type: "line",
        geometry: {
          points: [
            [-far, -far],
            [far, far],
          ],
        },
        style: { stroke: "#0000ff" },
      }),
      sampleAnnotation({
        type: "line",
        geometry: {
          points: [
            [-far, 20],
            [far, 20],
          ],
        },
        style: { dash: [0.01, 0.01] },
      }),
      sampleAnnotation({ type: "point", geometry: { x: far, y: far } }),
      sampleAnnotation({ type: "text", geometry: { x: far, y: far }, text: "far" }),
    ];
    const drawn = annotations.map((annotation, z_index) => ({ ...annotation, z_index }));
    const pixels = decodePixels((await render({ document, annotations: drawn })).bytes);
    expect(pixels.at(80, 80)).toEqual([0, 0, 255, 255]);
  });

  it("a deleted document fails with a reason", async () => {
    const document = sampleDocument({ status: "deleted", deleted_at: "2026-11-22T10:00:00.000Z" });
    await expect(async () => render({ document })).rejects.toThrow("The document was deleted");
  });
});
