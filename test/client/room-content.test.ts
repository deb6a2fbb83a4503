import { expect, it } from "vitest";
import { DELTA_MAX_BYTES } from "../../src/protocol/limits.ts";
import { waitFor } from "../e2e/support/wait-for.ts";
import { openRoom, until, untilLive } from "./support/rooms.ts";
import { useService } from "./support/service.ts";
import { toBytes, WordsContent } from "./support/words-content.ts";

const service = useService({ args: ["--var", "SNAPSHOT_EVERY:5"] });

async function openWords(documentId: string) {
  const content = new WordsContent();
  return { content, room: await untilLive(openRoom(service.url, documentId, { content })) };
}

function untilWords(content: WordsContent, ...words: string[]): Promise<true> {
  const wanted = JSON.stringify(words.toSorted());
  return waitFor(`the words ${wanted}`, () => {
    return JSON.stringify([...content.words].toSorted()) === wanted ? true : undefined;
  });
}

it("brings updates to everyone in the order of seq, one's own included", async () => {
  const { id } = await service.api.createDocument();
  const ann = await openWords(id);
  const bob = await openWords(id);
  await ann.room.sendContent(toBytes("one")).saved;
  await bob.room.sendContent(toBytes("two")).saved;
  await untilWords(ann.content, "one", "two");
  expect(ann.content.calls).toEqual(["load 1", "own 2 one", "other 3 two"]);
  expect(bob.content.calls).toEqual(["load 1", "other 2 one", "own 3 two"]);
});

it("sends snapshots when asked, from which others join", async () => {
  const { id } = await service.api.createDocument();
  const ann = await openWords(id);
  const messages: string[] = [];
  ann.room.on("message", ({ type }) => messages.push(type));
  for (const word of ["a", "b", "c", "d", "e", "f"]) await ann.room.sendContent(toBytes(word)).saved;
  await waitFor("a snapshot", () => (messages.includes("snapshot_ack") ? true : undefined));
  const bob = await openWords(id);
  expect([...bob.content.words].toSorted()).toEqual(["a", "b", "c", "d", "e", "f"]);
});

it("replaces content after a revert, and takes back what was made before it", async () => {
  const { id } = await service.api.createDocument();
  const ann = await openWords(id);
  await ann.room.sendContent(toBytes("kept")).saved;
  const version = await ann.room.versions.create("First");
  await ann.room.sendContent(toBytes("later")).saved;
  const note = ann.room.annotations.create({ type: "point", geometry: { x: 1, y: 2 } });
  const reverted = new Promise((resolve) => ann.room.on("reverted", resolve));
  expect(await ann.room.versions.revert(version.id)).toMatchObject({ id: version.id, label: "First" });
  expect(await reverted).toMatchObject({ id: version.id });
  expect([...ann.content.words]).toEqual(["kept"]);
  expect(ann.content.calls.at(-1)).toMatch(/^load \d+ replace$/);
  expect(ann.room.annotations.get(note.id)).toBeUndefined();
  const versions = await until(ann.room.versions, ({ length }) => length === 2);
  expect(versions.map(({ number, automatic }) => ({ number, automatic }))).toEqual([
    { number: 2, automatic: true },
    { number: 1, automatic: false },
  ]);
  await ann.room.sendContent(toBytes("after")).saved;
  await untilWords(ann.content, "after", "kept");
});

it("refuses an update that is too large, and content without a handler", async () => {
  const { id } = await service.api.createDocument();
  const { room } = await openWords(id);
  expect(() => room.sendContent(new Uint8Array(DELTA_MAX_BYTES + 1))).toThrow(/at most 1048576 bytes/);
  await room.sendContent(new Uint8Array(DELTA_MAX_BYTES)).saved;
  const plain = openRoom(service.url, id);
  expect(() => plain.sendContent(toBytes("x"))).toThrow(/handler/);
});
