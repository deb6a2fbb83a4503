import { readFile } from "node:fs/promises";
import path from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { AcetateError, type Client, createClient } from "../../../src/client/index.ts";
import { exportDocument, type ExportMessage } from "../../../src/client/rest/exports.ts";
import { Http } from "../../../src/client/rest/http.ts";
import { Service } from "../../../src/client/service.ts";
import { TokenSource } from "../../../src/client/token-source.ts";
import type { Document } from "../../../src/protocol/model/document.ts";
import { projectRoot } from "../../../tools/project.ts";
import { RoomSocket, roomUrl } from "../../../tools/room-socket.ts";
import { waitFor } from "../../e2e/support/wait-for.ts";
import { FaultyProxy } from "../support/faulty-proxy.ts";
import { makeToken } from "../support/running-service.ts";
import { useSharedTokenService } from "../support/service.ts";

const MIB = 1024 * 1024;
const picture = await readFile(path.join(projectRoot, "test/fixtures/libjpeg-turbo-420.jpg"));
/** The picture with zeros behind it, which nobody shows: as many bytes as a photo has. */
const photo = new Uint8Array(5 * MIB);
photo.set(picture);
const pad = (bytes: number) => new Blob([picture, new Uint8Array(bytes - picture.byteLength)]);
const box = { type: "box", geometry: { x: 10, y: 20, width: 30, height: 40 } } as const;

describe("files that the client sends and gets", () => {
  const service = useSharedTokenService();
  let proxy: FaultyProxy;
  let token: string;
  let api: Client;
  let document: Document;

  beforeAll(async () => {
    proxy = await FaultyProxy.start(service.url);
    token = await makeToken();
    api = createClient({ url: proxy.url, token });
  });
  afterAll(async () => {
    await proxy.close();
  });
  beforeEach(async () => {
    document = await api.documents.create({ title: "A document", width: 400, height: 300 });
    proxy.seen.length = 0;
    proxy.faults.length = 0;
    proxy.faultOf = () => "pass";
    vi.spyOn(Math, "random").mockReturnValue(0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  const failure = async (work: Promise<unknown>): Promise<AcetateError> => {
    const error: unknown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof AcetateError)) throw new Error(`It came to ${String(error)}`);
    return error;
  };

  /** From more than nothing to 1, in several steps. */
  function expectRising(told: number[]): void {
    expect(told.length).toBeGreaterThan(3);
    expect(told[0]).toBeGreaterThan(0);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(new Set(told).size).toBe(told.length);
    expect(told.at(-1)).toBe(1);
  }

  describe("an upload", () => {
    it.each([
      ["a Blob", () => new Blob([photo])],
      ["a File", () => new File([photo], "photo.jpg", { type: "image/jpeg" })],
      ["an ArrayBuffer", () => photo.buffer],
      ["a view of one", () => photo],
      ["a stream", () => new Blob([photo]).stream()],
    ])("takes %s, and tells how far it is", async (_, make) => {
      const told: number[] = [];
      const onProgress = (progress: number) => void told.push(progress);
      const { image } = await api.documents.uploadImage(document.id, make(), { onProgress });
      expect(image).toMatchObject({ bytes: photo.byteLength, content_type: "image/jpeg" });
      expectRising(told);
    });

    it("is sent again, a stream too, and its progress never falls", async () => {
      const told: number[] = [];
      const onProgress = (progress: number) => void told.push(progress);
      proxy.faults.push("lose the request", "lose the answer");
      const stream = new Blob([photo]).stream();
      const { version } = await api.documents.uploadImage(document.id, stream, { onProgress });
      expect(version).toBe(document.version + 1);
      expect(proxy.seen).toHaveLength(3);
      expectRising(told);
    });

    it("tells a refusal that comes before the file was read", async () => {
      const viewer = createClient({ url: service.url, token: await makeToken({ role: "viewer" }) });
      for (const onProgress of [undefined, () => {}]) {
        const refused = viewer.documents.uploadImage(document.id, pad(20 * MIB), { onProgress });
        expect(await failure(refused)).toMatchObject({ code: "forbidden" });
      }
    });

    it("can be cancelled", async () => {
      proxy.faults.push("say nothing");
      const abort = new AbortController();
      const onProgress = () => abort.abort();
      const { signal } = abort;
      const error = await failure(api.documents.uploadImage(document.id, photo, { onProgress, signal }));
      expect(error.code).toBe("cancelled");
      proxy.faults.length = 0;
      expect(await api.documents.get(document.id)).toEqual(document);
    });

    it("goes on where a listener of its progress throws", async () => {
      const uncaught = vi.fn();
      process.once("uncaughtException", uncaught);
      const onProgress = (progress: number) => {
        if (progress === 1) throw new Error("in the listener");
      };
      const { image } = await api.documents.uploadImage(document.id, picture, { onProgress });
      expect(image?.bytes).toBe(picture.byteLength);
      await waitFor("the error to be reported", () => uncaught.mock.calls[0]);
      process.removeListener("uncaughtException", uncaught);
    });

    it("in a browser with your own fetch, which can't tell, tells the end", async () => {
      vi.stubGlobal("XMLHttpRequest", vi.fn());
      const told: number[] = [];
      const onProgress = (progress: number) => void told.push(progress);
      const own = createClient({ url: proxy.url, token, fetch: (input, init) => fetch(input, init) });
      await own.documents.uploadImage(document.id, photo, { onProgress });
      expect(told).toEqual([1]);
    });
  });

  describe("an export", () => {
    it("is made, waited for and read, with its progress and its warnings", async () => {
      await api.annotations.create({ document_id: document.id, ...box, text: "A note" });
      const told: number[] = [];
      const finished = vi.fn();
      const file = await api.exports.run(
        { document_id: document.id, format: "png", scale: 2 },
        { onProgress: (progress) => void told.push(progress), onFinished: finished },
      );
      expect(file.type).toBe("image/png");
      expect(
        Buffer.from(await file.arrayBuffer())
          .subarray(1, 4)
          .toString(),
      ).toBe("PNG");
      expect(told).toEqual(told.toSorted((a, b) => a - b));
      expect(told.at(-1)).toBe(1);
      expect(finished).toHaveBeenCalledExactlyOnceWith(
        expect.objectContaining({ status: "succeeded", width: 800, warnings: [expect.any(String)] }),
      );
    });

    it("keeps the type of a W3C file", async () => {
      const file = await api.exports.run({ document_id: document.id, format: "json", profile: "w3c" });
      expect(file.type).toMatch(/^application\/ld\+json; ?profile=/);
    });

    it("that fails says why", async () => {
      // A header that is good, and no pixels.
      const { id } = await api.documents.create({ title: "Broken" });
      await api.documents.uploadImage(id, brokenPng());
      const error = await failure(api.exports.run({ document_id: id, format: "png" }));
      expect(error).toMatchObject({ code: "export_failed", current: { status: "failed" } });
      expect(error.message).toBe((error.current as { error: string }).error);
    });

    it("that is refused is no job", async () => {
      const wrong = api.exports.run({ document_id: document.id, format: "png", profile: "w3c" });
      expect(await failure(wrong)).toMatchObject({ code: "invalid", errors: [{ path: "profile" }] });
    });

    it("is made once where answers are lost", async () => {
      proxy.faults.push("lose the answer", "lose the answer");
      await api.exports.run({ document_id: document.id, format: "json" });
      expect(await api.exports.list({ document_id: document.id })).toMatchObject({ total: 1 });
    });

    it("that is cancelled ends on the service, too", async () => {
      const abort = new AbortController();
      const { signal } = abort;
      // It is asked how far the job is, and gets no answer.
      proxy.faults.push("pass", "say nothing");
      const run = failure(api.exports.run({ document_id: document.id, format: "svg" }, { signal }));
      await waitFor("the question", () => proxy.seen[1]);
      abort.abort();
      expect((await run).code).toBe("cancelled");
      await waitFor("the cancelling", () => proxy.seen.find(({ method }) => method === "DELETE"));
    });

    it("that is cancelled before its job has an id is cancelled as soon as it has", async () => {
      const abort = new AbortController();
      const { signal } = abort;
      proxy.faults.push("lose the request", "lose the answer");
      const run = failure(api.exports.run({ document_id: document.id, format: "svg" }, { signal }));
      await waitFor("the request", () => proxy.seen[0]);
      abort.abort();
      expect((await run).code).toBe("cancelled");
      await waitFor("the cancelling", () => proxy.seen.find(({ method }) => method === "DELETE"));
      await failure(api.exports.run({ document_id: document.id, format: "svg" }, { signal }));
      expect(await api.exports.list({ document_id: document.id })).toMatchObject({ total: 1 });
    });

    it("that somebody else cancels says so", async () => {
      proxy.faults.push("pass", (asked) => {
        const job = { id: asked.split("/").at(-1), status: "cancelled", progress: 0.5, error: null };
        return { status: 200, body: JSON.stringify(job) };
      });
      const error = await failure(api.exports.run({ document_id: document.id, format: "svg" }));
      expect(error).toMatchObject({ code: "export_failed", current: { status: "cancelled" } });
      expect(error.message).toContain("somebody else");
    });

    it("hears of its job from a room, beside others of the document", async () => {
      const messages: ExportMessage[] = [];
      const listeners = new Set<(message: ExportMessage) => void>();
      const room = roomUrl(service.url, document.id);
      room.searchParams.set("token", await makeToken({ exp: Date.now() / 1000 + 300 }));
      const socket = await RoomSocket.join(room, (message) => {
        if (message.type !== "export.progress" && message.type !== "export.finished") return;
        messages.push(message);
        for (const listener of listeners) listener(message);
      });
      const other = await api.exports.create({ document_id: document.id, format: "json" });
      const told: number[] = [];
      proxy.seen.length = 0;
      // The job has ended before the answer says which it is. Nobody tells of it but the room.
      const isEnd = ({ type, export: job }: ExportMessage) =>
        type === "export.finished" && job.id !== other.id;
      proxy.faults.push({ hold: waitFor("the export to finish", () => messages.find(isEnd)) });
      proxy.faultOf = ({ method, path: asked }) =>
        method === "GET" && !asked.endsWith("/download") ? "say nothing" : "pass";
      const file = await exportDocument(
        new Http(new Service(proxy.url, new TokenSource(token))),
        document.id,
        { format: "svg" },
        { onProgress: (progress) => void told.push(progress) },
        (listener) => {
          listeners.add(listener);
          listener({ type: "export.progress", export: { ...other, progress: 0.9 } });
          return () => listeners.delete(listener);
        },
      );
      expect(file.type).toBe("image/svg+xml");
      expect(told).not.toContain(0.9);
      expect(told.at(-1)).toBe(1);
      expect(listeners.size).toBe(0);
      await socket.close();
    });
  });
});

/** A PNG that is sound from its header to its last chunk, but whose pixels can't be unpacked. */
function brokenPng(): Uint8Array<ArrayBuffer> {
  const packed = deflateSync(Buffer.alloc(40 * (1 + 60 * 4), 7));
  packed.fill(0xff, 10, 20);
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const named = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.byteLength);
    frame.writeUInt32BE(crc32(named), 4);
    return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
  };
  const header = Buffer.from([0, 0, 0, 60, 0, 0, 0, 40, 8, 6, 0, 0, 0]);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const chunks = [chunk("IHDR", header), chunk("IDAT", packed), chunk("IEND", Buffer.alloc(0))];
  return new Uint8Array(Buffer.concat([signature, ...chunks]));
}
