import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { readImageInfo } from "../../src/raster/decode/scan-image.ts";
import { runExclusive } from "../../src/export/renderer-mutex.ts";
import { PICTURE_MAX_MS, PICTURES_WAITING_MAX } from "../../src/export/make-picture.ts";
import { THUMBNAIL_SIZES } from "../../src/protocol/limits.ts";
import { landscapePhoto } from "../support/export/fixture-photos.ts";
import { colorDistance, decodePixels } from "../support/export/pixels.ts";
import { watchBucket } from "../support/export/watch-bucket.ts";
import {
  call,
  guarded,
  makeToken,
  postAnnotation,
  postDocument,
  readProblem,
  service,
} from "../support/http.ts";
import { good, open, roomOf } from "../support/room.ts";
import { postBrokenPicture } from "../support/uploads.ts";

const sheet = { width: 600, height: 300 };
const thumbnail = (id: string, query = "", headers: Record<string, string> = {}) =>
  call(`/v1/documents/${id}/thumbnail${query}`, { headers });

async function keysOf(documentId: string): Promise<string[]> {
  const { objects } = await env.BUCKET.list({ prefix: `thumbnails/${documentId}/` });
  return objects.map(({ key }) => key);
}

async function pixelsOf(response: Response) {
  return decodePixels(new Uint8Array(await response.arrayBuffer()));
}

/** An annotation that fills the sheet. */
function fill(documentId: string, color: string) {
  return postAnnotation(documentId, {
    type: "box",
    geometry: { x: 0, y: 0, ...sheet },
    style: { stroke: null, fill: color },
  });
}

describe("GET /v1/documents/{id}/thumbnail", () => {
  it("R44 is a WebP of the picture with its annotations, its longer side as asked for", async () => {
    const { id } = await postDocument();
    await call(`/v1/documents/${id}/image`, { method: "PUT", body: landscapePhoto });
    await postAnnotation(id, {
      type: "box",
      geometry: { x: 600, y: 400, width: 600, height: 400 },
      style: { stroke: null, fill: "#00ff00" },
    });
    const response = await thumbnail(id);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "image/webp",
      "cache-control": "private, no-cache",
      etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(await readImageInfo(bytes)).toMatchObject({
      value: { type: "image/webp", width: 256, height: 171 },
    });
    expect(colorDistance(decodePixels(bytes).at(128, 85), [0, 255, 0, 255])).toBeLessThan(16);
  });

  it("R44 shows the annotations alone, on a transparent ground and always as they are", async () => {
    const { id } = await postDocument();
    await call(`/v1/documents/${id}/image`, { method: "PUT", body: landscapePhoto });
    const box = { type: "box", geometry: { x: 600, y: 400, width: 600, height: 400 } };
    const style = { stroke: null, fill: "#00ff00" };
    const { id: mark } = await postAnnotation(id, { ...box, style });
    const layer = await pixelsOf(await thumbnail(id, "?size=256&layer=annotations"));
    expect([layer.width, layer.height]).toEqual([256, 171]);
    expect(layer.at(5, 5)[3]).toBe(0);
    expect(colorDistance(layer.at(128, 85), [0, 255, 0, 255])).toBeLessThan(16);
    await call(`/v1/annotations/${mark}?document_id=${id}`, {
      method: "PATCH",
      json: { version: 1, style: { fill: "#0000ff" } },
    });
    const next = await pixelsOf(await thumbnail(id, "?size=256&layer=annotations"));
    expect(colorDistance(next.at(128, 85), [0, 0, 255, 255])).toBeLessThan(16);
    // Each layer has files of its own, and the older one is gone.
    await thumbnail(id, "?size=256");
    expect((await keysOf(id)).map((key) => key.split("/")[2]).sort()).toEqual(["256", "256-annotations"]);
    expect((await thumbnail(id, "?layer=photo")).status).toBe(400);
  });

  it("comes in some sizes, and enlarges nothing", async () => {
    const { id } = await postDocument(sheet);
    for (const size of THUMBNAIL_SIZES) {
      const { width, height } = await pixelsOf(await thumbnail(id, `?size=${size}`));
      const longer = Math.min(600, size);
      expect([size, width, height]).toEqual([size, longer, longer / 2]);
    }
    for (const query of ["?size=16", "?size=257", "?size=0", "?size=x", "?size=", "?width=64"]) {
      const response = await thumbnail(id, query);
      expect([query, response.status]).toEqual([query, 400]);
    }
  });

  it("shows a sheet that nothing is drawn on, and one without a size", async () => {
    const { id } = await postDocument();
    expect(await pixelsOf(await thumbnail(id))).toMatchObject({ width: 256, height: 192 });
    await postAnnotation(id, { type: "box", geometry: { x: -500, y: -10, width: 1000, height: 200 } });
    await (await thumbnail(id)).arrayBuffer();
    const { width, height } = await pixelsOf(await thumbnail(id));
    expect([width, height < 100]).toEqual([256, true]);
  });

  it("R44 is made once; after a change the old one is answered while a new one is made, and is then gone", async () => {
    const { id } = await postDocument(sheet);
    await fill(id, "#ff0000");
    const first = await thumbnail(id);
    const tag = first.headers.get("ETag") ?? "";
    expect(colorDistance((await pixelsOf(first)).at(20, 20), [255, 0, 0, 255])).toBeLessThan(16);
    const [key = ""] = await keysOf(id);
    const stored = await env.BUCKET.head(key);
    await (await thumbnail(id)).arrayBuffer();
    expect((await env.BUCKET.head(key))?.uploaded).toEqual(stored?.uploaded);

    await fill(id, "#0000ff");
    const stale = await thumbnail(id);
    expect(stale.headers.get("ETag")).toBe(tag);
    expect(colorDistance((await pixelsOf(stale)).at(20, 20), [255, 0, 0, 255])).toBeLessThan(16);
    const fresh = await thumbnail(id);
    expect(fresh.headers.get("ETag")).not.toBe(tag);
    expect(colorDistance((await pixelsOf(fresh)).at(20, 20), [0, 0, 255, 255])).toBeLessThan(16);
    const keys = await keysOf(id);
    expect(keys).toHaveLength(1);
    expect(keys).not.toContain(key);
  });

  it("answers 304 to who has it, as long as nothing that is seen has changed", async () => {
    const { id } = await postDocument(sheet);
    const first = await thumbnail(id);
    await first.arrayBuffer();
    const tag = first.headers.get("ETag") ?? "";
    const again = () => thumbnail(id, "", { "If-None-Match": tag });
    expect((await again()).status).toBe(304);
    // None of these is seen.
    await call(`/v1/documents/${id}`, { method: "PATCH", json: { title: "Another", metadata: { a: 1 } } });
    await call("/v1/versions", { json: { document_id: id } });
    await call(`/v1/documents/${id}/updates`, {
      json: { updates: [{ op_id: "one", base_version: 1, delta_b64: "AAAA" }] },
    });
    expect((await again()).status).toBe(304);
    await call(`/v1/documents/${id}`, { method: "PATCH", json: { width: 300 } });
    // The one before, which this client has, while the new one is made.
    expect((await again()).status).toBe(304);
    const changed = await again();
    expect([changed.status, (await pixelsOf(changed)).width]).toEqual([200, 256]);
  });

  it("takes the role viewer, also by a token in the address", async () => {
    const { id } = await postDocument(sheet);
    const path = `/v1/documents/${id}/thumbnail`;
    expect((await guarded(path)).status).toBe(401);
    const iat = Date.now() / 1000;
    const token = await makeToken({ role: "viewer", doc: id, iat, exp: iat + 600 });
    for (const response of [await guarded(path, { token }), await guarded(`${path}?token=${token}`)]) {
      expect(response.status).toBe(200);
      await response.arrayBuffer();
    }
    const other = await makeToken({ role: "viewer", doc: crypto.randomUUID() });
    expect((await readProblem(await guarded(path, { token: other }))).code).toBe("forbidden_document");
    await call(`/v1/documents/${id}`, { method: "DELETE" });
    expect((await readProblem(await thumbnail(id))).code).toBe("document_deleted");
    expect((await readProblem(await thumbnail(crypto.randomUUID()))).code).toBe("document_not_found");
  });
});

describe("a thumbnail that can't be drawn", () => {
  it("says why, is not tried again until something changes, and then comes", async () => {
    const id = await postBrokenPicture();
    for (let n = 0; n < 2; n++) {
      const response = await thumbnail(id);
      expect(response.status).toBe(422);
      expect(await readProblem(response)).toMatchObject({
        code: "not_drawable",
        detail: expect.stringContaining("is damaged"),
      });
    }
    const [key = "", ...more] = await keysOf(id);
    expect([more, (await env.BUCKET.head(key))?.size]).toEqual([[], 0]);
    await call(`/v1/documents/${id}/image`, { method: "PUT", body: landscapePhoto });
    expect(await pixelsOf(await thumbnail(id))).toMatchObject({ width: 256 });
    expect(await keysOf(id)).toHaveLength(1);
  });

  it("because it takes too long says what to do; up to the limit it is drawn; after an hour it is tried again", async () => {
    const { id } = await postDocument();
    await call(`/v1/documents/${id}/image`, { method: "PUT", body: landscapePhoto });
    let late = 0;
    const realNow = Date.now.bind(Date);
    const clock = vi.spyOn(Date, "now").mockImplementation(() => realNow() + late);
    /** The picture is so slow to come. */
    const after = (ms: number) => service({ BUCKET: watchBucket("get", async () => (late = ms)) });
    try {
      const path = `/v1/documents/${id}/thumbnail`;
      const slow = await after(PICTURE_MAX_MS + 1)(path);
      expect(slow.status).toBe(422);
      expect((await readProblem(slow)).detail).toContain("Make an export");
      expect((await call(path)).status).toBe(422);
      late = 60 * 60_000 + 1_000;
      const before = late;
      const response = await after(before + PICTURE_MAX_MS / 2)(path);
      expect(response.status).toBe(200);
      expect(await pixelsOf(response)).toMatchObject({ width: 256 });
    } finally {
      clock.mockRestore();
    }
  });

  it("comes after the one before, which is answered once more and then gone", async () => {
    const id = await postBrokenPicture();
    const broken = good(await roomOf(id).getDocument(open, false)).image;
    await call(`/v1/documents/${id}/image`, { method: "PUT", body: landscapePhoto });
    await (await thumbnail(id)).arrayBuffer();
    if (!broken) throw new Error("No picture");
    const { url: _url, ...image } = broken;
    good(await roomOf(id).setImage(open, image, {}));
    const stale = await thumbnail(id);
    expect([stale.status, (await pixelsOf(stale)).width]).toEqual([200, 256]);
    expect((await thumbnail(id)).status).toBe(422);
    expect(await keysOf(id)).toHaveLength(1);
  });
});

describe("many thumbnails at once", () => {
  it("are made one after the other; more than some must come again; edits go on meanwhile", async () => {
    let release = (): void => undefined;
    const held = runExclusive(() => new Promise<void>((resolve) => (release = resolve)));
    const ids = await Promise.all(
      Array.from({ length: PICTURES_WAITING_MAX }, async () => (await postDocument(sheet)).id),
    );
    const waiting = ids.map((id) => thumbnail(id));
    const late = await postDocument(sheet);
    await expect
      .poll(async () => {
        const response = await thumbnail(late.id);
        const code = response.ok ? "ok" : (await readProblem(response)).code;
        return [code, response.headers.has("Retry-After")];
      })
      .toEqual(["unavailable", true]);
    // The renderer is taken, the documents are not.
    expect((await fill(late.id, "#ff0000")).version).toBe(1);
    release();
    await held;
    for (const response of await Promise.all(waiting)) {
      expect(response.status).toBe(200);
      await response.arrayBuffer();
    }
    const response = await thumbnail(late.id);
    expect(response.status).toBe(200);
    await response.arrayBuffer();
  });

  it("of one document in one size is made once", async () => {
    const { id } = await postDocument(sheet);
    const responses = await Promise.all([thumbnail(id), thumbnail(id), thumbnail(id)]);
    const bodies = await Promise.all(responses.map(async (response) => (await response.bytes()).toHex()));
    expect(new Set(bodies).size).toBe(1);
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await keysOf(id)).toHaveLength(1);
  });
});
