import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import {
  findCachedExport,
  getExportJob,
  getExportOrigin,
  insertExportJob,
  isRequester,
  listExportJobs,
  type NewExportJob,
} from "../../src/catalog/export-jobs.ts";
import { leaseNextExportJob, succeedExportJob } from "../../src/catalog/export-leases.ts";
import { withMembers } from "../support/with-members.ts";

const db = env.DB;
const T0 = Date.UTC(2026, 10, 22, 10);

function newJob(more: Partial<NewExportJob> = {}): NewExportJob {
  return {
    id: crypto.randomUUID(),
    document_id: crypto.randomUUID(),
    version_id: null,
    seq: 7,
    format: "png",
    options: { scale: 1, quality: 85, background: "#ffffff" },
    requester: null,
    created_at: T0,
    ...more,
  };
}

async function insert(more: Partial<NewExportJob> = {}): Promise<string> {
  const { job } = await insertExportJob(db, newJob(more));
  return job.id;
}

const outcome = { bytes: 1234, width: 1800, height: 1200, warnings: ["a word"] };

beforeEach(async () => {
  await db.prepare("DELETE FROM exports").run();
});

describe("insertExportJob", () => {
  it("queues a job as everyone sees it", async () => {
    const job = newJob({ version_id: crypto.randomUUID(), format: "jpg" });
    const inserted = await insertExportJob(db, job);
    expect(inserted).toEqual({
      created: true,
      job: {
        id: job.id,
        document_id: job.document_id,
        version_id: job.version_id,
        seq: 7,
        status: "queued",
        progress: 0,
        format: "jpg",
        options: { scale: 1, quality: 85, background: "#ffffff" },
        result_url: null,
        error: null,
        warnings: [],
        attempts: 0,
        bytes: null,
        width: null,
        height: null,
        created_at: "2026-11-22T10:00:00.000Z",
        started_at: null,
        finished_at: null,
      },
    });
    expect(await getExportJob(db, job.id)).toEqual(inserted.job);
  });

  it("answers a repeat with the stored job", async () => {
    const job = newJob();
    await insertExportJob(db, job);
    const again = await insertExportJob(db, { ...job, seq: 99, created_at: T0 + 1 });
    expect(again.created).toBe(false);
    expect(again.job).toMatchObject({ seq: 7, created_at: "2026-11-22T10:00:00.000Z" });
  });

  it("keeps who asked for it, and tells it only to who says so", async () => {
    const job = newJob({ requester: "mia" });
    const inserted = await insertExportJob(db, job);
    expect(inserted.job).not.toHaveProperty("requester");
    expect(await isRequester(db, job.id, "mia")).toBe(true);
    expect(await isRequester(db, job.id, "max")).toBe(false);
    expect(await isRequester(db, await insert(), "mia")).toBe(false);
  });

  it("says so where the stored job is gone before it is read", async () => {
    const job = newJob();
    await insertExportJob(db, job);
    const gone = withMembers(db, {
      prepare: (sql) => db.prepare(sql.replace("WHERE id = ?", "WHERE id = ? AND 0")),
    });
    await expect(insertExportJob(gone, job)).rejects.toThrow("neither inserted nor found");
  });

  it("knows no other job", async () => {
    expect(await getExportJob(db, crypto.randomUUID())).toBeNull();
  });
});

describe("listExportJobs", () => {
  it("lists newest first, in pages, by document and status", async () => {
    const document_id = crypto.randomUUID();
    const second = await insert({ document_id, created_at: T0 + 1 });
    await leaseNextExportJob(db, { token: "a", until: T0 + 60_000 }, T0);
    const first = await insert({ document_id, created_at: T0 });
    const third = await insert({ document_id, created_at: T0 + 2 });
    const other = await insert({ created_at: T0 + 3 });

    const ids = async (query: Parameters<typeof listExportJobs>[1]): Promise<string[]> =>
      (await listExportJobs(db, query)).items.map((job) => job.id);
    expect(await ids({ page: 1, size: 20 })).toEqual([other, third, second, first]);
    expect(await ids({ documentId: document_id, page: 1, size: 2 })).toEqual([third, second]);
    expect(await ids({ documentId: document_id, page: 2, size: 2 })).toEqual([first]);
    expect(await ids({ status: "running", page: 1, size: 20 })).toEqual([second]);
    expect(await ids({ documentId: document_id, status: "queued", page: 1, size: 20 })).toEqual([
      third,
      first,
    ]);
    expect(await listExportJobs(db, { documentId: document_id, page: 3, size: 2 })).toEqual({
      items: [],
      page: 3,
      size: 2,
      total: 3,
    });
  });
});

describe("findCachedExport", () => {
  const document_id = crypto.randomUUID();
  const options = { scale: 1, quality: 85, background: "#ffffff" };
  async function finished(more: Partial<NewExportJob> = {}): Promise<string> {
    const id = await insert({ document_id, ...more });
    await leaseNextExportJob(db, { token: "a", until: T0 + 1000 }, T0);
    await succeedExportJob(db, id, "a", outcome, T0);
    return id;
  }
  const find = async (more: Partial<NewExportJob> = {}, since = T0 - 1) =>
    (await findCachedExport(db, newJob({ document_id, ...more }), since))?.id;

  it("finds the newest with the same document, seq, format and options", async () => {
    await finished();
    const newest = await finished({ created_at: T0 + 1 });
    expect(await find()).toBe(newest);
    expect(await find({ seq: 8 })).toBeUndefined();
    expect(await find({ format: "jpg" })).toBeUndefined();
    expect(await find({ document_id: crypto.randomUUID() })).toBeUndefined();
    expect(await find({ options: { ...options, scale: 2 } })).toBeUndefined();
    expect(await find({ options: { ...options, annotations: { labels: ["x"] } } })).toBeUndefined();
    expect(await find({ options: { ...options, legend: true } })).toBeUndefined();
    expect(await find({ options: { ...options, notes: "numbers" } })).toBeUndefined();
    // The same picture, but without the warning that goes with it.
    expect(await find({ options: { ...options, notes: "none" } })).toBeUndefined();
  });

  it("looks only at what decides on the bytes", async () => {
    const id = await finished({ options: { ...options, annotations: { types: ["box", "line"] } } });
    const same = { annotations: { types: ["line", "box", "line"] as ["line", "box", "line"] } };
    expect(await find({ options: { ...options, ...same, quality: 1, legend: false } })).toBe(id);
    const json = await finished({ format: "json" });
    const anything = { scale: 3, quality: 1, background: "#000000" };
    expect(await find({ format: "json", options: anything })).toBe(json);
    expect(await find({ format: "json", options: { ...options, profile: "w3c" } })).toBeUndefined();
    const jpg = await finished({ format: "jpg" });
    expect(await find({ format: "jpg", options: { ...options, quality: 84 } })).toBeUndefined();
    expect(await find({ format: "jpg", options: { ...options, chroma: "4:2:0" } })).toBe(jpg);
    expect(await find({ format: "jpg", options: { ...options, chroma: "4:4:4" } })).toBeUndefined();
  });

  it("R42 finds none that was asked for under another origin: it may be in the file", async () => {
    const known = "https://a.example.org";
    const twin = await finished({ origin: known });
    const askAs = async (origin?: string) =>
      find({ id: await insert({ document_id, ...(origin !== undefined && { origin }) }) });
    expect(await askAs(known)).toBe(twin);
    expect(await askAs("https://b.example.org")).toBeUndefined();
    expect(await askAs()).toBeUndefined();
    expect(await getExportOrigin(db, twin)).toBe(known);
    expect(await getExportOrigin(db, await insert())).toBeNull();
    expect(await getExportJob(db, twin)).not.toHaveProperty("origin");
  });

  it("finds neither itself, nor what is not finished, nor what is older than asked for", async () => {
    const id = await finished();
    expect(await findCachedExport(db, newJob({ id, document_id }), T0 - 1)).toBeNull();
    expect(await find({}, T0)).toBeUndefined();
    const queued = crypto.randomUUID();
    await insert({ document_id: queued });
    expect(await find({ document_id: queued })).toBeUndefined();
  });
});
