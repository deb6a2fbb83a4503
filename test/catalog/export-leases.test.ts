import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { getExportJob, insertExportJob, type NewExportJob } from "../../src/catalog/export-jobs.ts";
import {
  abandonExportJob,
  cancelExportJob,
  failExportJob,
  leaseNextExportJob,
  prepareLease,
  progressExportJob,
  readExportWait,
  requeueExportJob,
  succeedExportJob,
  type Lease,
  type Pause,
} from "../../src/catalog/export-leases.ts";
import type { ExportJob } from "../../src/protocol/model/export-job.ts";

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

async function take(lease: Lease, now: number): Promise<ExportJob | null> {
  return (await leaseNextExportJob(db, lease, now))?.job ?? null;
}

const pause: Pause = { until: T0 + 500, counts: true, failingSince: null };

describe("the lease", () => {
  it("goes to one of many that ask at once", async () => {
    await insert();
    const asked = await Promise.all(
      Array.from({ length: 10 }, (_, n) => take({ token: `token-${n}`, until: T0 + 60_000 }, T0)),
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
    await take(old, T0);
    const young = { token: "young", until: T0 + 9000 };
    expect(await take(young, T0 + 999)).toBeNull();
    expect(await take(young, T0 + 1000)).toMatchObject({ attempts: 2 });

    expect(await progressExportJob(db, id, old, 0.5)).toBeNull();
    expect(await succeedExportJob(db, id, "old", outcome, T0)).toBeNull();
    expect(await failExportJob(db, id, "old", "no", T0)).toBeNull();
    expect(await requeueExportJob(db, id, "old", pause)).toBeNull();
    expect(await getExportJob(db, id)).toMatchObject({ status: "running", progress: 0 });
    expect(await succeedExportJob(db, id, "young", outcome, T0 + 2000)).toMatchObject({
      status: "succeeded",
    });
  });

  it("is held longer by progress, which never goes back", async () => {
    const id = await insert();
    const lease = { token: "a", until: T0 + 1000 };
    await take(lease, T0);
    await progressExportJob(db, id, { token: "a", until: T0 + 5000 }, 0.5);
    expect(await progressExportJob(db, id, { token: "a", until: T0 + 5000 }, 0.25)).toMatchObject({
      progress: 0.5,
    });
    expect(await take({ token: "b", until: T0 + 9000 }, T0 + 2000)).toBeNull();
  });

  it("is needed by no one for a final job", async () => {
    const id = await insert();
    await take({ token: "a", until: T0 + 1000 }, T0);
    await succeedExportJob(db, id, "a", outcome, T0 + 500);
    expect(await take({ token: "b", until: T0 + 9e6 }, T0 + 8e6)).toBeNull();
    expect(await abandonExportJob(db, id, "late", T0, T0 + 8e6)).toBeNull();
  });
});

describe("whose turn it is", () => {
  let clock = T0;
  /** Takes the next job and ends it. Answers its id. */
  async function takeTurn(): Promise<string | undefined> {
    clock++;
    const job = await take({ token: "a", until: clock + 1000 }, clock);
    if (job) await succeedExportJob(db, job.id, "a", outcome, clock);
    return job?.id;
  }
  async function takeTurns(count: number): Promise<(string | undefined)[]> {
    const ids: (string | undefined)[] = [];
    while (ids.length < count) ids.push(await takeTurn());
    return ids;
  }
  async function insertMany(count: number, more: Partial<NewExportJob>): Promise<string[]> {
    const ids: string[] = [];
    while (ids.length < count) ids.push(await insert({ ...more, created_at: T0 + ids.length }));
    return ids;
  }

  it("R62 goes from document to document, each one's oldest first", async () => {
    const [many, few] = [crypto.randomUUID(), crypto.randomUUID()];
    const a = await insertMany(20, { document_id: many });
    expect(await takeTurns(2)).toEqual(a.slice(0, 2));
    const b = await insertMany(2, { document_id: few });
    const c = await insert({ created_at: T0 + 100 });
    expect(await takeTurns(6)).toEqual([b[0], c, a[2], b[1], a[3], a[4]]);
  });

  it("R62 goes from requester to requester before that", async () => {
    // One has jobs of many documents, another one a job of the same document as the last of those.
    const ids: string[] = [];
    for (let n = 0; n < 10; n++) ids.push(await insert({ requester: "mia", created_at: T0 + n }));
    expect(await takeTurns(2)).toEqual(ids.slice(0, 2));
    const document_id = crypto.randomUUID();
    const late = await insert({ requester: "mia", document_id, created_at: T0 + 50 });
    const max = await insertMany(2, { requester: "max", document_id });
    const nobody = await insert({ created_at: T0 + 60 });
    expect(await takeTurns(3)).toEqual([max[0], nobody, ids[2]]);
    expect(await takeTurns(9)).toEqual([max[1], ...ids.slice(3), late]);
    expect(await takeTurn()).toBeUndefined();
  });

  it("R62 counts turns that came to nothing", async () => {
    const [one, other] = [await insert(), await insert({ created_at: T0 + 1 })];
    const failing = await take({ token: "a", until: T0 + 1000 }, T0 + 10);
    expect(failing?.id).toBe(one);
    await requeueExportJob(db, one, "a", { until: T0 + 11, counts: false, failingSince: T0 });
    expect((await take({ token: "b", until: T0 + 1000 }, T0 + 12))?.id).toBe(other);
    expect((await take({ token: "c", until: T0 + 1000 }, T0 + 13))?.id).toBe(one);
  });

  it("is found by reading what waits, whatever was done before", async () => {
    const document_id = crypto.randomUUID();
    const countReads = async (): Promise<number> => {
      clock++;
      const id = await insert({ document_id, created_at: clock });
      const { meta } = await prepareLease(db, { token: "a", until: clock + 1000 }, clock).run();
      await succeedExportJob(db, id, "a", outcome, clock);
      return meta.rows_read;
    };
    await countReads();
    const first = await countReads();
    await insertMany(200, { document_id });
    await takeTurns(200);
    expect(await countReads()).toBe(first);
    expect(first).toBeLessThan(12);
  });
});

describe("how long a job waits", () => {
  it("is until its lease or its pause is over, and no time at all for one that nobody has taken", async () => {
    const id = await insert();
    expect(await readExportWait(db, id, T0)).toBe(0);
    await take({ token: "a", until: T0 + 1000 }, T0);
    expect(await readExportWait(db, id, T0 + 1)).toBe(999);
    await requeueExportJob(db, id, "a", pause);
    expect(await readExportWait(db, id, T0 + 1)).toBe(499);
    expect(await readExportWait(db, id, T0 + 501)).toBe(0);
  });

  it("is not known of a final job, nor of one that is not there", async () => {
    const id = await insert();
    await cancelExportJob(db, id, T0);
    expect(await readExportWait(db, id, T0)).toBeNull();
    expect(await readExportWait(db, crypto.randomUUID(), T0)).toBeNull();
  });
});

describe("the end of a job", () => {
  it("has a file after success", async () => {
    const id = await insert({ format: "webp" });
    await take({ token: "a", until: T0 + 1000 }, T0);
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
    await take({ token: "a", until: T0 + 1000 }, T0);
    expect(await failExportJob(db, id, "a", "The picture is damaged", T0 + 500)).toMatchObject({
      status: "failed",
      error: "The picture is damaged",
      result_url: null,
      finished_at: "2026-11-22T10:00:00.500Z",
    });
  });

  it("comes later for a job given back, after its pause", async () => {
    const id = await insert();
    await take({ token: "a", until: T0 + 1000 }, T0);
    expect(await requeueExportJob(db, id, "a", pause)).toMatchObject({ status: "queued", attempts: 1 });
    expect(await take({ token: "b", until: T0 + 1000 }, T0 + 499)).toBeNull();
    expect(await take({ token: "b", until: T0 + 1000 }, T0 + 500)).toMatchObject({ id, attempts: 2 });
  });

  it("comes later for a job that the platform failed, whose try does not count", async () => {
    const id = await insert();
    await take({ token: "a", until: T0 + 1000 }, T0);
    await requeueExportJob(db, id, "a", { until: T0 + 500, counts: false, failingSince: T0 + 20 });
    expect(await leaseNextExportJob(db, { token: "b", until: T0 + 1000 }, T0 + 500)).toMatchObject({
      job: { id, attempts: 1 },
      failingSince: T0 + 20,
    });
  });

  it("is declared for a job that the platform has failed long, and that nobody works on", async () => {
    const id = await insert();
    const abandon = async (since: number, now: number) => abandonExportJob(db, id, "given up", since, now);
    expect(await abandon(T0 + 9000, T0 + 9000)).toBeNull();
    await take({ token: "a", until: T0 + 1000 }, T0);
    await requeueExportJob(db, id, "a", { until: T0 + 500, counts: false, failingSince: T0 + 20 });
    await take({ token: "b", until: T0 + 1500 }, T0 + 500);
    expect(await abandon(T0 + 20, T0 + 1499)).toBeNull();
    expect(await abandon(T0 + 19, T0 + 1500)).toBeNull();
    expect(await abandon(T0 + 20, T0 + 1500)).toMatchObject({ status: "failed", error: "given up" });
    expect(await abandon(T0 + 20, T0 + 1500)).toBeNull();
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
    expect(await take({ token: "a", until: T0 + 1000 }, T0)).toBeNull();

    const running = await insert();
    const lease = { token: "a", until: T0 + 1000 };
    await take(lease, T0);
    expect(await cancelExportJob(db, running, T0 + 5)).toMatchObject({ status: "cancelled", attempts: 1 });
    expect(await progressExportJob(db, running, lease, 0.5)).toBeNull();
    expect(await succeedExportJob(db, running, "a", outcome, T0)).toBeNull();
    expect(await failExportJob(db, running, "a", "no", T0)).toBeNull();
    expect(await requeueExportJob(db, running, "a", pause)).toBeNull();
    expect(await take({ token: "b", until: T0 + 9e6 }, T0 + 8e6)).toBeNull();
    expect(await getExportJob(db, running)).toMatchObject({ status: "cancelled" });
  });

  it("leaves alone what has ended, and what is not there", async () => {
    const id = await insert();
    await take({ token: "a", until: T0 + 1000 }, T0);
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
