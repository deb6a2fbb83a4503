import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import * as Y from "yjs";
import { MemoryStore } from "../../src/client/outbox/memory-store.ts";
import { rebindOnReset, type AcetateProvider } from "../../src/client/yjs/index.ts";
import { waitFor } from "../e2e/support/wait-for.ts";
import { openProvider, textOf, untilEqual, untilSynced } from "./support/providers.ts";
import { useService } from "./support/service.ts";

const SNAPSHOT_EVERY = 20;
const service = useService({ args: ["--var", `SNAPSHOT_EVERY:${SNAPSHOT_EVERY}`] });

class WatchedStore extends MemoryStore {
  hasKept = false;

  override async put(...operations: Parameters<MemoryStore["put"]>): Promise<void> {
    await super.put(...operations);
    this.hasKept = true;
  }
}

/** Opens a new document for two people. */
async function openTwo(): Promise<[id: string, ann: AcetateProvider, bob: AcetateProvider]> {
  const { id } = await service.api.createDocument();
  const [ann, bob] = [openProvider(service.url, id), openProvider(service.url, id)];
  await untilSynced(ann);
  await untilSynced(bob);
  return [id, ann, bob];
}

/** Writes with many small updates, none of which is gathered with others. */
function writeMuch({ room }: AcetateProvider, count: number): void {
  const doc = new Y.Doc();
  doc.on("update", (update: Uint8Array) => room.sendContent(update));
  for (let i = 0; i < count; i++) doc.getText("text").insert(0, `${i} `);
}

it("keeps two documents the same, and tells how it is connected", async () => {
  const { id } = await service.api.createDocument();
  const ann = openProvider(service.url, id, { connect: false });
  const told: unknown[] = [];
  ann.on("status", (event) => told.push(event));
  ann.once("sync", (event) => told.push(event));
  const stop = ann.on("synced", (event) => told.push({ synced: event }));
  expect(ann).toMatchObject({ status: "disconnected", synced: false });
  ann.connect();
  await untilSynced(ann);
  const bob = await untilSynced(openProvider(service.url, id));
  textOf(ann).insert(0, "Hello");
  expect(ann.unsaved.value).toBe(1);
  await untilEqual(ann, bob);
  expect(textOf(bob).toJSON()).toBe("Hello");

  stop();
  ann.disconnect();
  textOf(ann).insert(5, " from offline");
  textOf(bob).insert(0, "Bob: ");
  ann.connect();
  await untilEqual(ann, bob);
  expect(textOf(bob).toJSON()).toBe("Bob: Hello from offline");
  expect(told).toEqual([
    { status: "connecting" },
    { status: "connected" },
    true,
    { synced: true },
    { status: "disconnected" },
    { status: "connecting" },
    { status: "connected" },
  ]);
});

it("uploads what was in the document before, however large it is", async () => {
  const { id } = await service.api.createDocument();
  const doc = new Y.Doc();
  doc.getText("text").insert(0, "A long text. ".repeat(200_000));
  const ann = openProvider(service.url, id, {}, doc);
  const bob = openProvider(service.url, id);
  await untilEqual(ann, bob);
  expect(textOf(bob).toJSON()).toBe("A long text. ".repeat(200_000));
});

it("shares the connection with annotations", async () => {
  const [, ann, bob] = await openTwo();
  const note = ann.room.annotations.create({ type: "point", geometry: { x: 1, y: 2 }, text: "Here" });
  await note.saved;
  await waitFor("the note", () => bob.room.annotations.get(note.id));
});

it("answers for snapshots while it types, and who joins from one has the same document", async () => {
  const [id, ann, bob] = await openTwo();
  let acknowledged = 0;
  for (const provider of [ann, bob]) {
    provider.room.on("message", ({ type }) => (acknowledged += type === "snapshot_ack" ? 1 : 0));
  }
  // Keys are pressed all the time, in two places, and some take back what was there.
  await waitFor("two snapshots", async () => {
    textOf(ann).insert(0, "Ann ");
    if (textOf(bob).length > 20) textOf(bob).delete(3, 5);
    textOf(bob).insert(textOf(bob).length, "Bob ");
    return acknowledged >= 2 || undefined;
  });
  const eve = openProvider(service.url, id);
  const states: unknown[] = [];
  eve.room.on("message", (message) => {
    if (message.type === "state") states.push([message.snapshotB64 !== null, message.resumed]);
  });
  await untilEqual(ann, bob, eve);
  expect(states).toEqual([[true, false]]);
  expect(textOf(eve).toJSON()).toBe(textOf(ann).toJSON());
});

it("merges after it was away for so long that it can't be resumed", async () => {
  const [, ann, bob] = await openTwo();
  const undo = new Y.UndoManager(textOf(ann));
  const doc = ann.doc;
  textOf(ann).insert(0, "Ann was here. ");
  await untilEqual(ann, bob);
  ann.disconnect();
  textOf(ann).insert(0, "Offline. ");
  const states: boolean[] = [];
  ann.room.on("message", (message) => {
    if (message.type === "state") states.push(message.resumed);
  });
  let snapshots = 0;
  bob.room.on("message", ({ type }) => (snapshots += type === "snapshot_ack" ? 1 : 0));
  // Far more than the state takes, once there is a snapshot.
  textOf(bob).insert(0, randomBytes(100_000).toString("hex"));
  await waitFor("the text", () => bob.unsaved.value === 0 || undefined);
  textOf(bob).delete(0, 200_000);
  writeMuch(bob, 2 * SNAPSHOT_EVERY);
  await waitFor("a snapshot", () => snapshots > 0 || undefined);
  ann.connect();
  await untilEqual(ann, bob);
  expect(states).toEqual([false]);
  expect(ann.doc).toBe(doc);
  expect(textOf(bob).toJSON()).toContain("Offline. ");
  undo.undo();
  await untilEqual(ann, bob);
  expect(textOf(bob).toJSON()).not.toMatch(/Offline|Ann/);
});

it("starts over with a fresh document after a revert of the content, on both sides", async () => {
  const [id, ann, bob] = await openTwo();
  textOf(ann).insert(0, "First");
  await untilEqual(ann, bob);
  const first = await ann.room.versions.create("First");
  textOf(ann).insert(5, ", second");
  await untilEqual(ann, bob);

  const shown = { ann: "", bob: "" };
  const stops = Object.entries({ ann, bob }).map(([name, provider]) =>
    rebindOnReset(provider, (doc) => {
      const show = (): void => void (shown[name as "ann" | "bob"] = doc.getText("text").toJSON());
      doc.getText("text").observe(show);
      show();
      return () => doc.getText("text").unobserve(show);
    }),
  );
  expect(shown).toEqual({ ann: "First, second", bob: "First, second" });
  // Bob is away, writes, and knows of nothing.
  bob.disconnect();
  textOf(bob).insert(0, "Lost? ");
  await ann.room.versions.revert(first.id);
  await waitFor("the reverted text", () => shown.ann === "First" || undefined);
  const old = bob.doc;
  bob.connect();
  await untilEqual(ann, bob);
  expect(shown).toEqual({ ann: "First", bob: "First" });
  expect(bob.doc).not.toBe(old);
  expect(bob.doc.clientID).not.toBe(old.clientID);
  expect(bob.room.refused.value.map(({ error }) => error.code)).toEqual(["stale_base"]);

  textOf(bob).insert(5, " again");
  await untilEqual(ann, bob);
  expect(shown).toEqual({ ann: "First again", bob: "First again" });
  for (const stop of stops) stop();
  textOf(bob).insert(0, "Not shown: ");
  const eve = openProvider(service.url, id);
  await untilEqual(ann, bob, eve);
  expect(textOf(eve).toJSON()).toBe("Not shown: First again");
  expect(shown).toEqual({ ann: "First again", bob: "First again" });
});

it("keeps the document where a revert changes annotations only", async () => {
  const [, ann, bob] = await openTwo();
  textOf(ann).insert(0, "The same");
  await untilEqual(ann, bob);
  const first = await ann.room.versions.create("First");
  const note = ann.room.annotations.create({ type: "point", geometry: { x: 1, y: 2 } });
  await note.saved;
  const docs = [ann.doc, bob.doc];
  await bob.room.versions.revert(first.id);
  await waitFor("the revert", () => (ann.room.annotations.value.length === 0 ? true : undefined));
  await untilEqual(ann, bob);
  expect([ann.doc, bob.doc]).toEqual(docs);
  expect(ann.doc).toBe(docs[0]);
});

it("sends what was written before there was any connection, also to a document that was once reverted", async () => {
  const [id, ann, bob] = await openTwo();
  const empty = await ann.room.versions.create("Empty");
  textOf(ann).insert(0, "Gone");
  await untilEqual(ann, bob);
  await ann.room.versions.revert(empty.id);
  await waitFor("the revert", () => textOf(bob).length === 0 || undefined);
  const eve = openProvider(service.url, id, { connect: false });
  textOf(eve).insert(0, "Early");
  await waitFor("an edit that waits", () => eve.room.unsaved.value === 1 || undefined);
  eve.connect();
  await untilEqual(ann, bob, eve);
  expect(textOf(ann).toJSON()).toBe("Early");
  expect(eve.room.refused.value).toEqual([]);
});

it("brings back what an earlier client left in the store", async () => {
  const { id } = await service.api.createDocument();
  const store = new WatchedStore();
  const before = openProvider(service.url, id, { store, connect: false });
  textOf(before).insert(0, "Not sent. ");
  textOf(before).insert(0, "Nor this. ");
  await waitFor("a store that has it", () => store.hasKept || undefined);
  before.destroy();
  const after = openProvider(service.url, id, { store, connect: false });
  await waitFor("the text", () => textOf(after).toJSON() === "Nor this. Not sent. " || undefined);
  after.connect();
  const bob = openProvider(service.url, id);
  await untilEqual(after, bob);
  expect(textOf(bob).toJSON()).toBe("Nor this. Not sent. ");
});
