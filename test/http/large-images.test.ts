import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { PART_BYTES } from "../../src/files/file-writer.ts";
import { imageKey, uploadKey } from "../../src/files/keys.ts";
import { IMAGE_MAX_BYTES } from "../../src/protocol/limits.ts";
import type { Document } from "../../src/protocol/model/document.ts";
import { encodePixels } from "../support/export/pixels.ts";
import { concat, gif, jpeg } from "../support/export/sample-headers.ts";
import { call, postDocument, readProblem, service } from "../support/http.ts";
import { pngHeader, tinyPng } from "../support/images.ts";
import { pad, storedKeys, streamOf } from "../support/uploads.ts";

/** Larger than what is kept in memory. */
const LARGE = PART_BYTES + 1;
const photo = encodePixels(60, 40, () => [0, 0, 255, 255], 90);

const codeOf = async (response: Response) => (response.ok ? "ok" : (await readProblem(response)).code);

/** Sends a picture with its length, as clients do. */
async function put(
  id: string,
  bytes: Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
  send = call,
): Promise<Response> {
  const length = { "Content-Length": String(bytes.byteLength) };
  return send(`/v1/documents/${id}/image`, {
    method: "PUT",
    body: bytes,
    headers: { ...length, ...headers },
  });
}

async function hash(bytes: BufferSource): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

describe("R55 a large picture goes to R2 as it comes", () => {
  it.each([
    ["PNG", "image/png", tinyPng],
    ["JPEG", "image/jpeg", photo],
    ["GIF", "image/gif", gif(60, 40)],
  ])("a %s, with its length and without", async (_name, type, picture) => {
    for (const send of [
      async (id: string) => put(id, pad(picture, LARGE)),
      async (id: string) =>
        call(`/v1/documents/${id}/image`, { method: "PUT", body: streamOf(picture, LARGE).body }),
    ]) {
      const { id } = await postDocument();
      const response = await send(id);
      expect(response.status).toBe(200);
      const bytes = pad(picture, LARGE);
      const sha256 = await hash(bytes);
      expect(await response.json<Document>()).toMatchObject({
        image: { sha256, content_type: type, bytes: LARGE },
      });
      expect(await storedKeys(id)).toEqual([imageKey(id, sha256)]);
      const stored = await env.BUCKET.get(imageKey(id, sha256));
      expect(stored?.httpMetadata?.contentType).toBe(type);
      expect(await hash((await stored?.arrayBuffer()) ?? new ArrayBuffer())).toBe(sha256);
    }
  });

  it("a small one without its length, too", async () => {
    const { id } = await postDocument();
    const { body } = streamOf(tinyPng, tinyPng.byteLength);
    const response = await call(`/v1/documents/${id}/image`, { method: "PUT", body });
    expect(response.status).toBe(200);
    expect(await storedKeys(id)).toEqual([imageKey(id, await hash(tinyPng))]);
  });

  it("of exactly 64 MiB, and not of a byte more", async () => {
    const { id } = await postDocument();
    const path = `/v1/documents/${id}/image`;
    const one = await call(path, { method: "PUT", body: streamOf(photo, IMAGE_MAX_BYTES).body });
    expect(await one.json<Document>()).toMatchObject({ image: { bytes: IMAGE_MAX_BYTES } });
    const before = await storedKeys(id);
    const more = await call(path, { method: "PUT", body: streamOf(photo, IMAGE_MAX_BYTES + 1).body });
    expect(await codeOf(more)).toBe("image_too_large");
    expect(await storedKeys(id)).toEqual(before);
    expect(before).toHaveLength(1);
  });

  it("once, where two send the same bytes at once", async () => {
    const { id } = await postDocument();
    const bytes = pad(photo, LARGE);
    const responses = await Promise.all([put(id, bytes), put(id, bytes), put(id, bytes)]);
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await storedKeys(id)).toEqual([imageKey(id, await hash(bytes))]);
  });
});

describe("R55 nothing stays of a large picture that is refused", () => {
  it.each([
    ["whose pixels are too many, before they come", pngHeader(60_000, 60_000), "image_too_large"],
    ["whose chunk is damaged", tinyPng.map((byte, at) => (at === 45 ? byte ^ 1 : byte)), "invalid_image"],
    ["that is cut off in its header", concat(jpeg(9, 9).subarray(0, 20)), "invalid_image"],
    ["that starts twice", concat([0xff, 0xd8], jpeg(9, 9)), "invalid_image"],
  ])("one %s", async (_name, head, code) => {
    const { id } = await postDocument();
    expect(await codeOf(await put(id, pad(head, LARGE)))).toBe(code);
    const { body } = streamOf(head, LARGE);
    expect(await codeOf(await call(`/v1/documents/${id}/image`, { method: "PUT", body }))).toBe(code);
    expect(await storedKeys(id)).toEqual([]);
  });

  it("because of its pixels, hardly anything is read", async () => {
    const { id } = await postDocument();
    const endless = streamOf(pngHeader(60_000, 60_000), Infinity);
    const refused = await call(`/v1/documents/${id}/image`, { method: "PUT", body: endless.body });
    expect(await codeOf(refused)).toBe("image_too_large");
    expect(endless.sent()).toBeLessThan(4 * 1024 * 1024);
  });

  it("by its room: of a small one neither", async () => {
    const { id } = await postDocument();
    for (const bytes of [pad(photo, LARGE), tinyPng]) {
      expect(await codeOf(await put(id, bytes, { "If-Match": '"7"' }))).toBe("precondition_failed");
    }
    const opId = { "Idempotency-Key": "once" };
    await call(`/v1/documents/${id}`, { method: "PATCH", json: { title: "x" }, headers: opId });
    for (const bytes of [pad(photo, LARGE), tinyPng]) {
      expect(await codeOf(await put(id, bytes, opId))).toBe("op_id_reused");
    }
    expect(await storedKeys(id)).toEqual([]);
  });

  it("because its client stops: the share of memory is free again", async () => {
    const { id } = await postDocument();
    const failing = new ReadableStream({
      type: "bytes",
      start: (controller) => controller.enqueue(pad(photo, LARGE)),
      pull: (controller) => controller.error(new Error("gone")),
    });
    const stopped = await call(`/v1/documents/${id}/image`, { method: "PUT", body: failing });
    expect(await codeOf(stopped)).toBe("unavailable");
    expect(await storedKeys(id)).toEqual([]);
  });

  it("because its Content-Length lies", async () => {
    const { id } = await postDocument();
    const [less, more] = [String(LARGE + 1), String(LARGE - 1)];
    expect(await codeOf(await put(id, pad(photo, LARGE), { "Content-Length": less }))).toBe("unavailable");
    const longer = pad(photo, LARGE + 4);
    expect(await codeOf(await put(id, longer, { "Content-Length": more }))).toBe("image_too_large");
    expect(await storedKeys(id)).toEqual([]);
  });

  it.each(["createMultipartUpload", "get"])("because R2 fails at its %s", async (method) => {
    const { id } = await postDocument();
    const BUCKET = new Proxy(env.BUCKET, {
      get(bucket, name) {
        if (name === method) return async () => Promise.reject(new Error("D1_ERROR: stands for an outage"));
        const value: unknown = Reflect.get(bucket, name);
        return typeof value === "function"
          ? (...args: unknown[]): unknown => Reflect.apply(value, bucket, args)
          : value;
      },
    });
    const response = await put(id, pad(photo, LARGE), {}, service({ BUCKET }));
    expect(await codeOf(response)).toBe("unavailable");
    expect(await storedKeys(id)).toEqual([]);
  });
});

describe("what a service that died has left behind", () => {
  it("is taken away by the next large upload to the document, after an hour", async () => {
    const { id } = await postDocument();
    const left = uploadKey(id, crypto.randomUUID());
    await env.BUCKET.put(left, "left");
    await put(id, pad(photo, LARGE));
    expect(await storedKeys(id)).toContain(left);
    const clock = vi.spyOn(Date, "now").mockReturnValue(Date.now() + 61 * 60_000);
    await put(id, pad(tinyPng, LARGE)).finally(() => clock.mockRestore());
    const keys = await storedKeys(id);
    expect(keys).toHaveLength(2);
    expect(keys).not.toContain(left);
  });
});
