import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import {
  abandonExportJob,
  cancelExportJob,
  failExportJob,
  findFinishedTwin,
  getExportJob,
  insertExportJob,
  isRequester,
  leaseExportJob,
  listExportJobs,
  progressExportJob,
  requeueExportJob,
  succeedExportJob,
  type NewExportJob,
} from "../../src/catalog/export-jobs.ts";
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
    const first = await insert({ document_id, created_at: T0 });
    const second = await insert({ document_id, created_at: T0 + 1 });
    const third = await insert({ document_id, created_at: T0 + 2 });
    const other = await insert({ created_at: T0 + 3 });
    await leaseExportJob(db, second, { token: "a", until: T0 + 60_000 }, T0);

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

describe("the lease", () => {
  it("goes to one of many that ask at once", async () => {
    const id = await insert();
    const asked = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        leaseExportJob(db, id, { token: `token-${n}`, until: T0 + 60_000 }, T0),
      ),
    );
    const taken = asked.filter((job) => job !== null);
    expect(taken).toHaveLength(1);
    expect(taken[0]).toMatchObject({
      status: "running",
      attempts: 1,
      started_at: "2026-11-22T10:00:00.000Z",
    });
  });

  it("can be taken over only after it ran out, and then the first holder can write no more", async () => {
    const id = await insert();
    const old = { token: "old", until: T0 + 1000 };
    await leaseExportJob(db, id, old, T0);
    const young = { token: "young", until: T0 + 9000 };
    expect(await leaseExportJob(db, id, young, T0 + 1000)).toBeNull();
    expect(await leaseExportJob(db, id, young, T0 + 1001)).toMatchObject({ attempts: 2 });

    expect(await progressExportJob(db, id, old, 0.5)).toBeNull();
    expect(await succeedExportJob(db, id, "old", outcome, T0)).toBeNull();
    expect(await failExportJob(db, id, "old", "no", T0)).toBeNull();
    expect(await requeueExportJob(db, id, "old")).toBeNull();
    expect(await getExportJob(db, id)).toMatchObject({ status: "running", progress: 0 });
    expect(await succeedExportJob(db, id, "young", outcome, T0 + 2000)).toMatchObject({
      status: "succeeded",
    });
  });

  it("is held longer by progress, which never goes back", async () => {
    const id = await insert();
    const lease = { token: "a", until: T0 + 1000 };
    await leaseExportJob(db, id, lease, T0);
    await progressExportJob(db, id, { token: "a", until: T0 + 5000 }, 0.5);
    expect(await progressExportJob(db, id, { token: "a", until: T0 + 5000 }, 0.25)).toMatchObject({
      progress: 0.5,
    });
    expect(await leaseExportJob(db, id, { token: "b", until: T0 + 9000 }, T0 + 2000)).toBeNull();
  });

  it("is needed by no one for a final job", async () => {
    const id = await insert();
    await leaseExportJob(db, id, { token: "a", until: T0 + 1000 }, T0);
    await succeedExportJob(db, id, "a", outcome, T0 + 500);
    expect(await leaseExportJob(db, id, { token: "b", until: T0 + 9e6 }, T0 + 8e6)).toBeNull();
    expect(await abandonExportJob(db, id, "late", T0 + 8e6)).toBeNull();
  });
});

describe("the end of a job", () => {
  it("has a file after success", async () => {
    const id = await insert({ format: "webp" });
    await leaseExportJob(db, id, { token: "a", until: T0 + 1000 }, T0);
    expect(await succeedExportJob(db, id, "a", outcome, T0 + 500)).toMatchObject({
      status: "succeeded",
      progress: 1,
      result_url: `/exports/${id}.webp`,
      bytes: 1234,
      width: 1800,
      height: 1200,
      warnings: ["a word"],
      finished_at: "2026-11-22T10:00:00.500Z",
    });
  });

  it("has a reason after failure", async () => {
    const id = await insert();
    await leaseExportJob(db, id, { token: "a", until: T0 + 1000 }, T0);
    expect(await failExportJob(db, id, "a", "The picture is damaged", T0 + 500)).toMatchObject({
      status: "failed",
      error: "The picture is damaged",
      result_url: null,
      finished_at: "2026-11-22T10:00:00.500Z",
    });
  });

  it("comes later for a job given back, whose tries stay counted", async () => {
    const id = await insert();
    await leaseExportJob(db, id, { token: "a", until: T0 + 1000 }, T0);
    expect(await requeueExportJob(db, id, "a")).toMatchObject({ status: "queued", attempts: 1 });
    expect(await leaseExportJob(db, id, { token: "b", until: T0 + 1000 }, T0)).toMatchObject({
      attempts: 2,
    });
  });

  it("is declared for a job that nobody works on, and only for that", async () => {
    const id = await insert();
    await leaseExportJob(db, id, { token: "a", until: T0 + 1000 }, T0);
    expect(await abandonExportJob(db, id, "given up", T0 + 1000)).toBeNull();
    expect(await abandonExportJob(db, id, "given up", T0 + 1001)).toMatchObject({ status: "failed" });
    const queued = await insert();
    expect(await abandonExportJob(db, queued, "given up", T0)).toMatchObject({ error: "given up" });
    expect(await abandonExportJob(db, crypto.randomUUID(), "given up", T0)).toBeNull();
  });
});

describe("cancelling", () => {
  it("ends a queued job and a running one, and nobody can write into it any more", async () => {
    const queued = await insert();
    expect(await cancelExportJob(db, queued, T0 + 5)).toMatchObject({
      status: "cancelled",
      result_url: null,
      error: null,
      finished_at: "2026-11-22T10:00:00.005Z",
    });
    expect(await leaseExportJob(db, queued, { token: "a", until: T0 + 1000 }, T0)).toBeNull();
    expect(await abandonExportJob(db, queued, "given up", T0)).toBeNull();

    const running = await insert();
    const lease = { token: "a", until: T0 + 1000 };
    await leaseExportJob(db, running, lease, T0);
    expect(await cancelExportJob(db, running, T0 + 5)).toMatchObject({ status: "cancelled", attempts: 1 });
    expect(await progressExportJob(db, running, lease, 0.5)).toBeNull();
    expect(await succeedExportJob(db, running, "a", outcome, T0)).toBeNull();
    expect(await failExportJob(db, running, "a", "no", T0)).toBeNull();
    expect(await requeueExportJob(db, running, "a")).toBeNull();
    expect(await leaseExportJob(db, running, { token: "b", until: T0 + 9e6 }, T0 + 8e6)).toBeNull();
    expect(await getExportJob(db, running)).toMatchObject({ status: "cancelled" });
  });

  it("leaves alone what has ended, and what is not there", async () => {
    const id = await insert();
    await leaseExportJob(db, id, { token: "a", until: T0 + 1000 }, T0);
    await succeedExportJob(db, id, "a", outcome, T0);
    expect(await cancelExportJob(db, id, T0)).toBeNull();
    expect(await getExportJob(db, id)).toMatchObject({ status: "succeeded" });
    const cancelled = await insert();
    await cancelExportJob(db, cancelled, T0);
    expect(await cancelExportJob(db, cancelled, T0 + 9)).toBeNull();
    expect(await getExportJob(db, cancelled)).toMatchObject({ finished_at: "2026-11-22T10:00:00.000Z" });
    expect(await cancelExportJob(db, crypto.randomUUID(), T0)).toBeNull();
  });
});

describe("findFinishedTwin", () => {
  const document_id = crypto.randomUUID();
  const options = { scale: 1, quality: 85, background: "#ffffff" };
  async function finished(more: Partial<NewExportJob> = {}): Promise<string> {
    const id = await insert({ document_id, ...more });
    await leaseExportJob(db, id, { token: "a", until: T0 + 1000 }, T0);
    await succeedExportJob(db, id, "a", outcome, T0);
    return id;
  }
  const find = async (more: Partial<NewExportJob> = {}, since = T0 - 1) =>
    (await findFinishedTwin(db, newJob({ document_id, ...more }), since))?.id;

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
  });

  it("looks only at what decides on the bytes", async () => {
    const id = await finished({ options: { ...options, annotations: { types: ["box", "line"] } } });
    const same = { annotations: { types: ["line", "box", "line"] as ["line", "box", "line"] } };
    expect(await find({ options: { ...options, ...same, quality: 1, legend: false } })).toBe(id);
    const json = await finished({ format: "json" });
    const anything = { scale: 3, quality: 1, background: "#000000" };
    expect(await find({ format: "json", options: anything })).toBe(json);
    expect(await find({ format: "json", options: { ...options, profile: "w3c" } })).toBeUndefined();
    await finished({ format: "jpg" });
    expect(await find({ format: "jpg", options: { ...options, quality: 84 } })).toBeUndefined();
  });

  it("finds neither itself, nor what is not finished, nor what is older than asked for", async () => {
    const id = await finished();
    expect(await findFinishedTwin(db, newJob({ id, document_id }), T0 - 1)).toBeNull();
    expect(await find({}, T0)).toBeUndefined();
    const queued = crypto.randomUUID();
    await insert({ document_id: queued });
    expect(await find({ document_id: queued })).toBeUndefined();
  });
});
