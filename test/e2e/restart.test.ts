import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { annotationPageSchema, annotationSchema } from "../../src/protocol/model/annotation.ts";
import { documentSchema } from "../../src/protocol/model/document.ts";
import { exportJobSchema } from "../../src/protocol/model/export-job.ts";
import { versionPageSchema, versionSchema } from "../../src/protocol/model/version.ts";
import { RoomSocket, roomUrl } from "../../tools/room-socket.ts";
import { Api } from "./support/api.ts";
import { removeMirrored } from "./support/mirror.ts";
import { makeStateFolder, Service } from "./support/service.ts";

const box = { type: "box", geometry: { x: 10, y: 20, width: 30, height: 40 } };
const IN_FLIGHT = 200;
/** Drawn one after the other, each for the better part of a second. */
const EXPORTS = 4;
/** The room looks after an open export 30 s after it was made; on a busy machine it then takes a while. */
const RESUMED_MS = 80_000;

describe("a service stopped and started again on the same state", () => {
  let service: Service;
  let api: Api;
  let state: Awaited<ReturnType<typeof makeStateFolder>>;

  async function start(): Promise<void> {
    service = await Service.start({ command: "start", databaseUrl: state.url });
    api = new Api(service.url);
  }
  beforeAll(async () => {
    state = await makeStateFolder();
    await start();
  });
  afterAll(async () => {
    await service.stop();
    await state.remove();
  });

  it("R1 R7 goes on with documents, annotations, versions, seq, dedupe and open exports", async () => {
    const { id } = await api.createDocument({ title: "Kept" });
    await api.putImage(id, "exif-landscape-6.jpg");
    const input = { ...box, document_id: id };
    const annotation = await api.ask("POST", "/v1/annotations", annotationSchema, input);
    const version = await api.ask("POST", "/v1/versions", versionSchema, { document_id: id });
    const before = await RoomSocket.join(roomUrl(service.url, id));
    before.send({ type: "update", opId: "once", baseVersion: 0, deltaB64: btoa("delta") });
    const { seq } = await before.next("ack");
    const document = await api.ask("GET", `/v1/documents/${id}`, documentSchema);
    const jobs = await Promise.all(
      Array.from({ length: EXPORTS }, () =>
        api.ask("POST", "/v1/exports", exportJobSchema, { document_id: id, format: "png" }),
      ),
    );
    // While the first one is drawn: the queue keeps nothing on disk, so that the others have to be sent again.
    await service.stop();
    await start();

    const latest = await Promise.all(
      jobs.map((job) => api.ask("GET", `/v1/exports/${job.id}`, exportJobSchema)),
    );
    expect(latest.map(({ status }) => status)).toContain("queued");
    expect(await api.ask("GET", `/v1/documents/${id}`, documentSchema)).toEqual(document);
    const annotations = `/v1/annotations?document_id=${id}`;
    expect((await api.ask("GET", annotations, annotationPageSchema)).items).toEqual([annotation]);
    const versions = `/v1/versions?document_id=${id}`;
    expect((await api.ask("GET", versions, versionPageSchema)).items).toEqual([version]);

    const after = await RoomSocket.join(roomUrl(service.url, id));
    expect(after.state).toMatchObject({ version: seq, updates: [{ seq, deltaB64: btoa("delta") }] });
    after.send({ type: "update", opId: "once", baseVersion: 0, deltaB64: btoa("delta") });
    expect(await after.next("ack")).toMatchObject({ seq, duplicate: true });
    after.send({ type: "update", opId: "next", baseVersion: seq, deltaB64: btoa("delta") });
    const next = await after.next("ack", ({ opId }) => opId === "next");
    expect(next.seq).toBe(seq + 1);
    await after.close();

    for (const job of jobs) {
      expect(await api.untilFinal(job.id, RESUMED_MS)).toMatchObject({ status: "succeeded", seq: job.seq });
      await removeMirrored(job);
    }
  });

  it("I1 R2 loses nothing it has acked when it is killed the moment after", async () => {
    const { id } = await api.createDocument();
    const room = await RoomSocket.join(roomUrl(service.url, id));
    for (let index = 0; index < IN_FLIGHT; index++) {
      room.send({ type: "update", opId: `op-${index}`, baseVersion: 0, deltaB64: btoa(`delta ${index}`) });
    }
    await room.collect(IN_FLIGHT / 2, ({ type }) => type === "ack");
    await service.crash();
    const acked = room.messages.flatMap((message) => (message.type === "ack" ? [message] : []));

    await start();
    const after = await RoomSocket.join(roomUrl(service.url, id));
    const kept = new Map(after.state.updates.map(({ seq, deltaB64 }) => [seq, atob(deltaB64)]));
    expect(acked.length).toBeGreaterThanOrEqual(IN_FLIGHT / 2);
    for (const { opId, seq } of acked) expect(kept.get(seq)).toBe(opId.replace("op-", "delta "));
    const seqs = [...kept.keys()];
    expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
    await after.close();
  });
});
