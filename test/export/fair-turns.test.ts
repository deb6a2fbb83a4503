import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { runExclusive } from "../../src/export/renderer-mutex.ts";
import type { ExportJob } from "../../src/protocol/model/export-job.ts";
import { newDocument } from "../support/room.ts";
import { deliver, deliverMessage, renderAlone, queueJob, storedJob } from "../support/export/jobs.ts";

beforeEach(renderAlone);

describe("R62 the order of exports", () => {
  /** Queues `count` jobs of the document in addition to `job`. */
  async function multiply(job: ExportJob, count: number): Promise<string[]> {
    const ids = Array.from({ length: count }, () => crypto.randomUUID());
    await env.DB.batch(
      ids.map((id, n) =>
        env.DB.prepare(
          `INSERT INTO exports (id, document_id, seq, format, options, created_at)
           SELECT ?1, document_id, seq, format, options, created_at + ?2 FROM exports WHERE id = ?3`,
        ).bind(id, n + 1, job.id),
      ),
    );
    return [job.id, ...ids];
  }

  it("lets one document's job be done before another's three hundred", async () => {
    const ids = await multiply(await queueJob((await newDocument()).id, "json"), 299);
    await deliver(ids[0] ?? "");
    const late = await queueJob((await newDocument()).id, "json");
    // Messages are delivered in the order in which they were sent, so the late job's comes last.
    await deliver(ids[1] ?? "");
    expect(await storedJob(late.id)).toMatchObject({ status: "succeeded", attempts: 1 });
  });

  it("brings a message again until its own job is done", async () => {
    const ids = await multiply(await queueJob((await newDocument()).id, "json"), 5);
    const waiting = [...ids, (await queueJob((await newDocument()).id, "json")).id];
    let delivered = 0;
    // The first message is lost, but its job is still done.
    waiting.shift();
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      delivered++;
      if ((await deliverMessage(id)) === 0) waiting.push(id);
    }
    expect(delivered).toBeLessThan(20);
    const { results } = await env.DB.prepare("SELECT DISTINCT status, attempts FROM exports").all();
    expect(results).toEqual([{ status: "succeeded", attempts: 1 }]);
  });

  it("is decided when the renderer is free: who waits for it has not been tried", async () => {
    const { id } = await newDocument();
    const job = await queueJob(id, "json");
    let release = (): void => undefined;
    const busy = runExclusive(() => new Promise<void>((resolve) => (release = resolve)));
    const waiting = deliverMessage(job.id);
    const other = await queueJob((await newDocument()).id, "json");
    expect(await storedJob(job.id)).toMatchObject({ status: "queued", attempts: 0, started_at: null });
    release();
    await busy;
    await waiting;
    await deliver(other.id);
    expect(await storedJob(job.id)).toMatchObject({ status: "succeeded", attempts: 1 });
    expect(await storedJob(other.id)).toMatchObject({ status: "succeeded", attempts: 1 });
  });
});
