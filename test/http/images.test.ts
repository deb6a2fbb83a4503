import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Document } from "../../src/protocol/model/document.ts";
import { IMAGE_MAX_BYTES, WHOLE_IMAGE_MAX_BYTES } from "../../src/protocol/limits.ts";
import { makePackedGif } from "../support/export/gif-maker.ts";
import { gif, webpLossless } from "../support/export/sample-headers.ts";
import {
  call,
  guarded,
  makeToken,
  postAnnotation,
  postDocument,
  readProblem,
  service,
} from "../support/http.ts";
import { pngHeader, tinyPng } from "../support/images.ts";
import { storedKeys, streamOf } from "../support/uploads.ts";

const MIB = 1024 * 1024;

const codeOf = async (response: Response) => (response.ok ? "ok" : (await readProblem(response)).code);

function put(id: string, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
  return call(`/v1/documents/${id}/image`, { method: "PUT", body, headers });
}

async function hash(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

describe("PUT image", () => {
  it("stores the bytes under their hash and sets the document's size", async () => {
    const { id } = await postDocument();
    const response = await put(id, tinyPng, { "Content-Type": "text/plain" });
    expect(response.status).toBe(200);
    const sha256 = await hash(tinyPng);
    expect(await response.json()).toMatchObject({
      width: 1,
      height: 1,
      version: 2,
      image: {
        sha256,
        content_type: "image/png",
        bytes: tinyPng.byteLength,
        width: 1,
        height: 1,
        url: `/v1/documents/${id}/image?sha256=${sha256}`,
      },
    });
    const stored = await env.BUCKET.get(`images/${id}/${sha256}`);
    expect(new Uint8Array((await stored?.arrayBuffer()) ?? new ArrayBuffer(0))).toEqual(tinyPng);
  });

  it("then lets nobody set another size", async () => {
    const { id } = await postDocument();
    await put(id, tinyPng);
    const response = await call(`/v1/documents/${id}`, { method: "PATCH", json: { width: 5, height: 5 } });
    expect(await codeOf(response)).toBe("image_sets_size");
  });

  it("replaces: annotations stay where they are, the old picture stays readable", async () => {
    const { id } = await postDocument();
    const annotation = await postAnnotation(id, { geometry: { x: 300, y: 200 } });
    await put(id, tinyPng);
    const wide = pngHeader(3, 1);
    const document = await (await put(id, wide)).json<Document>();
    expect([document.width, document.height]).toEqual([3, 1]);
    const still = await (await call(`/v1/annotations/${annotation.id}?document_id=${id}`)).json();
    expect(still).toMatchObject({ version: 1, geometry: { x: 300, y: 200 } });
    const old = await call(`/v1/documents/${id}/image?sha256=${await hash(tinyPng)}`);
    expect(new Uint8Array(await old.arrayBuffer())).toEqual(tinyPng);
    const present = await call(`/v1/documents/${id}/image`);
    expect(new Uint8Array(await present.arrayBuffer())).toEqual(wide);
  });

  it("refuses what is no picture, whatever its content type says", async () => {
    const { id } = await postDocument();
    const refused: [BodyInit, number, string][] = [
      ["plain text", 415, "unsupported_media_type"],
      ["<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "unsupported_media_type"],
      [tinyPng.slice(0, 20), 400, "invalid_image"],
      [pngHeader(0, 1), 400, "invalid_image"],
      ["", 400, "invalid_image"],
    ];
    for (const [body, status, code] of refused) {
      const response = await put(id, body, { "Content-Type": "image/png" });
      expect([response.status, await codeOf(response)]).toEqual([status, code]);
    }
    expect(await (await call(`/v1/documents/${id}`)).json()).toMatchObject({ version: 1, image: null });
  });

  it("refuses too many pixels before it decodes anything: 30,000 × 30,000 in 70 bytes", async () => {
    const { id } = await postDocument();
    const response = await put(id, pngHeader(30_000, 30_000));
    expect(response.status).toBe(413);
    const problem = await readProblem(response);
    expect(problem.code).toBe("image_too_large");
    expect(problem.detail).toContain("30000 × 30000 pixels, 900000000 in all");
    expect(problem.detail).toContain("67108864 here (it follows from MAX_IMAGE_PIXELS): scale it down");
  });

  it("takes MAX_IMAGE_PIXELS of what goes by rows, MAX_WHOLE_IMAGE_PIXELS else, and sides of 32,767", async () => {
    const { id } = await postDocument();
    const small = service({ MAX_IMAGE_PIXELS: "400000", MAX_WHOLE_IMAGE_PIXELS: "160000" });
    const send = async (body: Uint8Array<ArrayBuffer>) =>
      (await small(`/v1/documents/${id}/image`, { method: "PUT", body })).status;
    expect(await send(pngHeader(4000, 100))).toBe(200);
    expect(await send(pngHeader(4000, 101))).toBe(413);
    expect(await send(pngHeader(1000, 100, true))).toBe(200);
    expect(await send(pngHeader(1000, 101, true))).toBe(413);
    const interlaced = { bits: 1, interlaced: true, index: () => 0 };
    expect(await send(gif(4000, 100))).toBe(200);
    expect(await send(gif(4000, 101))).toBe(413);
    // It takes a byte a pixel, a PNG four.
    expect(await send(makePackedGif({ width: 4000, height: 100, ...interlaced }))).toBe(200);
    expect(await send(makePackedGif({ width: 4000, height: 101, ...interlaced }))).toBe(413);
    expect(await send(pngHeader(32_767, 1))).toBe(200);
    expect(await send(pngHeader(32_768, 1))).toBe(413);
  });

  it("refuses a body over 64 MiB by what is declared, and by what comes", async () => {
    const { id } = await postDocument();
    const declared = await readProblem(
      await put(id, tinyPng, { "Content-Length": String(IMAGE_MAX_BYTES + 1) }),
    );
    expect(declared.code).toBe("image_too_large");
    expect(declared.detail).toContain(String(IMAGE_MAX_BYTES + 1));

    const endless = streamOf(tinyPng, Infinity);
    const streamed = await put(id, endless.body);
    expect([streamed.status, await codeOf(streamed)]).toEqual([413, "image_too_large"]);
    expect(endless.sent()).toBeLessThan(IMAGE_MAX_BYTES + 8 * MIB);
    expect(await storedKeys(id)).toEqual([]);
  });

  it("refuses a WebP over 32 MiB: it is held in memory", async () => {
    const { id } = await postDocument();
    const webp = webpLossless(1, 1);
    const declared = await readProblem(
      await put(id, webp, { "Content-Length": String(WHOLE_IMAGE_MAX_BYTES + 1) }),
    );
    expect(declared).toMatchObject({ code: "image_too_large" });
    expect(declared.detail).toContain("A WebP file");
    const endless = streamOf(webp, Infinity);
    expect(await codeOf(await put(id, endless.body))).toBe("image_too_large");
    expect(endless.sent()).toBeLessThan(WHOLE_IMAGE_MAX_BYTES + 8 * MIB);
  });

  it("looks at no byte and stores nothing for who may not", async () => {
    const { id } = await postDocument();
    const token = await makeToken({ role: "viewer" });
    const response = await guarded(`/v1/documents/${id}/image`, { method: "PUT", body: tinyPng, token });
    expect(response.status).toBe(403);
    const unknown = crypto.randomUUID();
    expect(await codeOf(await put(unknown, tinyPng))).toBe("document_not_found");
    for (const document of [id, unknown]) {
      expect((await env.BUCKET.list({ prefix: `images/${document}/` })).objects).toEqual([]);
    }
  });
});

describe("GET image", () => {
  const bytes = new Uint8Array([...tinyPng, ...Array.from({ length: 1_000 }, (_, i) => i % 251)]);
  let path: string;
  let tag: string;
  beforeAll(async () => {
    const { id } = await postDocument();
    await put(id, bytes);
    path = `/v1/documents/${id}/image`;
    tag = `"${await hash(bytes)}"`;
  });

  it("serves the file with its type, tag and length, and nothing in it runs", async () => {
    const response = await call(path);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "image/png",
      "content-length": String(bytes.byteLength),
      etag: tag,
      "accept-ranges": "bytes",
      "cache-control": "private, no-cache",
      "x-content-type-options": "nosniff",
      "content-security-policy": expect.stringContaining("sandbox"),
    });
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  });

  it("lets what is named by its hash be kept for ever", async () => {
    const response = await call(`${path}?sha256=${tag.slice(1, -1)}`);
    expect(response.headers.get("Cache-Control")).toContain("immutable");
    await response.body?.cancel();
  });

  it("answers HEAD without a body", async () => {
    const response = await call(path, { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(response.headers.get("Content-Length")).toBe(String(bytes.byteLength));
    expect(response.headers.get("Content-Type")).toBe("image/png");
  });

  it("answers 304 to who has it", async () => {
    const response = await call(path, { headers: { "If-None-Match": tag } });
    expect([response.status, response.headers.get("ETag")]).toEqual([304, tag]);
  });

  it.each([
    ["bytes=0-9", 0, 9],
    ["bytes=100-", 100, undefined],
    ["bytes=-10", -10, undefined],
    ["bytes=5-999999", 5, undefined],
  ])("serves the range %s", async (range, from, to) => {
    const response = await call(path, { headers: { Range: range } });
    const expected = bytes.slice(from, to === undefined ? undefined : to + 1);
    const start = from < 0 ? bytes.byteLength + from : from;
    expect(response.status).toBe(206);
    expect(response.headers.get("Content-Range")).toBe(
      `bytes ${start}-${start + expected.byteLength - 1}/${bytes.byteLength}`,
    );
    expect(response.headers.get("Content-Length")).toBe(String(expected.byteLength));
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(expected);
  });

  it("answers 416 to a range beyond the end, with the size", async () => {
    const response = await call(path, { headers: { Range: "bytes=999999-" } });
    expect([response.status, response.headers.get("Content-Range")]).toEqual([
      416,
      `bytes */${bytes.byteLength}`,
    ]);
    expect(await codeOf(response)).toBe("range_not_satisfiable");
  });

  it("heeds If-Range: a part only of the very same file", async () => {
    const get = async (condition: string) => {
      const response = await call(path, { headers: { Range: "bytes=0-9", "If-Range": condition } });
      await response.body?.cancel();
      return response.status;
    };
    expect(await get(tag)).toBe(206);
    expect(await get('"other"')).toBe(200);
    expect(await get(`W/${tag}`)).toBe(200);
  });

  it("answers 404 where there is no picture, or never was this one", async () => {
    const { id } = await postDocument();
    expect(await codeOf(await call(`/v1/documents/${id}/image`))).toBe("image_not_found");
    expect(await codeOf(await call(`${path}?sha256=${"0".repeat(64)}`))).toBe("image_not_found");
    expect(await codeOf(await call(`${path}?sha256=../x`))).toBe("invalid");
  });
});
