import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { isBusy, PICTURES_WAITING_MAX } from "../../src/export/make-picture.ts";
import { previewSize } from "../../src/export/preview.ts";
import { runExclusive } from "../../src/export/renderer-mutex.ts";
import { previewFolder } from "../../src/files/keys.ts";
import type { Document } from "../../src/protocol/model/document.ts";
import { PREVIEW_WIDTHS } from "../../src/protocol/limits.ts";
import { readImageInfo } from "../../src/raster/decode/scan-image.ts";
import { displayP3, jpegWithProfile } from "../support/export/colored-images.ts";
import { fixturePhotos, landscapePhoto } from "../support/export/fixture-photos.ts";
import { makePackedGif } from "../support/export/gif-maker.ts";
import { colorDistance, decodePixels, encodePixels, encodePng } from "../support/export/pixels.ts";
import { call, guarded, makeToken, postAnnotation, postDocument, readProblem } from "../support/http.ts";
import { postBrokenPicture } from "../support/uploads.ts";

const WEBP = { Accept: "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5" };
const JPEG = { Accept: "image/jpeg" };

const preview = (id: string, query = "width=256", headers: Record<string, string> = WEBP) =>
  call(`/v1/documents/${id}/image?${query}`, { headers });

async function documentWith(picture: Uint8Array<ArrayBuffer>): Promise<Document> {
  const { id } = await postDocument();
  const response = await call(`/v1/documents/${id}/image`, { method: "PUT", body: picture });
  return response.json<Document>();
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  expect(response.status).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
}

async function storedOf(id: string): Promise<R2Object[]> {
  return (await env.BUCKET.list({ prefix: previewFolder(id) })).objects;
}

const keysOf = async (id: string) => (await storedOf(id)).map(({ key }) => key);

describe("R64 GET /v1/documents/{id}/image?width=", () => {
  it("is the picture alone, upright and without metadata, at most so wide", async () => {
    const turned = fixturePhotos.find(({ orientation }) => orientation === 6)?.bytes ?? landscapePhoto;
    const { id } = await documentWith(turned.slice());
    await postAnnotation(id, {
      type: "box",
      geometry: { x: 0, y: 0, width: 1800, height: 1200 },
      style: { stroke: null, fill: "#00ff00" },
    });
    const upright = decodePixels(landscapePhoto);
    for (const [headers, type] of [
      [WEBP, "image/webp"],
      [JPEG, "image/jpeg"],
    ] as const) {
      const response = await preview(id, "width=512", headers);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "content-type": type,
        "cache-control": "private, no-cache",
        etag: expect.stringMatching(/^"[^"]+"$/),
        vary: expect.stringMatching(/\bAccept\b/),
      });
      const bytes = await bytesOf(response);
      const size = { type, width: 512, height: 341, orientation: 1 };
      expect(await readImageInfo(bytes)).toMatchObject({ value: size });
      expect(new TextDecoder("latin1").decode(bytes)).not.toContain("Exif");
      const shown = decodePixels(bytes);
      for (const [x, y] of [
        [20, 20],
        [490, 30],
        [40, 320],
      ] as const) {
        // Up to a pixel beside, and not green.
        const wanted = upright.at((x * 1800) / 512, (y * 1800) / 512);
        expect(colorDistance(shown.at(x, y), wanted), `${x}, ${y}`).toBeLessThan(60);
      }
    }
  });

  it("is in sRGB", async () => {
    const { id } = await documentWith(
      jpegWithProfile(
        encodePixels(40, 30, () => [234, 51, 35, 255], 95),
        displayP3,
      ).slice(),
    );
    const shown = decodePixels(await bytesOf(await preview(id)));
    // What Display P3 calls that is the red of sRGB.
    expect(colorDistance(shown.at(20, 15), [255, 0, 0, 255])).toBeLessThan(12);
  });

  it("comes in four widths, and enlarges nothing", async () => {
    const { id } = await documentWith(landscapePhoto.slice());
    for (const width of PREVIEW_WIDTHS) {
      const shown = decodePixels(await bytesOf(await preview(id, `width=${width}`, JPEG)));
      const most = Math.min(1800, width);
      expect([width, shown.width, shown.height]).toEqual([width, most, Math.round((most * 2) / 3)]);
    }
    for (const query of ["width=0", "width=255", "width=4096", "width=", "width=x", "width=256&height=9"]) {
      const response = await preview(id, query);
      expect([query, response.status]).toEqual([query, 400]);
    }
    expect(await keysOf(id)).toHaveLength(PREVIEW_WIDTHS.length);
  });

  it("is narrower where the picture is so high that it would be too large for a WebP", () => {
    const limits = { MAX_IMAGE_PIXELS: 64_000_000, MAX_WHOLE_IMAGE_PIXELS: 64_000_000 };
    const small = { ...limits, MAX_IMAGE_PIXELS: 3_000_000 };
    expect(previewSize({ width: 4000, height: 3000 }, 2048, limits)).toEqual({
      width: 2048,
      height: 1536,
    });
    expect(previewSize({ width: 4000, height: 3000 }, 2048, small)).toEqual({
      width: 2000,
      height: 1500,
    });
    expect(previewSize({ width: 100, height: 30_000 }, 2048, small)).toEqual({
      width: 55,
      height: 16_383,
    });
    expect(previewSize({ width: 30_000, height: 2 }, 256, small)).toEqual({ width: 256, height: 1 });
  });

  it("keeps what is transparent as WebP, and is white there as JPEG", async () => {
    const picture = await encodePng(40, 30, (x) => (x < 20 ? [0, 0, 255, 255] : [0, 0, 0, 0]));
    const { id } = await documentWith(picture.slice());
    const webp = decodePixels(await bytesOf(await preview(id)));
    expect([webp.at(35, 15)[3], webp.at(5, 15)[3]]).toEqual([0, 255]);
    const jpeg = decodePixels(await bytesOf(await preview(id, "width=256", JPEG)));
    expect(colorDistance(jpeg.at(35, 15), [255, 255, 255, 255])).toBeLessThan(8);
  });

  it("shows the first frame of a GIF", async () => {
    const gif = makePackedGif({ width: 300, height: 200, bits: 2, index: (x) => (x < 150 ? 1 : 2) });
    const { id } = await documentWith(gif);
    const { width, height } = decodePixels(await bytesOf(await preview(id)));
    expect([width, height]).toEqual([256, 171]);
  });

  it.each([
    [undefined, "image/webp"],
    ["*/*", "image/webp"],
    ["image/*", "image/webp"],
    ["IMAGE/WEBP", "image/webp"],
    ["image/webp, image/jpeg", "image/webp"],
    ["image/jpeg, image/webp;q=0.9", "image/jpeg"],
    ["image/jpeg;q=0.8, image/webp;q=0.9", "image/webp"],
    ["image/webp;q=0, */*", "image/jpeg"],
    ["image/jpeg, image/png", "image/jpeg"],
    ["image/jpeg, */*;q=0.1", "image/jpeg"],
    ["image/jpeg;q=0, */*;q=0.1", "image/webp"],
    // Neither is accepted.
    ["text/html", "image/jpeg"],
    ["", "image/jpeg"],
    ["image/webp;q=0, image/jpeg;q=0", "image/jpeg"],
    [";;q=,,q=1;image", "image/jpeg"],
  ])("for Accept: %s is %s", async (accept, type) => {
    const { id } = await documentWith(encodePixels(4, 4, () => [255, 0, 0, 255]).slice());
    const response = await preview(id, "width=256", accept === undefined ? {} : { Accept: accept });
    expect(await readImageInfo(await bytesOf(response))).toMatchObject({ value: { type } });
    expect([response.headers.get("Content-Type"), response.headers.get("Vary")]).toEqual([
      type,
      expect.stringContaining("Accept"),
    ]);
  });

  it("is made once, also for many who ask at once, and answers 304, ranges and HEAD", async () => {
    const { id } = await documentWith(landscapePhoto.slice());
    const responses = await Promise.all([1, 2, 3, 4].map(() => preview(id)));
    const bodies = await Promise.all(responses.map(async (response) => (await bytesOf(response)).toHex()));
    expect(new Set(bodies).size).toBe(1);
    const [stored, ...more] = await storedOf(id);
    expect(more).toEqual([]);
    const [tag = ""] = responses.map(({ headers }) => headers.get("ETag") ?? "");
    const known = await preview(id, "width=256", { ...WEBP, "If-None-Match": tag });
    expect([known.status, known.headers.get("Vary")]).toEqual([304, expect.stringContaining("Accept")]);
    // The JPEG is another representation.
    const other = await preview(id, "width=256", { ...JPEG, "If-None-Match": tag });
    expect(await bytesOf(other)).not.toHaveLength(0);
    expect(other.headers.get("ETag")).not.toBe(tag);
    const part = await preview(id, "width=256", { ...WEBP, Range: "bytes=8-11" });
    expect([part.status, await part.text()]).toEqual([206, "WEBP"]);
    const head = await call(`/v1/documents/${id}/image?width=256`, { method: "HEAD", headers: WEBP });
    expect([head.status, head.headers.get("Content-Length")]).toEqual([200, String(stored?.size)]);
    const [still] = (await storedOf(id)).filter(({ key }) => key === stored?.key);
    expect(still?.uploaded).toEqual(stored?.uploaded);
  });

  it("of an earlier picture, by its sha256, never changes; those of earlier pictures go when a new one has its first", async () => {
    const { id, image: first } = await documentWith(landscapePhoto.slice());
    await bytesOf(await preview(id));
    await call(`/v1/documents/${id}/image`, {
      method: "PUT",
      body: encodePixels(9, 9, () => [1, 2, 3, 255]).slice(),
    });
    const old = await preview(id, `width=256&sha256=${first?.sha256}`);
    expect(old.headers.get("Cache-Control")).toBe("private, max-age=31536000, immutable");
    expect(decodePixels(await bytesOf(old)).width).toBe(256);
    expect(await keysOf(id)).toEqual([`${previewFolder(id, first?.sha256)}256.webp`]);
    // The present one.
    expect(decodePixels(await bytesOf(await preview(id))).width).toBe(9);
    const [key, ...more] = await keysOf(id);
    expect([key?.includes(first?.sha256 ?? ""), more]).toEqual([false, []]);
    // It comes again, and leaves the present one alone.
    expect(decodePixels(await bytesOf(await preview(id, `width=256&sha256=${first?.sha256}`))).width).toBe(
      256,
    );
    expect(await keysOf(id)).toHaveLength(2);
  });

  it("takes the role viewer, also by a token in the address, and says what is not there", async () => {
    const { id } = await documentWith(encodePixels(4, 4, () => [255, 0, 0, 255]).slice());
    const path = `/v1/documents/${id}/image?width=256`;
    expect((await guarded(path)).status).toBe(401);
    const iat = Date.now() / 1000;
    const token = await makeToken({ role: "viewer", doc: id, iat, exp: iat + 600 });
    for (const response of [await guarded(path, { token }), await guarded(`${path}&token=${token}`)]) {
      await bytesOf(response);
    }
    const other = await makeToken({ role: "viewer", doc: crypto.randomUUID() });
    expect((await readProblem(await guarded(path, { token: other }))).code).toBe("forbidden_document");
    expect((await readProblem(await preview(id, `width=256&sha256=${"0".repeat(64)}`))).code).toBe(
      "image_not_found",
    );
    expect((await readProblem(await preview((await postDocument()).id))).code).toBe("image_not_found");
    await call(`/v1/documents/${id}`, { method: "DELETE" });
    expect((await readProblem(await preview(id))).code).toBe("document_deleted");
    expect((await readProblem(await preview(crypto.randomUUID()))).code).toBe("document_not_found");
  });

  it("of a picture that can't be decoded is refused with the reason, and not tried again", async () => {
    const id = await postBrokenPicture();
    for (let n = 0; n < 2; n++) {
      const response = await preview(id);
      expect([response.status, await readProblem(response)]).toEqual([
        422,
        expect.objectContaining({ code: "not_drawable", detail: expect.stringContaining("is damaged") }),
      ]);
    }
    const [stored, ...more] = await storedOf(id);
    expect([more, stored?.size]).toEqual([[], 0]);
  });

  it("waits with thumbnails for the one renderer; more than some must come again", async () => {
    let release = (): void => undefined;
    const held = runExclusive(() => new Promise<void>((resolve) => (release = resolve)));
    const { id } = await documentWith(encodePixels(4, 4, () => [255, 0, 0, 255]).slice());
    const sheets = await Promise.all(
      Array.from({ length: PICTURES_WAITING_MAX }, () => postDocument({ width: 9, height: 9 })),
    );
    const waiting = sheets.map((sheet) => call(`/v1/documents/${sheet.id}/thumbnail`));
    await expect.poll(() => isBusy("another")).toBe(true);
    const response = await preview(id);
    expect([response.headers.has("Retry-After"), (await readProblem(response)).code]).toEqual([
      true,
      "unavailable",
    ]);
    release();
    await held;
    for (const response of await Promise.all(waiting)) await bytesOf(response);
    await bytesOf(await preview(id));
  });
});
