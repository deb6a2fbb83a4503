import { expect, it } from "vitest";
import { MemoryStore } from "../../src/client/outbox/memory-store.ts";
import { openRoom, until, untilLive, untilTexts } from "./support/rooms.ts";
import { useService } from "./support/service.ts";
import { toBytes, WordsContent } from "./support/words-content.ts";

const service = useService();
const point = { type: "point", geometry: { x: 10, y: 20 } } as const;

it("sends what was done while the service was away, and shows what others did", async () => {
  const { id } = await service.api.createDocument();
  const content = new WordsContent();
  const ann = await untilLive(openRoom(service.url, id, { content }));
  const first = ann.annotations.create({ ...point, text: "first" });
  await first.saved;
  await service.crash();
  await until(ann.status, ({ state }) => state === "offline");
  expect(ann.status.value.error).toMatchObject({ code: "network" });
  ann.annotations.update(first.id, { text: "changed" });
  const second = ann.annotations.create({ ...point, text: "second" });
  const word = ann.sendContent(toBytes("word"));
  expect(ann.unsaved.value).toBe(3);
  expect(ann.annotations.isSaved(first.id)).toBe(false);
  await service.start();
  await Promise.all([second.saved, word.saved, ann.allSaved()]);
  const states: boolean[] = [];
  ann.on("message", (message) => message.type === "state" && states.push(message.resumed));
  const bob = openRoom(service.url, id, { content: new WordsContent() });
  await untilTexts(bob, "changed", "second");
  await untilTexts(ann, "changed", "second");
  expect(content.calls.slice(0, 1)).toEqual(["load 1"]);
});

it("leaves unsaved changes to the next room of the same store", async () => {
  const { id } = await service.api.createDocument();
  const store = new MemoryStore();
  await service.crash();
  const before = openRoom(service.url, id, { store, content: new WordsContent() });
  const note = before.annotations.create({ ...point, text: "left" });
  before.sendContent(toBytes("word"));
  const saved = note.saved.catch((error: unknown) => error);
  before.close();
  expect(await saved).toMatchObject({ code: "closed" });
  const content = new WordsContent();
  const after = openRoom(service.url, id, { store, content });
  await until(after.unsaved, (unsaved) => unsaved === 2);
  expect(after.annotations.get(note.id)?.text).toBe("left");
  expect(content.calls).toEqual(["restore word"]);
  await service.start();
  after.reconnect();
  await after.allSaved();
  await untilTexts(openRoom(service.url, id), "left");
});

it("keeps what was refused readable over a new room, until it is dismissed", async () => {
  const { id } = await service.api.createDocument();
  const store = new MemoryStore();
  const room = await untilLive(openRoom(service.url, id, { store }));
  const told = new Promise((resolve) => room.on("refused", resolve));
  const note = room.annotations.create({ ...point, text: "x".repeat(10_001) });
  await expect(note.saved).rejects.toMatchObject({ code: "invalid", errors: [{ path: "annotation.text" }] });
  expect(await told).toMatchObject({ error: { code: "invalid" } });
  expect(room.annotations.value).toEqual([]);
  room.close();
  const next = openRoom(service.url, id, { store });
  const [refused] = await until(next.refused, ({ length }) => length === 1);
  expect(refused).toMatchObject({ message: { type: "annotation.create" }, error: { code: "invalid" } });
  expect(next.unsaved.value).toBe(0);
  next.dismiss(refused?.opId ?? "");
  next.close();
  const last = await untilLive(openRoom(service.url, id, { store }));
  expect(last.refused.value).toEqual([]);
});
