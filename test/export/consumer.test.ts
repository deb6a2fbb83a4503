import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { readImageInfo } from "../../src/raster/decode/scan-image.ts";
import type { ExportJob } from "../../src/protocol/model/export-job.ts";
import { box, connect, good, newDocument, open } from "../support/room.ts";
import { fixturePhotos } from "../support/export/fixture-photos.ts";
import {
  deliver,
  deliverMessage,
  renderAlone,
  holdJob,
  queueJob,
  readFile,
  setDocumentImage,
  storedJob,
} from "../support/export/jobs.ts";
import { decodePixels } from "../support/export/pixels.ts";
import { png } from "../support/export/sample-headers.ts";

const sized = { width: 200, height: 150 };

// A message serves the job whose turn it is. Here that is the job of the test.
beforeEach(renderAlone);

describe("a job", () => {
  it("becomes a file in R2 and a row that says so, and the room hears how it goes", async () => {
    const { id, room } = await newDocument();
    good(await room.updateDocument(open, sized, {}));
    good(await room.createAnnotation(open, { ...box, style: { fill: "#00ff00" } }, {}));
    const socket = await connect(id);
    const job = await queueJob(id);
    expect(await deliver(job.id)).toBe(false);

    const done = await storedJob(job.id);
    const { bytes, contentType } = await readFile(done);
    expect(done).toMatchObject({
      status: "succeeded",
      progress: 1,
      attempts: 1,
      result_url: `/exports/${job.id}.png`,
      error: null,
      warnings: [],
      bytes: bytes.byteLength,
      width: 200,
      height: 150,
    });
    expect(contentType).toBe("image/png");
    const pixels = decodePixels(bytes);
    expect(pixels.at(25, 40)).toEqual([0, 255, 0, 255]);
    expect(pixels.at(100, 100)).toEqual([0, 0, 255, 255]);

    await expect.poll(() => socket.messages.at(-1)).toMatchObject({ type: "export.finished", export: done });
    const progress = socket.messages.filter((message) => message.type === "export.progress");
    expect(progress[0]).toMatchObject({ export: { id: job.id, status: "running", progress: 0 } });
  });

  it("R42 R68 shows the state at its seq, whatever came later", async () => {
    const { id, room } = await newDocument();
    good(await room.updateDocument(open, sized, {}));
    const { value: annotation } = good(
      await room.createAnnotation(open, { ...box, style: { fill: "#00ff00" }, labels: ["wall"] }, {}),
    );
    const wall = { name: "wall", color: "#123456", key: null };
    good(await room.setLabels(open, { labels: [wall] }, {}));
    const version = good(await room.createVersion(open, {}, {}));
    const early = await queueJob(id, "json");
    const earlyLegend = await queueJob(id, "svg", undefined, { legend: true });
    good(await room.setLabels(open, { labels: [{ ...wall, color: "#654321" }] }, {}));
    const lateLegend = await queueJob(id, "svg", undefined, { legend: true });
    good(await room.deleteAnnotation(open, annotation.id, undefined, {}));
    good(await room.updateDocument(open, { title: "Later" }, {}));
    const late = await queueJob(id, "json");
    const ofVersion = await queueJob(id, "json", version.id);
    for (const job of [early, earlyLegend, lateLegend, late, ofVersion]) await deliver(job.id);
    const readText = async (job: ExportJob): Promise<string> =>
      new TextDecoder().decode((await readFile(job)).bytes);
    const read = async (job: ExportJob): Promise<unknown> => JSON.parse(await readText(job));
    expect(await read(early)).toMatchObject({
      document: { title: "A sheet" },
      labels: { labels: [wall], version: 2 },
      annotations: [{ id: annotation.id }],
    });
    expect(await read(late)).toMatchObject({
      document: { title: "Later" },
      labels: { labels: [{ color: "#654321" }], version: 3 },
      annotations: [],
    });
    const colors = (svg: string) => svg.match(/#123456|#654321/g);
    expect(colors(await readText(earlyLegend))).toEqual(["#123456"]);
    expect(colors(await readText(lateLegend))).toEqual(["#654321"]);
    expect(await read(ofVersion)).toMatchObject({ seq: version.seq, annotations: [{ id: annotation.id }] });
  });

  it("R49 lays what was made later above, of one batch too, and lists it so", async () => {
    const { id, room } = await newDocument();
    good(await room.updateDocument(open, sized, {}));
    const ids = Array.from({ length: 10 }, () => crypto.randomUUID())
      .sort()
      .reverse();
    const operations = ids.map((each, index) => ({
      ...box,
      op: "create" as const,
      id: each,
      style: { fill: index === 9 ? "#00ff00" : "#ff0000", stroke: null },
    }));
    good(await room.applyBatch(open, operations, {}));
    const [picture, json, w3c] = [
      await queueJob(id),
      await queueJob(id, "json"),
      await queueJob(id, "json", undefined, { profile: "w3c" }),
    ];
    for (const job of [picture, json, w3c]) await deliver(job.id);
    expect(decodePixels((await readFile(picture)).bytes).at(25, 40)).toEqual([0, 255, 0, 255]);
    const read = async (job: ExportJob): Promise<unknown> =>
      JSON.parse(new TextDecoder().decode((await readFile(job)).bytes));
    expect(await read(json)).toMatchObject({ annotations: ids.map((each) => ({ id: each })) });
    expect(await read(w3c)).toMatchObject({ items: ids.map((each) => ({ id: `urn:uuid:${each}` })) });
  });

  it("of a real photo, turned by its EXIF, comes out upright in every format of pixels", async () => {
    const turned = fixturePhotos[2];
    if (!turned) throw new Error("No photo");
    const { orientation } = turned;
    const { id } = await newDocument();
    await setDocumentImage(id, turned.bytes, { width: 1800, height: 1200 });
    for (const format of ["png", "jpg", "webp"] as const) {
      const job = await queueJob(id, format);
      await deliver(job.id);
      const { bytes } = await readFile(job);
      const value = { width: 1800, height: 1200, orientation: format === "jpg" ? orientation : 1 };
      expect(await readImageInfo(bytes)).toMatchObject({ value });
    }
  });

  it("of a document with a broken picture fails at once with a reason, and the next one works", async () => {
    const { id } = await newDocument();
    await setDocumentImage(id, png(60, 40));
    const broken = await queueJob(id);
    expect(await deliver(broken.id)).toBe(false);
    const failed = await storedJob(broken.id);
    expect(failed).toMatchObject({ status: "failed", result_url: null, attempts: 1 });
    expect(failed.error).toContain("The PNG picture is damaged: its pixels can't be unpacked");

    const whole = await queueJob((await newDocument()).id);
    await deliver(whole.id);
    expect(await storedJob(whole.id)).toMatchObject({ status: "succeeded" });
  });

  it("of a document that is deleted by now fails with a reason", async () => {
    const { id, room } = await newDocument();
    const job = await queueJob(id);
    good(await room.deleteDocument(open, {}));
    await deliver(job.id);
    expect(await storedJob(job.id)).toMatchObject({
      status: "failed",
      error: expect.stringContaining("The document was deleted. Restore it"),
    });
  });

  it("with a character that no font has succeeds, with a warning", async () => {
    const { id, room } = await newDocument();
    good(
      await room.createAnnotation(open, { ...box, type: "text", geometry: { x: 5, y: 5 }, text: "ᚠ" }, {}),
    );
    const job = await queueJob(id);
    await deliver(job.id);
    const { status, warnings } = await storedJob(job.id);
    expect(status).toBe("succeeded");
    expect(warnings.join()).toContain("U+16A0");
  });
});

describe("delivery", () => {
  it("of a job that is done, of one that another renderer holds, and of an unknown one changes nothing", async () => {
    const { id } = await newDocument();
    const done = await queueJob(id, "json");
    await deliver(done.id);
    const before = await storedJob(done.id);
    expect(await deliver(done.id)).toBe(false);
    expect(await storedJob(done.id)).toEqual(before);

    const held = await queueJob(id, "json");
    await holdJob(held.id, { token: "another", until: Date.now() + 60_000 });
    // Its message is delivered again when the lease may have expired.
    expect(await deliverMessage(held.id)).toBeGreaterThan(55);
    expect(await storedJob(held.id)).toMatchObject({ status: "running", attempts: 1 });

    expect(await deliver(crypto.randomUUID())).toBe(false);
  });

  it("twice at once renders once", async () => {
    const { id } = await newDocument();
    const job = await queueJob(id, "json");
    await Promise.all([deliver(job.id), deliver(job.id)]);
    expect(await storedJob(job.id)).toMatchObject({ status: "succeeded", attempts: 1 });
  });

  it("goes on where a renderer died: when its lease has run out", async () => {
    const { id } = await newDocument();
    const job = await queueJob(id, "json");
    await holdJob(job.id, { token: "dead", until: Date.now() - 1 });
    await deliver(job.id);
    expect(await storedJob(job.id)).toMatchObject({ status: "succeeded", attempts: 2 });
  });

  it("ends a job that has brought the renderer down ten times", async () => {
    const { id } = await newDocument();
    const job = await queueJob(id, "json");
    await env.DB.prepare("UPDATE exports SET attempts = 9 WHERE id = ?").bind(job.id).run();
    await deliver(job.id);
    expect(await storedJob(job.id)).toMatchObject({ status: "succeeded", attempts: 10 });
    const late = await queueJob(id, "json");
    await env.DB.prepare("UPDATE exports SET attempts = 10 WHERE id = ?").bind(late.id).run();
    await deliver(late.id);
    expect(await storedJob(late.id)).toMatchObject({ status: "failed", attempts: 11 });
  });

  it("is not hindered by a folder that takes no copies", async () => {
    const { id } = await newDocument();
    const job = await queueJob(id, "json");
    await deliver(job.id, { variables: { EXPORTS_DIR: env.ROOMS.getByName(crypto.randomUUID()) } });
    expect(await storedJob(job.id)).toMatchObject({ status: "succeeded" });
  });
});
