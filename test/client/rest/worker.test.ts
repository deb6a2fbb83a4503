import { readFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../../tools/project.ts";
import { makeToken } from "../support/running-service.ts";
import { useSharedTokenService } from "../support/service.ts";

/** A Worker that uses the library: everything it does is in one request. */
const WORKER = `
import { AcetateError, createClient } from "./src/client/index.ts";

export default {
  async fetch(request, { SERVICE, TOKEN }) {
    const told = [];
    const api = createClient({ url: SERVICE, token: () => TOKEN });
    const { id } = await api.documents.create({ title: "Made by a Worker", width: 40, height: 30 });
    await api.documents.uploadImage(id, request.body, { onProgress: (progress) => told.push(progress) });
    await api.annotations.create({ document_id: id, type: "point", geometry: { x: 1, y: 2 } });
    const file = await api.exports.run({ document_id: id, format: "png" });
    const refusal = await api.documents.update(id, { version: 9 }).catch((error) => error);
    return Response.json({
      told,
      type: file.type,
      isError: refusal instanceof AcetateError,
      code: refusal.code,
    });
  },
};
`;

describe("the client within a Worker", () => {
  const service = useSharedTokenService();
  let worker: Miniflare;

  beforeAll(async () => {
    const { outputFiles } = await build({
      stdin: { contents: WORKER, resolveDir: projectRoot },
      bundle: true,
      format: "esm",
      target: "es2024",
      write: false,
    });
    worker = new Miniflare(
      convertV4MiniflareOptions({
        modules: true,
        script: outputFiles[0]?.text ?? "",
        compatibilityDate: "2026-01-01",
        cf: false,
        bindings: { SERVICE: service.url.href, TOKEN: await makeToken() },
      }),
    );
  });
  afterAll(async () => {
    await worker.dispose();
  });

  it("creates, uploads with progress, exports, and tells refusals", async () => {
    // Zeros behind a picture, which nobody shows: as many bytes as a photo has.
    const photo = new Uint8Array(5 * 1024 * 1024);
    photo.set(await readFile(path.join(projectRoot, "test/fixtures/libjpeg-turbo-420.jpg")));
    const response = await worker.dispatchFetch("http://localhost/", { method: "POST", body: photo });
    const { told, ...rest } = (await response.json()) as { told: number[] };
    expect(told.length).toBeGreaterThan(3);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBe(1);
    expect(rest).toEqual({
      type: "image/png",
      isError: true,
      code: "stale_version",
    });
  });
});
