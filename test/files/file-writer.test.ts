import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { PART_BYTES, PartWriter, StreamWriter } from "../../src/files/file-writer.ts";
import { StorageStalled } from "../../src/files/storage-stalled.ts";
import { copyFile, storeFile, writeWith } from "../../src/files/store-file.ts";
import type { WriteBytes } from "../../src/write-bytes.ts";
import { logBucket } from "../support/log-bucket.ts";

/** Bytes that differ from part to part. */
function sample(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(size).map((_, at) => (at * 31 + (at >>> 16)) & 255);
}

/** Writes in pieces out of one buffer, as an encoder does. */
async function writePieces(write: WriteBytes, bytes: Uint8Array, piece: number): Promise<void> {
  const buffer = new Uint8Array(piece);
  for (let at = 0; at < bytes.byteLength; at += piece) {
    const next = bytes.subarray(at, at + piece);
    buffer.set(next);
    await write(buffer.subarray(0, next.byteLength));
  }
}

async function hash(bytes: BufferSource): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

describe("a file written into R2 as it comes", () => {
  it.each([
    ["nothing", 0, ["put"]],
    ["one part", PART_BYTES, ["put"]],
    ["a byte more", PART_BYTES + 1, ["createMultipartUpload", "uploadPart", "uploadPart", "complete"]],
    [
      "two parts and a piece",
      2 * PART_BYTES + 77,
      ["createMultipartUpload", "uploadPart", "uploadPart", "uploadPart", "complete"],
    ],
  ])("of %s is whole, under its type", async (_name, size, expected) => {
    const key = crypto.randomUUID();
    const bytes = sample(size);
    const { bucket, calls } = logBucket();
    const stored = await storeFile(bucket, key, "png", async (write) => {
      await writePieces(write, bytes, 700_000);
      return "made";
    });
    expect(stored).toEqual({ bytes: size, produced: "made" });
    expect(calls).toEqual(expected);
    const object = await env.BUCKET.get(key);
    expect(object?.httpMetadata?.contentType).toBe("image/png");
    expect(await hash((await object?.arrayBuffer()) ?? new ArrayBuffer())).toBe(await hash(bytes));
  });

  it.each([10, PART_BYTES + 10])("leaves what was there if it fails after %i bytes", async (size) => {
    const key = crypto.randomUUID();
    await env.BUCKET.put(key, "before");
    const { bucket, calls } = logBucket();
    const failing = storeFile(bucket, key, "png", async (write) => {
      await write(sample(size));
      throw new Error("cancelled");
    });
    await expect(failing).rejects.toThrow("cancelled");
    expect(await (await env.BUCKET.get(key))?.text()).toBe("before");
    expect(calls).toEqual(size > PART_BYTES ? ["createMultipartUpload", "uploadPart", "abort"] : []);
  });

  it("ends with R2's own error, and drops its parts", async () => {
    const { bucket, calls } = logBucket((call) =>
      call === "complete" ? Promise.reject(new Error("R2 is down")) : undefined,
    );
    const key = crypto.randomUUID();
    const failing = storeFile(bucket, key, "png", async (write) => write(sample(PART_BYTES + 1)));
    await expect(failing).rejects.toThrow("R2 is down");
    expect(calls.at(-1)).toBe("abort");
    expect(await env.BUCKET.head(key)).toBeNull();
  });

  it("ends where R2 never answers, whatever the call", async () => {
    const calls = ["put", "createMultipartUpload", "uploadPart", "complete"];
    const ends = calls.map(async (call) => {
      const { bucket } = logBucket((each) => (each === call ? new Promise(() => undefined) : undefined));
      const size = call === "put" ? 1 : PART_BYTES + 1;
      return storeFile(bucket, "stalled", "png", async (write) => write(sample(size)));
    });
    for (const end of await Promise.allSettled(ends)) {
      expect(end).toMatchObject({ status: "rejected", reason: expect.any(StorageStalled) });
    }
  });

  it("is one file, whole, where two write it at once: that of the last to end", async () => {
    const key = crypto.randomUUID();
    const [first, second] = [sample(PART_BYTES + 5), sample(PART_BYTES + 6)];
    const writers = [new PartWriter(env.BUCKET, key, {}), new PartWriter(env.BUCKET, key, {})] as const;
    await writers[0].write(first);
    await writers[1].write(second);
    await writers[1].finish();
    await writers[0].finish();
    const object = await env.BUCKET.get(key);
    expect(await hash((await object?.arrayBuffer()) ?? new ArrayBuffer())).toBe(await hash(first));
  });
});

describe("a file of known size", () => {
  it.each([
    ["less than a part", 1000],
    ["one part", PART_BYTES],
    ["more", 2 * PART_BYTES + 3],
  ])("of %s streams, and is there only when it is whole", async (_name, size) => {
    const key = crypto.randomUUID();
    const bytes = sample(size);
    await writeWith(new StreamWriter(env.BUCKET, key, size, {}), async (write) => {
      await writePieces(write, bytes, 700_001);
      expect(await env.BUCKET.head(key)).toBeNull();
    });
    const object = await env.BUCKET.get(key);
    expect(await hash((await object?.arrayBuffer()) ?? new ArrayBuffer())).toBe(await hash(bytes));
  });

  it.each([
    ["is given up", 50, async () => Promise.reject(new Error("no"))],
    ["is given up after a part", PART_BYTES, async () => Promise.reject(new Error("no"))],
    ["comes to its end too early", 50, async () => undefined],
  ])("leaves nothing if it %s", async (_name, size, end) => {
    const key = crypto.randomUUID();
    const { bucket, calls } = logBucket();
    const failing = writeWith(new StreamWriter(bucket, key, PART_BYTES + 100, {}), async (write) => {
      await write(sample(size));
      await end();
    });
    await expect(failing).rejects.toThrow();
    expect(calls).toEqual(["createMultipartUpload", "uploadPart", "abort"]);
    expect(await env.BUCKET.head(key)).toBeNull();
  });

  it("has no more bytes than were said", async () => {
    const failing = writeWith(new StreamWriter(env.BUCKET, crypto.randomUUID(), 100, {}), async (write) =>
      write(sample(101)),
    );
    await expect(failing).rejects.toThrow(RangeError);
  });

  it("ends with R2's own error", async () => {
    const { bucket, calls } = logBucket((call) =>
      call === "uploadPart" ? Promise.reject(new Error("R2 is down")) : undefined,
    );
    const failing = writeWith(new StreamWriter(bucket, "failing", 100_000, {}), async (write) =>
      writePieces(write, sample(100_000), 1_000),
    );
    await expect(failing).rejects.toThrow("R2");
    expect(calls.at(-1)).toBe("abort");
  });
});

describe("copyFile", () => {
  it.each([10, PART_BYTES, 2 * PART_BYTES + 9])("copies %i bytes, with their type", async (size) => {
    const [from, to] = [crypto.randomUUID(), crypto.randomUUID()];
    const bytes = sample(size);
    await env.BUCKET.put(from, bytes);
    expect(await copyFile(env.BUCKET, from, to, { httpMetadata: { contentType: "image/png" } })).toBe(true);
    const object = await env.BUCKET.get(to);
    expect(object?.httpMetadata?.contentType).toBe("image/png");
    expect(await hash((await object?.arrayBuffer()) ?? new ArrayBuffer())).toBe(await hash(bytes));
  });

  it("says that there is nothing to copy", async () => {
    expect(await copyFile(env.BUCKET, crypto.randomUUID(), "nowhere", {})).toBe(false);
  });

  it("copies what was uploaded in parts, and an empty file", async () => {
    const [from, empty, to] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
    const bytes = sample(PART_BYTES + 9);
    await storeFile(env.BUCKET, from, "png", async (write) => write(bytes));
    await copyFile(env.BUCKET, from, to, {});
    expect(await hash(await readFile(to))).toBe(await hash(bytes));
    await env.BUCKET.put(empty, "");
    await copyFile(env.BUCKET, empty, to, {});
    expect(await readFile(to)).toHaveProperty("byteLength", 0);
  });

  it.each([
    ["R2 fails", () => Promise.reject(new Error("R2 is down")), "R2 is down"],
    ["the file goes", () => Promise.resolve(null), "went while it was read"],
  ])("leaves what was there if %s half-way", async (_name, answer, message) => {
    const [from, to] = [crypto.randomUUID(), crypto.randomUUID()];
    await env.BUCKET.put(from, sample(2 * PART_BYTES));
    await env.BUCKET.put(to, "before");
    let ranges = 0;
    const { bucket } = logBucket((call) => (call === "get" && ++ranges === 2 ? answer() : undefined));
    await expect(copyFile(bucket, from, to, {})).rejects.toThrow(message);
    expect(new TextDecoder().decode(await readFile(to))).toBe("before");
  });

  it("ends with R2's own error", async () => {
    const from = crypto.randomUUID();
    await env.BUCKET.put(from, sample(PART_BYTES));
    const { bucket } = logBucket((call) =>
      call === "put" ? Promise.reject(new Error("R2 is down")) : undefined,
    );
    await expect(copyFile(bucket, from, "nowhere", {})).rejects.toThrow("R2 is down");
  });
});

async function readFile(key: string): Promise<ArrayBuffer> {
  const object = await env.BUCKET.get(key);
  if (!object) throw new Error(`${key} is not there`);
  return object.arrayBuffer();
}
