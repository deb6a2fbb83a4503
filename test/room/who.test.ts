import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { updaterOf } from "../../src/protocol/model/person.ts";
import type { Access } from "../../src/room/access.ts";
import type { Event } from "../../src/protocol/wire/down.ts";
import {
  box,
  claims,
  connect,
  diffVersion,
  good,
  newDocument,
  open,
  readChanges,
  readVersion,
} from "../support/room.ts";

const ann = claims({ sub: "a1", name: "Ann", role: "admin" });
const bob = claims({ sub: "b2", name: "Bob", role: "editor" });
/** Their token has no name. */
const cid = claims({ sub: "c3", role: "editor" });
const labels = [{ name: "wall", color: "#e11d48", key: null }];

/** Who an event says it was. */
function tellWho(event: Event): unknown[] {
  const resource =
    "annotation" in event
      ? event.annotation
      : "comment" in event
        ? event.comment
        : "document" in event
          ? event.document
          : event.type === "labels.updated"
            ? event.labels
            : null;
  if (resource) return [event.type, updaterOf(resource).id, updaterOf(resource).name];
  if (event.type === "version.created") return [event.type, event.version.author, event.version.author_name];
  const all = "annotations" in event ? (event.annotations ?? []) : [];
  return [event.type, ...all.flatMap((each) => [updaterOf(each).id, updaterOf(each).name])];
}

/** A document in which three people have done everything that can be done. */
async function makeHistory() {
  const sheet = await newDocument();
  const { id, room } = sheet;
  const one = good(await room.createAnnotation(ann, box, {})).value;
  good(await room.updateAnnotation(bob, one.id, 1, { text: "Bob's" }, {}));
  const kept = good(await room.createVersion(cid, { label: "First" }, {}));
  good(await room.updateAnnotation(ann, one.id, 2, { text: "Ann's" }, {}));
  good(await room.deleteAnnotation(cid, one.id, undefined, {}));
  good(await room.restoreAnnotation(bob, one.id, undefined, {}));
  good(
    await room.applyBatch(
      cid,
      [
        { op: "create", ...box },
        { op: "delete", id: one.id },
      ],
      {},
    ),
  );
  good(await room.setLabels(bob, { labels }, {}));
  good(await room.updateDocument(ann, { title: "Renamed" }, {}));
  good(await room.restoreAnnotation(ann, one.id, undefined, {}));
  const said = { annotation_id: one.id, reply_to: null, text: "Is it straight?" };
  const comment = good(await room.createComment(bob, said, {})).value;
  good(await room.updateComment(ann, comment.id, undefined, { resolved: true }, {}));
  good(await room.updateComment(cid, comment.id, undefined, { resolved: false }, {}));
  good(await room.deleteComment(ann, comment.id, undefined, {}));
  good(await room.revertVersion(bob, kept.id, {}));
  return { ...sheet, id, annotation: one.id, kept, comment: comment.id };
}

const told = [
  ["annotation.created", "a1", "Ann"],
  ["annotation.updated", "b2", "Bob"],
  ["version.created", "c3", null],
  ["annotation.updated", "a1", "Ann"],
  ["annotation.deleted", "c3", null],
  ["annotation.updated", "b2", "Bob"],
  ["annotation.batch", "c3", null, "c3", null],
  ["labels.updated", "b2", "Bob"],
  ["document.updated", "a1", "Ann"],
  ["annotation.updated", "a1", "Ann"],
  ["comment.created", "b2", "Bob"],
  ["comment.updated", "a1", "Ann"],
  ["comment.updated", "c3", null],
  ["comment.deleted", "a1", "Ann"],
  ["version.created", "b2", "Bob"],
  ["version.reverted", "b2", "Bob"],
];

describe("who changed what", () => {
  it("R75 is told as it happens, to who resumes, and by the feed", async () => {
    const watched = await newDocument();
    const socket = await connect(watched.id);
    await socket.next("state");
    good(await watched.room.createAnnotation(ann, box, {}));
    expect(tellWho(await socket.next("annotation.created"))).toEqual(told[0]);

    const { id, room, stub } = await makeHistory();
    const { events } = good(await readChanges(room, 1, 1_000));
    expect(events.map(tellWho)).toEqual(told);
    // All that the revert changed, it changed.
    const reverted = events.at(-1);
    if (reverted?.type !== "version.reverted") throw new Error("The last event is the revert");
    expect(reverted.annotations?.map(({ updated_by }) => updated_by)).toEqual(["b2", "b2"]);
    expect(reverted.labels).toMatchObject({ updated_by: "b2", updated_by_name: "Bob" });

    await evictDurableObject(stub);
    const resumed = await connect(id, { since: 1 });
    expect((await resumed.next("state")).events).toEqual(events);
  });

  it("R75 is in answers, states, lists, versions and differences, and does not say the author's name twice", async () => {
    const { id, room, annotation, kept, comment } = await makeHistory();
    const present = good(await room.getAnnotation(open, annotation));
    expect(present).toMatchObject({
      author: "a1",
      author_name: "Ann",
      updated_by: "b2",
      updated_by_name: "Bob",
    });
    const fresh = await (await connect(id)).next("state");
    expect(fresh.annotations).toEqual([present]);
    expect(fresh.document).toMatchObject({ updated_by: "b2", updated_by_name: "Bob" });
    expect(fresh.labels).toMatchObject({ labels: [], updated_by: "b2", updated_by_name: "Bob" });
    expect(good(await room.listAnnotations(open, { status: "active" }, { page: 1, size: 9 })).items).toEqual([
      present,
    ]);
    const said = good(await room.getComment(open, comment));
    expect(said).toMatchObject({
      author: "b2",
      author_name: "Bob",
      updated_by: "a1",
      updated_by_name: "Ann",
    });
    expect(said).toMatchObject({ resolved_by: null, resolved_by_name: null });

    const { state, author, author_name } = good(await readVersion(room, kept.id));
    expect({ author, author_name }).toEqual({ author: "c3", author_name: null });
    expect(state.annotations).toEqual([{ ...present, version: 2, seq: 3, updated_at: expect.any(String) }]);
    const [automatic] = good(await room.listVersions(open, { page: 1, size: 9 })).items;
    expect(automatic).toMatchObject({ automatic: true, author: "b2", author_name: "Bob" });
    const diff = good(await diffVersion(room, automatic?.id ?? ""));
    expect(diff.changed).toMatchObject([
      { before: { updated_by: "a1", text: "Ann's" }, after: { updated_by: "b2", updated_by_name: "Bob" } },
    ]);
    expect(diff.changed[0]?.before).not.toHaveProperty("updated_by_name");

    const resolved = good(await room.updateComment(ann, comment, undefined, { resolved: true }, {}));
    expect(resolved).toMatchObject({ resolved_by: "a1", resolved_by_name: "Ann" });
  });

  it("R7 R75 a late repeat is answered with who it was", async () => {
    const { room } = await newDocument();
    const { value: made } = good(await room.createAnnotation(ann, box, {}));
    const options = { opId: "change" };
    const changed = good(await room.updateAnnotation(bob, made.id, 1, { text: "Bob's" }, options));
    good(await room.updateAnnotation(cid, made.id, 2, { text: "Cid's" }, {}));
    expect(good(await room.updateAnnotation(bob, made.id, 1, { text: "Bob's" }, options))).toEqual(changed);
    // Whoever sends it: who did it is no part of what an opId stands for.
    expect(good(await room.updateAnnotation(cid, made.id, 1, { text: "Bob's" }, options))).toEqual(changed);
    expect(changed).toMatchObject({ updated_by: "b2", updated_by_name: "Bob", seq: 3 });
  });

  it("R75 takes two bytes of a row where the author changes their own, whatever their name", async () => {
    const { room, stub } = await newDocument();
    const { value: made } = good(await room.createAnnotation(ann, box, {}));
    good(await room.updateAnnotation(ann, made.id, 1, { text: "Mine" }, {}));
    good(await room.updateAnnotation(bob, made.id, 2, { text: "Bob's" }, {}));
    const rows = await runInDurableObject(stub, (_room, { storage: { sql } }) =>
      sql.exec("SELECT updated_by, updated_by_name FROM annotation_rows ORDER BY seq").toArray(),
    );
    const own = { updated_by: "", updated_by_name: null };
    expect(rows).toEqual([own, own, { updated_by: "b2", updated_by_name: "Bob" }]);
  });
});

describe("without tokens", () => {
  const named = (name: string): Access => ({ claims: null, name });

  it("R76 is who the connection says it is, or nobody", async () => {
    const { id, room } = await newDocument();
    const mara = await connect(id, { name: "Mara", actorId: "browser" });
    const nobody = await connect(id);
    mara.send({ type: "annotation.create", opId: "1", annotation: box });
    const made = (await mara.next("ack")).annotation;
    expect(made).toMatchObject({ author: "Mara", author_name: null, updated_by: "Mara" });
    mara.send({ type: "annotation.create", opId: "2", annotation: { ...box, author: "Jonas" } });
    expect((await mara.next("ack")).annotation).toMatchObject({ author: "Jonas", updated_by: "Jonas" });
    const target = made?.id ?? "";
    nobody.send({ type: "annotation.update", opId: "3", id: target, version: 1, patch: { text: "?" } });
    expect((await nobody.next("ack")).annotation).toMatchObject({
      author: "Mara",
      updated_by: null,
      updated_by_name: null,
    });
    const lea = await connect(id, { name: "Lea" });
    lea.send({ type: "labels.set", opId: "4", labels });
    expect((await lea.next("ack")).labels).toMatchObject({ updated_by: "Lea", updated_by_name: null });
    const said = { annotation_id: target, reply_to: null, text: "Is it straight?" };
    lea.send({ type: "comment.create", opId: "5", comment: said });
    const comment = (await lea.next("ack")).comment;
    expect(comment).toMatchObject({ author: "Lea", updated_by: "Lea" });
    mara.send({ type: "comment.update", opId: "6", id: comment?.id ?? "", patch: { resolved: true } });
    expect((await mara.next("ack")).comment).toMatchObject({
      resolved_by: "Mara",
      resolved_by_name: null,
      updated_by: "Mara",
      updated_by_name: null,
    });
    const version = good(await room.createVersion(named("Lea"), {}, {}));
    expect(version).toMatchObject({ author: "Lea", author_name: null });
    const { document } = good(await room.revertVersion(named("Jonas"), version.id, {}));
    expect(document).toMatchObject({ updated_by: "Jonas", updated_by_name: null });
  });

  it("R76 survives hibernation, and is nothing beside a token", async () => {
    const { id, stub } = await newDocument();
    const mara = await connect(id, { name: "Mara" });
    const bobs = await connect(id, { name: "Not Bob", access: bob });
    await mara.next("state");
    await bobs.next("state");
    await evictDurableObject(stub);
    mara.send({ type: "annotation.create", opId: "1", annotation: box });
    const made = (await mara.next("ack")).annotation;
    expect(made).toMatchObject({ author: "Mara", updated_by: "Mara" });
    bobs.send({ type: "annotation.delete", opId: "2", id: made?.id ?? "" });
    expect((await bobs.next("ack")).annotation).toMatchObject({ updated_by: "b2", updated_by_name: "Bob" });
  });
});
