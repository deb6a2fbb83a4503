import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { getExportJob, insertExportJob } from "../../src/catalog/export-jobs.ts";
import type { ExportJob } from "../../src/protocol/model/export-job.ts";
import { dropOpenJobs } from "../support/export/jobs.ts";
import { box, connect, good, newDocument, open } from "../support/room.ts";

async function newJob(documentId: string, id: string, seq: number): Promise<ExportJob> {
  const { job } = await insertExportJob(env.DB, {
    id,
    document_id: documentId,
    version_id: null,
    seq,
    format: "json",
    options: { scale: 1, quality: 85, background: "#ffffff" },
    requester: null,
    created_at: Date.now(),
  });
  return job;
}

function openExports(stub: DurableObjectStub): Promise<string[]> {
  return runInDurableObject(stub, (_room, { storage }) =>
    storage.sql
      .exec<{ job_id: string }>("SELECT job_id FROM open_exports")
      .toArray()
      .map(({ job_id }) => job_id),
  );
}

/** Lets the alarm find everything due, as if the time had passed. */
async function passTime(stub: DurableObjectStub, ms: number): Promise<void> {
  await runInDurableObject(stub, (_room, { storage }) => {
    storage.sql.exec("UPDATE due SET at = at - ?", ms);
    storage.sql.exec("UPDATE open_exports SET next_at = next_at - ?1, created_at = created_at - ?1", ms);
  });
  await evictDurableObject(stub);
  await runInDurableObject(stub, (_room, { storage }) => storage.setAlarm(Date.now() + 60_000));
  await runDurableObjectAlarm(stub);
}

describe("open exports", () => {
  it("R32 R48 fix the seq when they are made, however often they are asked for", async () => {
    const { room, stub } = await newDocument();
    const version = good(await room.createVersion(open, {}, {}));
    good(await room.createAnnotation(open, box, {}));
    const jobId = crypto.randomUUID();
    expect(good(await room.openExport(open, jobId, undefined)).seq).toBe(3);
    good(await room.createAnnotation(open, box, {}));
    expect(good(await room.openExport(open, jobId, undefined)).seq).toBe(3);
    expect(good(await room.openExport(open, crypto.randomUUID(), version.id)).seq).toBe(version.seq);
    expect(await room.openExport(open, crypto.randomUUID(), crypto.randomUUID())).toMatchObject({
      error: { code: "version_not_found" },
    });
    expect(await openExports(stub)).toHaveLength(2);
  });

  it("R32 are told to the room, and looked after until they are final", async () => {
    const { id, room, stub } = await newDocument();
    const socket = await connect(id);
    const jobId = crypto.randomUUID();
    const { seq } = good(await room.openExport(open, jobId, undefined));
    const job = await newJob(id, jobId, seq);
    await room.reportExport({ ...job, status: "running", progress: 0.5 });
    expect(await socket.next("export.progress")).toMatchObject({ export: { id: jobId, progress: 0.5 } });
    expect(await openExports(stub)).toEqual([jobId]);
    await room.reportExport({ ...job, status: "succeeded", progress: 1 });
    expect(await socket.next("export.finished")).toMatchObject({ export: { status: "succeeded" } });
    expect(await openExports(stub)).toEqual([]);
  });

  it("R41 are final when cancelled, and progress that comes late is told no more", async () => {
    const { id, room, stub } = await newDocument();
    const socket = await connect(id);
    const jobId = crypto.randomUUID();
    const { seq } = good(await room.openExport(open, jobId, undefined));
    const job = await newJob(id, jobId, seq);
    await room.reportExport({ ...job, status: "cancelled" });
    expect(await openExports(stub)).toEqual([]);
    await room.reportExport({ ...job, status: "running", progress: 0.9 });
    const other = crypto.randomUUID();
    good(await room.openExport(open, other, undefined));
    await room.reportExport({ ...job, id: other, status: "failed" });
    expect(await socket.next("export.finished")).toMatchObject({ export: { status: "cancelled" } });
    expect(await socket.next("export.finished")).toMatchObject({ export: { id: other } });
    expect(socket.messages.filter(({ type }) => type === "export.progress")).toEqual([]);
  });

  it("R48 are sent to the queue again by the alarm where the message was lost", async () => {
    const { id, room, stub } = await newDocument();
    const socket = await connect(id);
    const jobId = crypto.randomUUID();
    const { seq } = good(await room.openExport(open, jobId, undefined));
    await dropOpenJobs();
    // The row is there, but nothing was sent to the queue: as after a crash between the two.
    await newJob(id, jobId, seq);
    await passTime(stub, 31_000);
    const { export: job } = await socket.next("export.finished");
    expect(job).toMatchObject({ id: jobId, status: "succeeded", seq });
    expect((await getExportJob(env.DB, jobId))?.status).toBe("succeeded");
    expect(await openExports(stub)).toEqual([]);
  });

  it("R48 are given up where their row never came", async () => {
    const { room, stub } = await newDocument();
    good(await room.openExport(open, crypto.randomUUID(), undefined));
    await passTime(stub, 31_000);
    expect(await openExports(stub)).toHaveLength(1);
    await passTime(stub, 61_000);
    expect(await openExports(stub)).toHaveLength(0);
  });
});
