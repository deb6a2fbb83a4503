import { expect, it } from "vitest";
import { annotationBatchResultSchema } from "../../src/protocol/model/annotation.ts";
import { openRoom, until, untilLive } from "./support/rooms.ts";
import { useService } from "./support/service.ts";
import { toBytes, WordsContent } from "./support/words-content.ts";

const service = useService();

async function addAnnotations(documentId: string, count: number): Promise<void> {
  const batch = Array.from({ length: 500 }, (_, index) => {
    return { op: "create", type: "point", geometry: { x: index, y: index }, text: "x".repeat(1_000) };
  });
  for (let made = 0; made < count; made += batch.length) {
    const body = { document_id: documentId, operations: batch };
    await service.api.ask("POST", "/v1/annotations/batch", annotationBatchResultSchema, body);
  }
}

it("joins a document of several pages, and goes on from there", async () => {
  const { id } = await service.api.createDocument();
  await addAnnotations(id, 3_000);
  const content = new WordsContent();
  const room = openRoom(service.url, id, { content });
  const pages: string[] = [];
  room.on("message", (message) => message.type === "state_page" && pages.push(message.part));
  await untilLive(room);
  expect(pages.length).toBeGreaterThan(3);
  expect(room.annotations.value).toHaveLength(3_000);
  const ordinals = room.annotations.value.map(({ ordinal }) => ordinal);
  expect(ordinals).toEqual(ordinals.toSorted((a, b) => a - b));
  await room.sendContent(toBytes("word")).saved;
  expect(content.calls).toEqual(["load 7", "own 8 word"]);
});

it("sends thousands of changes that were made offline, each once", async () => {
  const { id } = await service.api.createDocument();
  await service.crash();
  const room = openRoom(service.url, id);
  const made = room.gesture(() =>
    Array.from({ length: 5_000 }, (_, index) => {
      return room.annotations.create({ type: "point", geometry: { x: index, y: 0 }, text: `${index}` }).id;
    }),
  );
  expect(room.unsaved.value).toBe(5_000);
  await service.start();
  room.reconnect();
  await room.allSaved();
  const other = await untilLive(openRoom(service.url, id));
  await until(other.annotations, ({ length }) => length === 5_000);
  expect(other.annotations.value.map((annotation) => annotation.id)).toEqual(made);
  expect(room.undo()?.annotationIds).toHaveLength(5_000);
  await until(other.annotations, ({ length }) => length === 0);
});

it("makes a file of what is shown, with everything saved", async () => {
  const { id } = await service.api.createDocument({ title: "Export", width: 200, height: 100 });
  const room = await untilLive(openRoom(service.url, id));
  expect(await room.updateDocument({ title: "Renamed" })).toMatchObject({ title: "Renamed" });
  expect(room.document.value?.title).toBe("Renamed");
  room.annotations.create({ type: "point", geometry: { x: 10, y: 20 }, text: "On the sheet" });
  const progress: number[] = [];
  const file = await room.export({ format: "json" }, { onProgress: (part) => progress.push(part) });
  expect(await file.text()).toContain("On the sheet");
  expect(progress.at(-1)).toBe(1);
  const ending = new AbortController();
  ending.abort();
  await expect(room.export({ format: "png" }, { signal: ending.signal })).rejects.toMatchObject({
    code: "cancelled",
  });
});

it("knows the document before all pages of its state have come, and is live after them", async () => {
  const { id } = await service.api.createDocument();
  await addAnnotations(id, 3_000);
  const room = openRoom(service.url, id);
  const known: boolean[] = [];
  room.on("message", ({ type }) => {
    if (type === "state_page")
      known.push(room.document.value?.id === id && room.status.value.state !== "live");
  });
  await untilLive(room);
  expect(known.length).toBeGreaterThan(3);
  expect(new Set(known)).toEqual(new Set([true]));
});
