import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { getExportJob, getExportOrigin, insertExportJob } from "../../src/catalog/export-jobs.ts";
import type { ExportMessage } from "../../src/export/queue-message.ts";
import { type ExportFormat, type ExportJob, exportJobSchema } from "../../src/protocol/model/export-job.ts";
import type { Paged } from "../../src/protocol/model/scalars.ts";
import type { Version } from "../../src/protocol/model/version.ts";
import type { Claims } from "../../src/protocol/model/token.ts";
import { call, guarded, makeToken, postDocument, readProblem, service } from "../support/http.ts";
import { connect } from "../support/room.ts";

const codeOf = async (response: Response) => (response.ok ? "ok" : (await readProblem(response)).code);
const create = (json: object, headers: Record<string, string> = {}) => call("/v1/exports", { json, headers });

/** A job of which no renderer knows, in whatever state a test needs. */
async function putJob(documentId: string, format: ExportFormat, file?: string): Promise<ExportJob> {
  const { job } = await insertExportJob(env.DB, {
    id: crypto.randomUUID(),
    document_id: documentId,
    version_id: null,
    seq: 1,
    format,
    options: { scale: 1, quality: 85, background: "#ffffff" },
    requester: null,
    created_at: Date.now(),
  });
  if (file === undefined) return job;
  await env.BUCKET.put(`exports/${job.id}.${format}`, file);
  await env.DB.prepare("UPDATE exports SET status = 'succeeded', progress = 1 WHERE id = ?")
    .bind(job.id)
    .run();
  const finished = await getExportJob(env.DB, job.id);
  return finished ?? job;
}

describe("POST /v1/exports", () => {
  it("answers 202 with the job, its place, and the seq it is for", async () => {
    const { id } = await postDocument();
    const response = await create({ document_id: id, format: "json", background: "#ABCDEF" });
    expect(response.status).toBe(202);
    const job = exportJobSchema.parse(await response.json());
    expect(job).toMatchObject({
      document_id: id,
      version_id: null,
      seq: 1,
      status: "queued",
      format: "json",
      options: { scale: 1, quality: 85, background: "#abcdef" },
    });
    const found = await call(response.headers.get("Location") ?? "");
    expect((await found.json<ExportJob>()).id).toBe(job.id);
  });

  it("renders a version at that version's seq", async () => {
    const { id } = await postDocument();
    const version = await (await call("/v1/versions", { json: { document_id: id } })).json<Version>();
    await call(`/v1/documents/${id}`, { method: "PATCH", json: { title: "later" } });
    const job = await (
      await create({ document_id: id, format: "svg", version_id: version.id })
    ).json<ExportJob>();
    expect([job.seq, job.version_id]).toEqual([version.seq, version.id]);
    const unknown = await create({ document_id: id, format: "svg", version_id: crypto.randomUUID() });
    expect(await codeOf(unknown)).toBe("version_not_found");
  });

  it("does not fail with the queue: the room's alarm sends the job again", async () => {
    const { id } = await postDocument();
    const queue: Queue<ExportMessage> = {
      ...env.EXPORT_QUEUE,
      send: () => Promise.reject(new Error("The queue is away")),
    };
    const quiet = service({ EXPORT_QUEUE: queue });
    const response = await quiet("/v1/exports", { json: { document_id: id, format: "json" } });
    expect(response.status).toBe(202);
    const job = await response.json<ExportJob>();
    expect(await (await call(`/v1/exports/${job.id}`)).json()).toMatchObject({ status: "queued" });
  });

  it("makes one job for one key, and refuses other content under it", async () => {
    const { id } = await postDocument();
    const headers = { "Idempotency-Key": "export once" };
    const first = await (await create({ document_id: id, format: "json" }, headers)).json<ExportJob>();
    const again = await create({ document_id: id, format: "json" }, headers);
    expect([again.status, (await again.json<ExportJob>()).id]).toEqual([202, first.id]);
    expect(await codeOf(await create({ document_id: id, format: "svg" }, headers))).toBe("op_id_reused");
    const list = await (await call(`/v1/exports?document_id=${id}`)).json<Paged<ExportJob>>();
    expect(list.total).toBe(1);
  });

  it.each([
    ["format", { format: "bmp" }],
    ["scale", { scale: 0.09 }],
    ["scale", { scale: 4.01 }],
    ["quality", { quality: 0 }],
    ["quality", { quality: 101 }],
    ["background", { background: "red" }],
    ["colour", { colour: 1 }],
    ["profile", { profile: "w4c" }],
    ["chroma", { chroma: "4:2:0" }],
    ["chroma", { format: "png", chroma: "4:4:4" }],
    ["chroma", { format: "webp", chroma: "4:4:4" }],
    ["chroma", { format: "jpg", chroma: "4:2:2" }],
    ["legend", { legend: true }],
    ["legend", { legend: "yes" }],
    ["notes", { notes: "numbers" }],
    ["notes", { notes: "callouts" }],
    ["notes", { format: "png", notes: "all" }],
    ["notes", { format: "png", notes: true }],
    ["annotations.types", { annotations: { types: [] } }],
    ["annotations.types.0", { annotations: { types: ["blob"] } }],
    ["annotations.labels", { annotations: { labels: Array(33).fill("x") } }],
    ["annotations.labels.0", { annotations: { labels: ["x".repeat(65)] } }],
    ["annotations.labels.0", { annotations: { labels: [" "] } }],
    ["annotations.authors", { annotations: { authors: Array(33).fill("x") } }],
    ["annotations.authors.0", { annotations: { authors: ["x".repeat(257)] } }],
    ["annotations.ids", { annotations: { ids: ["x"] } }],
  ])("refuses a wrong %s", async (path, fields) => {
    const { id } = await postDocument();
    const response = await create({ document_id: id, format: "json", ...fields });
    expect([response.status, (await readProblem(response)).errors?.[0]?.path]).toEqual([400, path]);
  });

  it("takes scales of 0.1–4 and qualities of 1–100", async () => {
    const { id } = await postDocument();
    for (const fields of [{ scale: 0.1 }, { scale: 4 }, { quality: 1 }, { quality: 100 }]) {
      expect((await create({ document_id: id, format: "json", ...fields })).status).toBe(202);
    }
  });

  it("takes a filter up to its limits, and says in the job what was asked for", async () => {
    const { id } = await postDocument();
    const annotations = {
      types: ["box", "ellipse", "line", "arrow", "polyline", "polygon", "freehand", "text", "point"],
      labels: Array(32).fill("x".repeat(64)),
      authors: Array(32).fill("x".repeat(256)),
    };
    const options = { annotations, profile: "w3c", legend: false };
    const response = await create({ document_id: id, format: "json", ...options });
    expect(response.status).toBe(202);
    expect((await response.json<ExportJob>()).options).toMatchObject(options);
    expect((await create({ document_id: id, format: "json", annotations: {} })).status).toBe(202);
  });

  it("R39 takes the profile for json only, legend and notes for what has a picture", async () => {
    const { id } = await postDocument();
    for (const format of ["png", "jpg", "webp", "svg"]) {
      const legend = await create({ document_id: id, format, legend: true });
      expect([format, legend.status]).toEqual([format, 202]);
      for (const notes of ["none", "numbers", "callouts"]) {
        const noted = await create({ document_id: id, format, notes });
        expect([format, noted.status, (await noted.json<ExportJob>()).options.notes]).toEqual([
          format,
          202,
          notes,
        ]);
      }
      const profile = await create({ document_id: id, format, profile: "w3c" });
      expect([format, profile.status, (await readProblem(profile)).errors]).toEqual([
        format,
        400,
        [{ path: "profile", message: "is for json only" }],
      ]);
    }
    expect((await create({ document_id: id, format: "json", notes: "none" })).status).toBe(202);
  });

  it("R8 refuses a key that was used with another filter, legend or profile", async () => {
    const { id } = await postDocument();
    const headers = { "Idempotency-Key": "one" };
    const asked = { document_id: id, format: "json", annotations: { labels: ["a", "b"], types: ["box"] } };
    const first = await create(asked, headers);
    const again = { ...asked, annotations: { types: ["box"], labels: ["a", "b"] } };
    expect((await (await create(again, headers)).json<ExportJob>()).id).toBe(
      (await first.json<ExportJob>()).id,
    );
    const other = { ...asked, annotations: { labels: ["a"], types: ["box"] } };
    expect(await codeOf(await create(other, headers))).toBe("op_id_reused");
    expect(await codeOf(await create({ ...asked, profile: "w3c" }, headers))).toBe("op_id_reused");
  });

  it("refuses pictures of too many pixels at once, and says what to do; other formats have none", async () => {
    const { id } = await postDocument({ width: 20_000, height: 2_000 });
    const response = await create({ document_id: id, format: "webp" });
    expect(response.status).toBe(413);
    const message = expect.stringMatching(
      /^The export would be 20000 × 2000 pixels, .* Choose a scale of 0\.\d+ or less, or the format jpg, png or svg$/,
    );
    expect(await readProblem(response)).toMatchObject({
      code: "image_too_large",
      detail: message,
      errors: [{ path: "scale", message }],
    });
    for (const more of [{ format: "jpg" }, { format: "svg", scale: 4 }, { format: "webp", scale: 0.1 }]) {
      expect((await create({ document_id: id, ...more })).status).toBe(202);
    }
  });

  it("answers 404 for a document that is not there, or deleted", async () => {
    expect(await codeOf(await create({ document_id: crypto.randomUUID(), format: "png" }))).toBe(
      "document_not_found",
    );
    const { id } = await postDocument();
    await call(`/v1/documents/${id}`, { method: "DELETE" });
    expect(await codeOf(await create({ document_id: id, format: "png" }))).toBe("document_deleted");
  });
});

describe("DELETE /v1/exports/{id}", () => {
  const remove = (id: string, init: object = {}) => call(`/v1/exports/${id}`, { method: "DELETE", ...init });

  it("R41 cancels a job that is queued or running; a repeat gets the same answer; the room hears of it", async () => {
    const { id } = await postDocument();
    const socket = await connect(id);
    for (const status of ["queued", "running"]) {
      const job = await putJob(id, "png");
      await env.DB.prepare("UPDATE exports SET status = ? WHERE id = ?").bind(status, job.id).run();
      // What a renderer that died has left behind.
      await env.BUCKET.put(`exports/${job.id}.png`, "bytes");
      const response = await remove(job.id);
      expect(response.status).toBe(200);
      const cancelled = exportJobSchema.parse(await response.json());
      expect(cancelled).toMatchObject({ id: job.id, status: "cancelled", result_url: null, error: null });
      expect(cancelled.finished_at).not.toBeNull();
      expect(await socket.next("export.finished")).toMatchObject({ export: cancelled });
      expect(await env.BUCKET.head(`exports/${job.id}.png`)).toBeNull();
      const again = await remove(job.id);
      expect([again.status, await again.json()]).toEqual([200, cancelled]);
      expect(await (await call(`/v1/exports/${job.id}`)).json()).toEqual(cancelled);
      const file = await readProblem(await call(`/exports/${job.id}.png`));
      expect(file).toMatchObject({
        code: "export_not_ready",
        detail: "The export was cancelled: make a new one",
      });
    }
    const list = await call(`/v1/exports?document_id=${id}&status=cancelled`);
    expect((await list.json<Paged<ExportJob>>()).total).toBe(2);
  });

  it("R41 takes the role editor, or to be who asked for it; who that was is told to nobody", async () => {
    const { id } = await postDocument();
    const token = (sub: string, role: Claims["role"]) => makeToken({ sub, role, doc: id });
    const order = async (by: string): Promise<ExportJob> => {
      const response = await guarded("/v1/exports", { json: { document_id: id, format: "svg" }, token: by });
      return z.strictObject(exportJobSchema.shape).parse(await response.json());
    };
    const cancel = async (job: ExportJob, by: string) => {
      const response = await guarded(`/v1/exports/${job.id}`, { method: "DELETE", token: by });
      return response.ok ? (await response.json<ExportJob>()).status : codeOf(response);
    };
    const mine = await order(await token("mia", "viewer"));
    expect(await cancel(mine, await token("max", "viewer"))).toBe("forbidden");
    const elsewhere = await makeToken({ sub: "mia", role: "viewer", doc: crypto.randomUUID() });
    expect(await cancel(mine, elsewhere)).toBe("forbidden_document");
    expect(await cancel(mine, await token("mia", "viewer"))).toBe("cancelled");
    expect(await cancel(mine, await token("mia", "viewer"))).toBe("cancelled");
    expect(await cancel(await order(await token("mia", "viewer")), await token("max", "editor"))).toBe(
      "cancelled",
    );
    // Asked for by nobody known: only editors.
    const open = await putJob(id, "svg");
    expect(await cancel(open, await token("mia", "viewer"))).toBe("forbidden");
    expect(await cancel(open, await token("max", "editor"))).toBe("cancelled");
    // Without tokens everything is allowed.
    expect((await remove((await order(await token("mia", "viewer"))).id)).status).toBe(200);
    const list = await guarded(`/v1/exports?document_id=${id}`, { token: await token("mia", "viewer") });
    const { items } = await list.json<Paged<ExportJob>>();
    for (const item of items) expect(item).not.toHaveProperty("requester");
    expect(items).toHaveLength(4);
  });

  it("leaves a job alone that has come to its end, and says so with the job", async () => {
    const { id } = await postDocument();
    const done = await putJob(id, "png", "bytes");
    const failed = await putJob(id, "png");
    await env.DB.prepare("UPDATE exports SET status = 'failed', error = 'x' WHERE id = ?")
      .bind(failed.id)
      .run();
    for (const [job, status] of [
      [done, "succeeded"],
      [failed, "failed"],
    ] as const) {
      const response = await remove(job.id);
      expect(response.status).toBe(409);
      expect(await readProblem(response)).toMatchObject({
        code: "export_finished",
        detail: expect.stringContaining(status),
        current: { id: job.id, status },
      });
    }
    expect(await (await call(`/exports/${done.id}.png`)).text()).toBe("bytes");
  });

  it("knows no other job, and none of a deleted document", async () => {
    expect(await codeOf(await remove(crypto.randomUUID()))).toBe("export_not_found");
    const { id } = await postDocument();
    const job = await putJob(id, "png");
    await call(`/v1/documents/${id}`, { method: "DELETE" });
    expect(await codeOf(await remove(job.id))).toBe("document_deleted");
  });

  it("takes the role editor, for this document", async () => {
    const { id } = await postDocument();
    const job = await putJob(id, "png");
    const as = async (claims: Partial<Claims>) => {
      const token = await makeToken({ doc: id, ...claims });
      return codeOf(await guarded(`/v1/exports/${job.id}`, { method: "DELETE", token }));
    };
    expect(await as({ role: "viewer" })).toBe("forbidden");
    expect(await as({ role: "editor", doc: crypto.randomUUID() })).toBe("forbidden_document");
    expect(await as({ role: "editor" })).toBe("ok");
  });
});

describe("GET /v1/exports", () => {
  it("filters by document and status, and answers 304 to who has a job as it is", async () => {
    const { id } = await postDocument();
    const queued = await putJob(id, "png");
    const done = await putJob(id, "png", "bytes");
    const list = async (query: string) => {
      const { items } = await (await call(`/v1/exports?document_id=${id}${query}`)).json<Paged<ExportJob>>();
      return new Set(items.map((job) => job.id));
    };
    expect(await list("")).toEqual(new Set([queued.id, done.id]));
    expect(await list("&status=succeeded")).toEqual(new Set([done.id]));
    expect((await call("/v1/exports?status=done")).status).toBe(400);
    expect((await call("/v1/exports?size=1")).status).toBe(200);
    const response = await call(`/v1/exports/${done.id}`);
    const tag = response.headers.get("ETag") ?? "";
    expect((await call(`/v1/exports/${done.id}`, { headers: { "If-None-Match": tag } })).status).toBe(304);
    expect(await codeOf(await call(`/v1/exports/${crypto.randomUUID()}`))).toBe("export_not_found");
  });
});

describe("the finished file", () => {
  it("is served at result_url to be shown, and as a download to be saved", async () => {
    const { id } = await postDocument();
    const job = await putJob(id, "svg", "<svg/>");
    expect(job.result_url).toBe(`/exports/${job.id}.svg`);
    const shown = await call(job.result_url ?? "");
    expect([shown.status, await shown.text()]).toEqual([200, "<svg/>"]);
    expect(Object.fromEntries(shown.headers)).toMatchObject({
      "content-type": "image/svg+xml",
      "content-disposition": `inline; filename="${job.id}.svg"`,
      "cache-control": "public, max-age=31536000, immutable",
      // A script in it runs nowhere.
      "content-security-policy": expect.stringMatching(/default-src 'none'.*sandbox/),
    });
    const saved = await call(`/v1/exports/${job.id}/download`);
    expect(await saved.text()).toBe("<svg/>");
  });

  it("R43 is saved under the title that the document had at the job's seq", async () => {
    const { id } = await postDocument({ title: 'The "Übersicht" 1/2' });
    const job = await putJob(id, "svg", "<svg/>");
    await call(`/v1/documents/${id}`, { method: "PATCH", json: { title: "Later" } });
    const saved = await call(`/v1/exports/${job.id}/download`);
    expect(saved.headers.get("Content-Disposition")).toBe(
      `attachment; filename="The -Ubersicht- 1-2.svg"; filename*=UTF-8''The%20-%C3%9Cbersicht-%201-2.svg`,
    );
  });

  it("R40 is JSON-LD with the profile w3c, and notes the origin that it was asked for under", async () => {
    const { id } = await postDocument();
    const asked = { document_id: id, format: "json", profile: "w3c" };
    const job = await (await create(asked)).json<ExportJob>();
    expect(await getExportOrigin(env.DB, job.id)).toBe("http://localhost");
    await env.BUCKET.put(`exports/${job.id}.json`, "{}");
    await env.DB.prepare("UPDATE exports SET status = 'succeeded' WHERE id = ?").bind(job.id).run();
    const type = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"';
    const shown = await call(`/exports/${job.id}.json`);
    expect([await shown.text(), shown.headers.get("Content-Type")]).toEqual(["{}", type]);
    const saved = await call(`/v1/exports/${job.id}/download`);
    expect([await saved.text(), saved.headers.get("Content-Type")]).toEqual(["{}", type]);
    expect(saved.headers.get("Content-Disposition")).toContain('.jsonld"');
  });

  it("answers ranges, HEAD and 304", async () => {
    const { id } = await postDocument();
    const { result_url: url } = await putJob(id, "json", "0123456789");
    const path = url ?? "";
    const part = await call(path, { headers: { Range: "bytes=2-4" } });
    expect([part.status, await part.text()]).toEqual([206, "234"]);
    const head = await call(path, { method: "HEAD" });
    expect([head.headers.get("Content-Length"), await head.text()]).toEqual(["10", ""]);
    const tag = head.headers.get("ETag") ?? "";
    expect((await call(path, { headers: { "If-None-Match": tag } })).status).toBe(304);
  });

  it("R43 may be kept for ever: by anyone's cache where the service is open, by one's own where it is not", async () => {
    const { id } = await postDocument();
    const { result_url: url, id: jobId } = await putJob(id, "png", "bytes");
    const token = await makeToken({ doc: id, role: "viewer" });
    for (const path of [url ?? "", `/v1/exports/${jobId}/download`]) {
      const own = await guarded(path, { token });
      expect(own.headers.get("Cache-Control")).toBe("private, max-age=31536000, immutable");
      const open = await call(path);
      expect(open.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
      expect([await own.text(), await open.text()]).toEqual(["bytes", "bytes"]);
    }
  });

  it("is not there under another name", async () => {
    const { id } = await postDocument();
    const job = await putJob(id, "png", "bytes");
    for (const name of [`${job.id}.jpg`, job.id, `${job.id}.png.exe`, "x.png", "..%2F..%2Fsecret.png"]) {
      expect([name, await codeOf(await call(`/exports/${name}`))]).toEqual([name, "export_not_found"]);
    }
  });

  it("answers 409 with the job while it is not ready, and says why where it failed", async () => {
    const { id } = await postDocument();
    const job = await putJob(id, "png");
    for (const path of [`/v1/exports/${job.id}/download`, `/exports/${job.id}.png`]) {
      const response = await call(path);
      expect(response.status).toBe(409);
      expect(await readProblem(response)).toMatchObject({
        code: "export_not_ready",
        current: { id: job.id },
      });
    }
    await env.DB.prepare("UPDATE exports SET status = 'failed', error = 'no ink' WHERE id = ?")
      .bind(job.id)
      .run();
    expect((await readProblem(await call(`/exports/${job.id}.png`))).detail).toContain("no ink");
  });

  it("is gone with its document", async () => {
    const { id } = await postDocument();
    const job = await putJob(id, "png", "bytes");
    await call(`/v1/documents/${id}`, { method: "DELETE" });
    for (const path of [
      `/v1/exports/${job.id}`,
      `/v1/exports/${job.id}/download`,
      `/exports/${job.id}.png`,
    ]) {
      expect(await codeOf(await call(path))).toBe("document_deleted");
    }
  });
});
