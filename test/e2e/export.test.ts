import { afterAll, describe, expect, it } from "vitest";
import { annotationSchema } from "../../src/protocol/model/annotation.ts";
import { exportJobSchema, type ExportJob } from "../../src/protocol/model/export-job.ts";
import { RoomSocket, roomUrl } from "../../tools/room-socket.ts";
import { useSharedService } from "../client/support/service.ts";
import { decodePicture, type Picture } from "./support/pictures.ts";
import { isMirrored, readMirrored, removeMirrored } from "./support/mirror.ts";
import { waitFor } from "./support/wait-for.ts";

const WIDTH = 1800;
const HEIGHT = 1200;
/** One photo, stored in four orientations: upright they differ only in a number in the middle. */
const fixtures = [1, 3, 6, 8].map((orientation) => `exif-landscape-${orientation}.jpg`);
const square = { x: 300, y: 200, width: 100, height: 100 };

function pixelAt({ width, pixels }: Picture, x: number, y: number): number[] {
  const at = (y * width + x) * 4;
  return [...pixels.subarray(at, at + 4)];
}

/** Mean difference of a channel, 0–255, over a grid of the top quarter: the sky and the mountains, not the number. */
function meanDifference(one: Picture, other: Picture): number {
  let sum = 0;
  let count = 0;
  for (let y = 0; y < HEIGHT / 4; y += 5) {
    for (let x = 0; x < WIDTH; x += 5) {
      const before = pixelAt(one, x, y);
      for (const [channel, value] of pixelAt(other, x, y).entries()) {
        sum += Math.abs(value - (before[channel] ?? 0));
        count++;
      }
    }
  }
  return sum / count;
}

describe("an export of a photo with annotations", () => {
  const service = useSharedService();
  const { api } = service;
  const jobs: ExportJob[] = [];

  afterAll(async () => {
    await Promise.all(jobs.map(removeMirrored));
  });

  async function makeAnnotated(fixture: string): Promise<string> {
    const { id } = await api.createDocument({ title: fixture });
    expect(await api.putImage(id, fixture)).toMatchObject({ width: WIDTH, height: HEIGHT });
    await api.ask("POST", "/v1/annotations", annotationSchema, {
      document_id: id,
      type: "box",
      geometry: square,
      style: { stroke: null, fill: "#ff00ff" },
    });
    return id;
  }

  async function exportPicture(
    documentId: string,
    format: string,
  ): Promise<{ job: ExportJob; bytes: Buffer }> {
    const input = { document_id: documentId, format };
    const { id } = await api.ask("POST", "/v1/exports", exportJobSchema, input);
    const job = await api.untilFinal(id);
    jobs.push(job);
    expect(job).toMatchObject({ status: "succeeded", error: null, warnings: [], progress: 1 });
    return { job, bytes: await api.readBytes(job.result_url ?? "") };
  }

  it("is upright from all four orientations, has the annotation at its pixels, and lies in ./exports", async () => {
    const pictures: Picture[] = [];
    for (const fixture of fixtures) {
      const { job, bytes } = await exportPicture(await makeAnnotated(fixture), "png");
      expect(job).toMatchObject({ width: WIDTH, height: HEIGHT, bytes: bytes.length });
      expect((await readMirrored(job)).equals(bytes)).toBe(true);
      expect((await api.readBytes(`/v1/exports/${job.id}/download`)).equals(bytes)).toBe(true);
      pictures.push(decodePicture(bytes));
    }
    const [first, ...others] = pictures;
    if (!first) throw new Error("there is no picture");
    for (const picture of pictures) {
      expect(picture).toMatchObject({ width: WIDTH, height: HEIGHT });
      const { x, y, width, height } = square;
      expect(pixelAt(picture, x + 2, y + 2)).toEqual([255, 0, 255, 255]);
      expect(pixelAt(picture, x + width - 3, y + height - 3)).toEqual([255, 0, 255, 255]);
      expect(pixelAt(picture, x - 3, y - 3)).not.toEqual([255, 0, 255, 255]);
      expect(pixelAt(picture, x + width + 2, y + height + 2)).not.toEqual([255, 0, 255, 255]);
    }
    // Lying or upside down, sky would meet ground: the difference is then over 40.
    for (const picture of others) expect(meanDifference(first, picture)).toBeLessThan(5);
  });

  it("R32 comes in every other format, too, and the room hears of it", async () => {
    const documentId = await makeAnnotated("exif-landscape-6.jpg");
    const room = await RoomSocket.join(roomUrl(service.url, documentId));
    const starts = { jpg: "\u00ff\u00d8\u00ff", webp: "RIFF", svg: "<svg", json: "{" };
    for (const [format, start] of Object.entries(starts)) {
      const { job, bytes } = await exportPicture(documentId, format);
      expect(bytes.toString("latin1").trimStart().startsWith(start)).toBe(true);
      expect((await readMirrored(job)).equals(bytes)).toBe(true);
      const finished = await room.next("export.finished", (message) => message.export.id === job.id);
      expect(finished.export).toMatchObject({ status: "succeeded", result_url: job.result_url });
    }
    await room.close();
  });

  it("R42 is the same file for the same request, under each job's own name", async () => {
    const documentId = await makeAnnotated("exif-landscape-1.jpg");
    const first = await exportPicture(documentId, "webp");
    const second = await exportPicture(documentId, "webp");
    expect(second.job.id).not.toBe(first.job.id);
    expect(second.bytes.equals(first.bytes)).toBe(true);
    expect((await readMirrored(second.job)).equals(first.bytes)).toBe(true);
  });

  it("R41 that is cancelled ends so, and leaves no file", async () => {
    const documentId = await makeAnnotated("exif-landscape-1.jpg");
    const room = await RoomSocket.join(roomUrl(service.url, documentId));
    const input = { document_id: documentId, format: "png", scale: 2, legend: true };
    const { id } = await api.ask("POST", "/v1/exports", exportJobSchema, input);
    await room.next("export.progress", (message) => message.export.id === id);
    const cancelled = await api.ask("DELETE", `/v1/exports/${id}`, exportJobSchema);
    expect(cancelled).toMatchObject({ status: "cancelled", result_url: null });
    const told = await room.next("export.finished", (message) => message.export.id === id);
    expect(told.export).toEqual(cancelled);
    // The renderer takes one job after the other: when this one is done, the other was left.
    await exportPicture(documentId, "json");
    expect(await api.untilFinal(id)).toEqual(cancelled);
    expect(await isMirrored(cancelled)).toBe(false);
    await room.close();
  });

  it("R44 has a thumbnail, which is renewed after a change", async () => {
    const documentId = await makeAnnotated("exif-landscape-6.jpg");
    const route = `/v1/documents/${documentId}/thumbnail?size=512`;
    const first = decodePicture(await api.readBytes(route));
    expect([first.width, first.height]).toEqual([512, 341]);
    await api.ask("POST", "/v1/annotations", annotationSchema, {
      document_id: documentId,
      type: "box",
      geometry: { x: 0, y: 0, width: WIDTH, height: HEIGHT },
      style: { stroke: null, fill: "#00ff00" },
    });
    const renewed = await waitFor("the new thumbnail", async () => {
      const [red = 255, green = 0] = pixelAt(decodePicture(await api.readBytes(route)), 100, 100);
      return red < 16 && green > 239 ? true : undefined;
    });
    expect(renewed).toBe(true);
  });
});
