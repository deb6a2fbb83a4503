import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ExportFailure } from "../../src/export/export-failure.ts";
import { decideRetry, retryDelaySeconds } from "../../src/export/retry.ts";
import { box, connect, good, newDocument, open } from "../support/room.ts";
import { fixturePhotos } from "../support/export/fixture-photos.ts";
import {
  deliver,
  deliverMessage,
  renderAlone,
  queueJob,
  setDocumentImage,
  storedJob,
} from "../support/export/jobs.ts";
import { dropKeptFonts } from "../support/texts.ts";
import { breakBucket, watchBucket } from "../support/export/watch-bucket.ts";

const MINUTE = 60_000;

beforeEach(renderAlone);
afterEach(bringBackTable);

/** Lets time pass for waiting jobs, by moving all times in D1 into the past. */
async function passTime(ms: number): Promise<void> {
  await env.DB.prepare(
    "UPDATE exports SET lease_until = lease_until - ?1, failing_since = failing_since - ?1 WHERE status IN ('queued', 'running')",
  )
    .bind(ms)
    .run();
}

async function takeAwayTable(): Promise<void> {
  await env.DB.prepare("ALTER TABLE exports RENAME TO exports_away").run();
}

async function bringBackTable(): Promise<void> {
  const away = await env.DB.prepare("SELECT 1 FROM sqlite_master WHERE name = 'exports_away'").first();
  if (away) await env.DB.prepare("ALTER TABLE exports_away RENAME TO exports").run();
}

describe("R63 an outage", () => {
  it("of R2 for ten minutes fails no job, and counts as no try", async () => {
    const { id } = await newDocument();
    const [photo] = fixturePhotos;
    if (!photo) throw new Error("No photo");
    await setDocumentImage(id, photo.bytes, { width: 1800, height: 1200 });
    const reads = await queueJob(id);
    const BUCKET = breakBucket();
    let passed = 0;
    const delays: number[] = [];
    while (passed < 10 * MINUTE) {
      const delay = await deliverMessage(reads.id, { variables: { BUCKET } });
      expect(await storedJob(reads.id)).toMatchObject({ status: "queued", attempts: 0, error: null });
      if (delay === null) throw new Error("The message does not come back");
      delays.push(delay);
      passed += delay * 1000;
      await passTime(delay * 1000);
    }
    expect(delays[0]).toBe(3);
    expect(delays).toEqual(delays.toSorted((a, b) => a - b));
    expect(delays.at(-1)).toBe(61);
    expect(await deliver(reads.id)).toBe(false);
    expect(await storedJob(reads.id)).toMatchObject({ status: "succeeded", attempts: 1 });
  });

  it("of R2 while the file is written is no other", async () => {
    const { id } = await newDocument();
    const job = await queueJob(id, "json");
    expect(await deliver(job.id, { variables: { BUCKET: breakBucket() } })).toBe(true);
    expect(await storedJob(job.id)).toMatchObject({ status: "queued", attempts: 0 });
  });

  it("of D1 for ten minutes fails no job", async () => {
    const { id } = await newDocument();
    const job = await queueJob(id, "json");
    await takeAwayTable();
    const delays: (number | null)[] = [];
    for (let attempts = 1; attempts <= 20; attempts++)
      delays.push(await deliverMessage(job.id, { attempts }));
    expect(delays.slice(0, 7)).toEqual([2, 4, 8, 16, 32, 60, 60]);
    await bringBackTable();
    expect(await deliver(job.id, { attempts: 21 })).toBe(false);
    expect(await storedJob(job.id)).toMatchObject({ status: "succeeded", attempts: 1 });
  });

  it("of D1 while a job is rendered lets another renderer go on when the lease is over", async () => {
    const { id } = await newDocument();
    const job = await queueJob(id, "json");
    const BUCKET = watchBucket("put", takeAwayTable);
    expect(await deliver(job.id, { variables: { BUCKET } })).toBe(true);
    await bringBackTable();
    expect(await storedJob(job.id)).toMatchObject({ status: "running" });
    await passTime(30_000);
    await deliver(job.id);
    expect(await storedJob(job.id)).toMatchObject({ status: "succeeded" });
  });

  it("that lasts for an hour ends the job, with a reason that says nothing of the inside", async () => {
    const { id } = await newDocument();
    const job = await queueJob(id, "json");
    const variables = { BUCKET: breakBucket() };
    await deliver(job.id, { variables });
    await passTime(59 * MINUTE);
    expect(await deliver(job.id, { variables })).toBe(true);
    await passTime(2 * MINUTE);
    expect(await deliver(job.id, { variables })).toBe(false);
    expect(await storedJob(job.id)).toMatchObject({
      status: "failed",
      error:
        "The service could not reach its storage for an hour. Ask for the export again when it has recovered.",
    });
  });

  it("of the fonts is one like any other", async () => {
    const { id, room } = await newDocument();
    good(
      await room.createAnnotation(open, { ...box, type: "text", geometry: { x: 5, y: 5 }, text: "ᾧ" }, {}),
    );
    const job = await queueJob(id);
    await dropKeptFonts();
    // A document's object serves as a service without fonts.
    const variables = { ASSETS: env.ROOMS.getByName(crypto.randomUUID()) };
    expect(await deliver(job.id, { variables })).toBe(true);
    expect(await storedJob(job.id)).toMatchObject({ status: "queued", attempts: 0, error: null });
    await passTime(3_000);
    await deliver(job.id);
    expect(await storedJob(job.id)).toMatchObject({ status: "succeeded", attempts: 1 });
  });
});

describe("the dead-letter queue", () => {
  it("ends a job that has failed for an hour, and tells its room", async () => {
    const { id } = await newDocument();
    const socket = await connect(id);
    const job = await queueJob(id);
    const giveUp = async () => deliver(job.id, { queue: "export-jobs-dead" });
    await env.DB.prepare("UPDATE exports SET failing_since = ? WHERE id = ?")
      .bind(Date.now() - 59 * MINUTE, job.id)
      .run();
    await giveUp();
    expect(await storedJob(job.id)).toMatchObject({ status: "queued" });
    await passTime(2 * MINUTE);
    await giveUp();
    const failed = await storedJob(job.id);
    expect(failed).toMatchObject({ status: "failed", error: expect.stringContaining("for an hour") });
    await expect
      .poll(() => socket.messages.at(-1))
      .toMatchObject({ type: "export.finished", export: failed });
  });

  it("leaves a job alone that only waits for its turn", async () => {
    const job = await queueJob((await newDocument()).id);
    expect(await deliver(job.id, { queue: "export-jobs-dead" })).toBe(false);
    expect(await storedJob(job.id)).toMatchObject({ status: "queued" });
  });
});

describe("what becomes of a job that was not finished", () => {
  const now = 1_000_000_000;
  const taken = (attempts: number, failingSince: number | null = null) => ({
    job: { attempts },
    failingSince,
  });

  it("ends at once where the job itself can't be done", () => {
    expect(decideRetry(new ExportFailure("The picture is damaged"), taken(1), now)).toEqual({
      failure: "The picture is damaged",
    });
  });

  it("is tried three times where our code or a codec failed", () => {
    const trap = new WebAssembly.RuntimeError("unreachable");
    expect(decideRetry(trap, taken(1), now)).toEqual({ delaySeconds: 2, counts: true, failingSince: null });
    expect(decideRetry(new TypeError("of undefined"), taken(2), now)).toMatchObject({ delaySeconds: 4 });
    expect(decideRetry(trap, taken(3), now)).toEqual({ failure: expect.stringContaining("again and again") });
  });

  it("is tried for an hour where the platform failed, each pause as long as the time before it", () => {
    const outage = new Error("D1_ERROR: no such table");
    expect(decideRetry(outage, taken(1), now)).toEqual({ delaySeconds: 2, counts: false, failingSince: now });
    const since = now - 20_000;
    expect(decideRetry(outage, taken(9, since), now)).toEqual({
      delaySeconds: 20,
      counts: false,
      failingSince: since,
    });
    expect(decideRetry(outage, taken(1, now - 60 * MINUTE + 1), now)).toMatchObject({ delaySeconds: 60 });
    expect(decideRetry(outage, taken(1, now - 60 * MINUTE), now)).toEqual({
      failure: expect.stringContaining("for an hour"),
    });
  });

  it("waits longer after each try, a minute at most", () => {
    expect([1, 2, 3, 5, 6, 1000].map(retryDelaySeconds)).toEqual([2, 4, 8, 32, 60, 60]);
  });
});
