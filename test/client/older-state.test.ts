import { expect, it } from "vitest";
import type { Room } from "../../src/client/room-api.ts";
import type { StateMessage } from "../../src/protocol/wire/down.ts";
import { waitFor } from "../e2e/support/wait-for.ts";
import { openProvider, textOf, untilEqual, untilSynced } from "./support/providers.ts";
import { openRoom, untilLive, untilTexts } from "./support/rooms.ts";
import { useService } from "./support/service.ts";
import { toBytes, WordsContent } from "./support/words-content.ts";

const service = useService();

const note = (text: string) => ({ type: "point", geometry: { x: 1, y: 2 }, text }) as const;

/** The states that a room gets from now on. */
function listStates(room: Room): StateMessage[] {
  const states: StateMessage[] = [];
  room.on("message", (message) => {
    if (message.type === "state") states.push(message);
  });
  return states;
}

/** Does something, which the service then loses. Whoever is offline by then hears of it when it comes back. */
async function loseWhat(act: () => Promise<void>): Promise<void> {
  await service.crash();
  await service.copyState();
  await service.start();
  await act();
  await service.crash();
  await service.giveBackState();
  await service.start();
}

/** Others make so many changes that no seq tells what was lost. */
async function goOn(documentId: string): Promise<void> {
  const { client } = service.api;
  for (let i = 0; i < 10; i++) await client.documents.update(documentId, { title: `Title ${i}` });
  await client.annotations.create({ document_id: documentId, ...note("theirs") });
}

it("I4 R16 a room that comes back late shows what the service has, and sends what was never saved", async () => {
  const { id } = await service.api.createDocument();
  const content = new WordsContent();
  const room = await untilLive(openRoom(service.url, id, { content }));
  await room.annotations.create(note("kept")).saved;
  await room.sendContent(toBytes("kept")).saved;
  await loseWhat(async () => {
    room.reconnect();
    await untilLive(room);
    await room.annotations.create(note("lost")).saved;
    await room.sendContent(toBytes("lost")).saved;
    room.disconnect();
    room.annotations.create(note("unsaved"));
    room.sendContent(toBytes("unsaved"));
  });
  await goOn(id);

  const states = listStates(room);
  room.reconnect();
  await untilTexts(room, "kept", "theirs", "unsaved");
  await room.allSaved();
  expect(states).toMatchObject([{ resumed: false, diverged: true }]);
  expect([...content.words].toSorted()).toEqual(["kept", "unsaved"]);
  expect(content.calls.filter((call) => call.includes("replace"))).toEqual([
    expect.stringMatching(/^load \d+ replace lost$/),
  ]);
  const other = new WordsContent();
  const witness = await untilLive(openRoom(service.url, id, { content: other }));
  expect(other.words).toEqual(content.words);
  expect(witness.annotations.value).toEqual(room.annotations.value);
  expect(room.document.value?.title).toBe("Title 9");

  // From here on it is resumed again, over a restart of the service, too.
  room.disconnect();
  await service.crash();
  await service.start();
  await goOn(id);
  room.reconnect();
  await untilTexts(room, "kept", "theirs", "unsaved", "theirs");
  expect(states.slice(1)).toMatchObject([{ resumed: true, diverged: false }]);
});

it("a Yjs document gives the service back what it had lost", async () => {
  const { id } = await service.api.createDocument();
  const ann = await untilSynced(openProvider(service.url, id));
  textOf(ann).insert(0, "kept ");
  await ann.room.allSaved();
  const { doc } = ann;
  await loseWhat(async () => {
    ann.room.reconnect();
    await untilSynced(ann);
    textOf(ann).insert(5, "lost ");
    await waitFor("a saved text", () => ann.unsaved.value === 0 || undefined);
    ann.disconnect();
    textOf(ann).insert(10, "unsaved");
  });
  const bob = await untilSynced(openProvider(service.url, id));
  textOf(bob).insert(0, "theirs ");
  await goOn(id);
  const states = listStates(ann.room);
  ann.connect();
  await untilEqual(ann, bob);
  expect(states).toMatchObject([{ resumed: false, diverged: true }]);
  // In this order or in the other one: both were written at the same place.
  expect(textOf(bob).toJSON().split("theirs ").toSorted()).toEqual(["", "kept lost unsaved"]);
  expect(ann.doc).toBe(doc);
});
