import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { cancelExportJob } from "../../src/catalog/export-leases.ts";
import { exportKey } from "../../src/files/keys.ts";
import type { ExportJob } from "../../src/protocol/model/export-job.ts";
import { box, connect, good, newDocument, open } from "../support/room.ts";
import { fixturePhotos } from "../support/export/fixture-photos.ts";
import {
  deliver,
  renderAlone,
  queueJob,
  readFile,
  setDocumentImage,
  storedJob,
} from "../support/export/jobs.ts";
import { watchBucket } from "../support/export/watch-bucket.ts";

beforeEach(renderAlone);

describe("a job that is cancelled", () => {
  const photo = fixturePhotos[0];
  async function photoJob(): Promise<ExportJob> {
    const { id } = await newDocument();
    if (!photo) throw new Error("No photo");
    await setDocumentImage(id, photo.bytes, { width: 1800, height: 1200 });
    return queueJob(id);
  }

  it("R41 before anyone took it is not rendered", async () => {
    const job = await photoJob();
    await cancelExportJob(env.DB, job.id, Date.now());
    expect(await deliver(job.id)).toBe(false);
    expect(await storedJob(job.id)).toMatchObject({ status: "cancelled", attempts: 0, progress: 0 });
    expect(await env.BUCKET.head(exportKey(job.id, "png"))).toBeNull();
  });

  it("R41 while it is rendered stops between two bands: nothing is written", async () => {
    const job = await photoJob();
    const stored: number[] = [];
    const counting = watchBucket("put", async (call) => stored.push(call));
    const cancel = async (call: number): Promise<void> => {
      await cancelExportJob(env.DB, job.id, Date.now());
      // So long that progress is due at the next band, however fast the rest is.
      if (call === 1) await scheduler.wait(300);
    };
    const BUCKET = watchBucket("get", cancel, counting);
    expect(await deliver(job.id, { variables: { BUCKET } })).toBe(false);
    expect(stored).toEqual([]);
    expect(await storedJob(job.id)).toMatchObject({ status: "cancelled", attempts: 1 });
    // The renderer is free again.
    const next = await queueJob((await newDocument()).id, "json");
    await deliver(next.id);
    expect(await storedJob(next.id)).toMatchObject({ status: "succeeded" });
  });

  it("R41 when its file was stored already has none", async () => {
    const job = await photoJob();
    const BUCKET = watchBucket("put", () => cancelExportJob(env.DB, job.id, Date.now()));
    expect(await deliver(job.id, { variables: { BUCKET } })).toBe(false);
    expect(await storedJob(job.id)).toMatchObject({ status: "cancelled", bytes: null });
    expect(await env.BUCKET.head(exportKey(job.id, "png"))).toBeNull();
  });

  it("keeps what another renderer has stored under a lease that was lost", async () => {
    const job = await photoJob();
    const lease = { token: "another", until: Date.now() + 60_000 };
    const BUCKET = watchBucket("put", async () => {
      await env.DB.prepare("UPDATE exports SET lease_token = ? WHERE id = ?").bind(lease.token, job.id).run();
    });
    await deliver(job.id, { variables: { BUCKET } });
    expect(await storedJob(job.id)).toMatchObject({ status: "running" });
    expect(await env.BUCKET.head(exportKey(job.id, "png"))).not.toBeNull();
  });
});

describe("R42 a job for what another one has made", () => {
  async function textDocument() {
    const made = await newDocument();
    good(
      await made.room.createAnnotation(
        open,
        { ...box, type: "text", geometry: { x: 5, y: 5 }, text: "ᚠ", labels: ["x"] },
        {},
      ),
    );
    return made;
  }

  it("gets the same bytes under its own name, without a render, with the same warnings", async () => {
    const { id } = await textDocument();
    const first = await queueJob(id);
    await deliver(first.id);
    const second = await queueJob(id);
    // If it were rendered again, it would not have these bytes.
    await env.BUCKET.put(exportKey(first.id, "png"), "the very file");
    await deliver(second.id);
    const [one, two] = [await storedJob(first.id), await storedJob(second.id)];
    expect(two).toMatchObject({ status: "succeeded", attempts: 1, result_url: `/exports/${second.id}.png` });
    expect([two.bytes, two.width, two.height, two.warnings]).toEqual([
      one.bytes,
      one.width,
      one.height,
      one.warnings,
    ]);
    expect(two.warnings).toHaveLength(2);
    const { bytes, contentType } = await readFile(two);
    expect([new TextDecoder().decode(bytes), contentType]).toEqual(["the very file", "image/png"]);
  });

  it("is rendered by itself where anything differs, or the file is gone", async () => {
    const { id, room } = await textDocument();
    const first = await queueJob(id, "svg");
    await deliver(first.id);
    const readSvg = async (job: ExportJob): Promise<string> => {
      await deliver(job.id);
      return new TextDecoder().decode((await readFile(await storedJob(job.id))).bytes);
    };
    const original = await readSvg(first);
    expect(await readSvg(await queueJob(id, "svg", undefined, { scale: 2 }))).not.toBe(original);
    expect(await readSvg(await queueJob(id, "svg", undefined, { legend: true }))).not.toBe(original);
    const filter = { annotations: { labels: ["y"] } };
    expect(await readSvg(await queueJob(id, "svg", undefined, filter))).not.toBe(original);
    const again = await queueJob(id, "svg");
    await env.BUCKET.delete(exportKey(first.id, "svg"));
    expect(await readSvg(again)).toBe(original);
    good(await room.createAnnotation(open, box, {}));
    expect(await readSvg(await queueJob(id, "svg"))).not.toBe(original);
  });

  it("fails where the document was deleted meanwhile", async () => {
    const { id, room } = await newDocument();
    const first = await queueJob(id, "json");
    await deliver(first.id);
    const second = await queueJob(id, "json");
    good(await room.deleteDocument(open, {}));
    await deliver(second.id);
    expect(await storedJob(second.id)).toMatchObject({ status: "failed" });
  });
});

describe("progress", () => {
  it("moves while a picture is rendered, and ends with 1", async () => {
    const { id, room } = await newDocument();
    good(await room.updateDocument(open, { width: 8_000, height: 6_000 }, {}));
    const socket = await connect(id);
    const job = await queueJob(id);
    await deliver(job.id);
    await socket.next("export.finished");
    const steps = socket.messages.flatMap((message) =>
      message.type === "export.progress" || message.type === "export.finished"
        ? [message.export.progress]
        : [],
    );
    expect(steps.length).toBeGreaterThan(3);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect([steps[0], steps.at(-1)]).toEqual([0, 1]);
    expect(new Set(steps).size).toBeGreaterThan(3);
  });
});
