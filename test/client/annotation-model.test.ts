import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { AcetateError } from "../../src/client/acetate-error.ts";
import type { Annotation } from "../../src/protocol/model/annotation.ts";
import { authorOf, type Person, updaterOf } from "../../src/protocol/model/person.ts";
import { TinyClient, TestStore, pass } from "./support/tiny-client.ts";
import { TinyService } from "./support/tiny-service.ts";

const box = { type: "box", geometry: { x: 0, y: 0, width: 10, height: 10 } } as const;

const anna = { id: "ann", name: "Ann" };
const bobby = { id: "bob", name: "Bob" };
const cid = { id: "cid", name: null };

function start(): { service: TinyService; ann: TinyClient; bob: TinyClient } {
  const service = new TinyService();
  const enter = (who: Person) => new TinyClient(service, new TestStore(), who);
  return { service, ann: enter(anna), bob: enter(bobby) };
}

/** A box that both know. */
async function startWithBox(): Promise<{
  service: TinyService;
  ann: TinyClient;
  bob: TinyClient;
  id: string;
}> {
  const all = start();
  const { id } = all.ann.model.create(box);
  await all.ann.settle();
  await all.bob.settle();
  return { ...all, id };
}

function only(client: TinyClient): Annotation {
  const [annotation] = client.model.value;
  if (!annotation || client.model.value.length > 1)
    throw new Error(`${client.model.value.length} annotations`);
  return annotation;
}

test("what is made shows at once, with the service's defaults, and is saved by its acknowledgement", async () => {
  const { ann, bob } = start();
  const lists: number[] = [];
  ann.model.subscribe((list) => lists.push(list.length));
  const { id, saved } = ann.model.create({ ...box, style: { fill: "#ffffff" } });
  expect(lists).toEqual([0, 1]);
  expect(only(ann)).toMatchObject({
    id,
    status: "active",
    style: { fill: "#ffffff", stroke: "#e11d48" },
    version: 0,
  });
  expect(ann.model.isSaved(id)).toBe(false);
  await ann.settle();
  await saved;
  expect(ann.model.isSaved(id)).toBe(true);
  await bob.settle();
  expect(bob.model.value).toEqual(ann.model.value);
});

test("what is made lies on top until it has its place", async () => {
  const { ann, bob } = start();
  ann.model.create({ ...box, text: "ann" });
  await ann.settle();
  await bob.settle();
  const { id } = bob.model.create({ ...box, text: "bob" });
  bob.model.create({ ...box, text: "below", z_index: -1 });
  expect(bob.model.value.map(({ text }) => text)).toEqual(["below", "ann", "bob"]);
  ann.model.create({ ...box, text: "ann 2" });
  await ann.settle();
  await bob.settle();
  await ann.settle();
  expect(bob.model.get(id)?.ordinal).toBeGreaterThan(0);
  expect(bob.model.value.map(({ text }) => text)).toEqual(["below", "ann", "ann 2", "bob"]);
  expect(ann.model.value).toEqual(bob.model.value);
});

test("a drag is two messages: what waits is joined", async () => {
  const { ann, id } = await startWithBox();
  const sent = vi.spyOn(ann, "deliver");
  for (let x = 1; x <= 50; x++) {
    ann.model.update(id, (a) => ({ geometry: { ...a.geometry, x } }));
    await pass();
  }
  expect(only(ann).geometry).toMatchObject({ x: 50 });
  await ann.settle();
  expect(sent).toHaveBeenCalledTimes(2);
  expect(only(ann)).toMatchObject({ version: 3, geometry: { x: 50 } });
});

test("what waits keeps its fields where a later edit leaves them undefined", async () => {
  const { ann, bob, id } = await startWithBox();
  ann.model.update(id, { text: "ann", style: { fill: "#111111" }, properties: { a: 1 } });
  const later = { text: undefined, style: { fill: undefined, opacity: 0.5 }, properties: { a: undefined } };
  ann.model.update(id, later);
  await ann.settle();
  await bob.settle();
  expect(only(ann)).toMatchObject({
    text: "ann",
    style: { fill: "#111111", opacity: 0.5 },
    properties: { a: 1 },
  });
  expect(bob.model.value).toEqual(ann.model.value);
});

test("pages that came over plain HTTP, where crypto has no randomUUID, can edit", async () => {
  const { ann } = start();
  const randomUUID = vi.spyOn(crypto, "randomUUID").mockImplementation(() => {
    throw new TypeError("crypto.randomUUID is not a function");
  });
  try {
    const { id } = ann.model.create(box);
    ann.model.update(id, { text: "new" });
    ann.model.delete(id);
    ann.model.restore(id);
  } finally {
    randomUUID.mockRestore();
  }
  await ann.settle();
  expect(only(ann).text).toBe("new");
});

test("two people who change different fields both win, and nobody is told of a conflict", async () => {
  const { ann, bob, id } = await startWithBox();
  ann.model.update(id, { text: "ann", style: { fill: "#111111" }, properties: { a: 1 } });
  bob.model.update(id, { labels: ["bob"], style: { opacity: 0.5 }, properties: { b: 2 } });
  await ann.settle();
  await bob.settle();
  await ann.settle();
  expect(only(ann)).toMatchObject({
    text: "ann",
    labels: ["bob"],
    style: { fill: "#111111", opacity: 0.5 },
    properties: { a: 1, b: 2 },
  });
  expect(bob.model.value).toEqual(ann.model.value);
  expect([...ann.conflicts, ...bob.conflicts]).toEqual([]);
});

test("of two values for one field the later acknowledgement wins, and both are told", async () => {
  const { ann, bob, id } = await startWithBox();
  ann.model.update(id, { text: "ann" });
  bob.model.update(id, { text: "bob" });
  await ann.settle();
  await bob.settle();
  await ann.settle();
  expect(only(ann).text).toBe("bob");
  expect(only(bob).text).toBe("bob");
  expect(ann.conflicts).toEqual([
    { annotationId: id, field: "text", mine: "ann", theirs: "bob", by: bobby, kept: "theirs" },
  ]);
  expect(bob.conflicts).toEqual([
    { annotationId: id, field: "text", mine: "bob", theirs: "ann", by: anna, kept: "mine" },
  ]);
});

test("a change made long after is no conflict", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const { ann, bob, id } = await startWithBox();
  ann.model.update(id, { text: "ann" });
  await ann.settle();
  await bob.settle();
  vi.setSystemTime(Date.now() + 6_000);
  bob.model.update(id, { text: "bob" });
  await bob.settle();
  await ann.settle();
  expect(only(ann).text).toBe("bob");
  expect(ann.conflicts).toEqual([]);
  vi.useRealTimers();
});

test("a function is applied again to what somebody else has made of the annotation", async () => {
  const { ann, bob, id } = await startWithBox();
  const move = (dx: number) => (a: Annotation) =>
    a.type === "box" ? { geometry: { ...a.geometry, x: a.geometry.x + dx } } : {};
  ann.model.update(id, move(5));
  bob.model.update(id, move(3));
  bob.model.update(id, move(1));
  await ann.settle();
  await bob.settle();
  await ann.settle();
  expect(only(ann).geometry).toMatchObject({ x: 9 });
  expect(only(bob).geometry).toMatchObject({ x: 9 });
});

test("an update of what somebody else has deleted is refused, and taken back", async () => {
  const { ann, bob, id } = await startWithBox();
  ann.model.delete(id);
  const { saved } = bob.model.update(id, { text: "bob" });
  const outcome = saved.catch((error: unknown) => error);
  await ann.settle();
  await bob.settle();
  expect(await outcome).toMatchObject({ code: "annotation_deleted" });
  expect(bob.model.value).toEqual([]);
  expect(bob.outbox.refused.value).toMatchObject([{ message: { patch: { text: "bob" } } }]);
  expect(bob.outbox.unsaved.value).toBe(0);
});

test("a delete wins over an update, whatever the version", async () => {
  const { ann, bob, id } = await startWithBox();
  ann.model.update(id, { text: "ann" });
  bob.model.delete(id);
  await ann.settle();
  await bob.settle();
  await ann.settle();
  expect([ann.model.value, bob.model.value]).toEqual([[], []]);
  expect(bob.outbox.refused.value).toEqual([]);
});

test("what is not shown can't be changed, and nothing is sent where nothing changes", async () => {
  const { ann, id } = await startWithBox();
  expect(() => ann.model.update("nobody", { text: "x" })).toThrow(AcetateError);
  expect(() => ann.model.delete("nobody")).toThrow(/shows no annotation/);
  expect(() => ann.model.create({ ...box, id })).toThrow(/has an annotation/);
  await ann.model.update(id, { text: "", geometry: { ...box.geometry } }).saved;
  await ann.model.restore(id).saved;
  expect(ann.outbox.unsaved.value).toBe(0);
});

test("undo takes back one's own changes, gesture by gesture, and redo brings them again", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const { ann, id } = await startWithBox();
  const { model } = ann;
  const later = async (): Promise<void> => {
    vi.setSystemTime(Date.now() + 1_000);
    await ann.settle();
  };
  await later();
  for (let x = 1; x <= 5; x++) {
    model.update(id, (a) => ({ geometry: { ...a.geometry, x } }));
    await pass();
    vi.setSystemTime(Date.now() + 100);
  }
  await later();
  model.update(id, { style: { fill: "#00ff00", dash: [2, 2] }, properties: { task: "check" } });
  await later();
  model.undoStack.gesture(() => {
    model.update(id, { text: "gone" });
    model.delete(id);
  });
  await later();
  expect(model.value).toEqual([]);

  expect(model.undo("undo")).toEqual({ annotationIds: [id, id], kept: [] });
  await later();
  expect(only(ann)).toMatchObject({
    text: "",
    style: { fill: "#00ff00", dash: [2, 2] },
    properties: { task: "check" },
  });
  model.undo("undo");
  await later();
  expect(only(ann)).toMatchObject({ style: { fill: null }, properties: {}, geometry: { x: 5 } });
  expect(only(ann).style.dash).toBeUndefined();
  model.undo("undo");
  await later();
  expect(only(ann).geometry).toMatchObject({ x: 0 });
  expect(model.undoStack.canUndo.value).toBe(true);
  model.undo("undo");
  await later();
  expect(model.value).toEqual([]);
  expect(model.undo("undo")).toBeNull();
  expect(model.undoStack.canUndo.value).toBe(false);

  for (const expected of [{ geometry: { x: 0 } }, { geometry: { x: 5 } }, { style: { fill: "#00ff00" } }]) {
    model.undo("redo");
    await later();
    expect(only(ann)).toMatchObject(expected);
  }
  model.undo("redo");
  await later();
  expect(model.value).toEqual([]);
  expect(model.undoStack.canRedo.value).toBe(false);
  model.undo("undo");
  expect(only(ann).text).toBe("");
  vi.useRealTimers();
});

test("undo brings back a property as it was, whatever is within it", async () => {
  const { ann } = start();
  const properties = { task: { id: 1, state: { open: true } }, note: "a" };
  const { id } = ann.model.create({ ...box, properties });
  await ann.settle();
  ann.model.update(id, {
    properties: { task: { state: { open: null, by: "ann" }, more: [1] }, note: { text: "b" } },
  });
  await ann.settle();
  expect(only(ann).properties).toEqual({
    task: { id: 1, state: { by: "ann" }, more: [1] },
    note: { text: "b" },
  });
  ann.model.undo("undo");
  await ann.settle();
  expect(only(ann).properties).toEqual(properties);
});

test("undo leaves a field that somebody else has changed meanwhile, and says so", async () => {
  const { ann, bob, id } = await startWithBox();
  ann.model.update(id, { text: "ann", labels: ["ann"] });
  await ann.settle();
  await bob.settle();
  bob.model.update(id, { text: "bob" });
  await bob.settle();
  await ann.settle();
  expect(ann.model.undo("undo")).toEqual({
    annotationIds: [id],
    kept: [{ annotationId: id, field: "text" }],
  });
  expect(only(ann)).toMatchObject({ text: "bob", labels: [] });
  expect(ann.model.undo("undo")).toEqual({
    annotationIds: [],
    kept: [{ annotationId: id, field: "status" }],
  });
  expect(only(ann).text).toBe("bob");
});

test("a new change ends what can be done again", async () => {
  const { ann, id } = await startWithBox();
  ann.model.update(id, { text: "one" });
  await ann.settle();
  ann.model.undo("undo");
  expect(ann.model.undoStack.canRedo.value).toBe(true);
  await ann.settle();
  ann.model.update(id, { text: "two" });
  expect(ann.model.undoStack.canRedo.value).toBe(false);
});

test("edits that an earlier client left show again, and are sent", async () => {
  const service = new TinyService();
  const store = new TestStore();
  const first = new TinyClient(service, store);
  const { id } = first.model.create(box);
  first.model.update(id, { text: "left" });
  await pass();
  first.disconnect();
  const second = new TinyClient(service, store);
  second.model.adopt(second.outbox.adopt(await store.load()));
  expect(only(second)).toMatchObject({ id, text: "left" });
  await second.settle();
  expect(service.annotations.get(id)).toMatchObject({ text: "left", version: 2 });
  expect(store.operations.size).toBe(0);
});

test("an update that is refused for its content is taken back, what came after it stays", async () => {
  const { ann, id } = await startWithBox();
  ann.model.update(id, { text: "bad" });
  await pass();
  ann.model.update(id, { labels: ["good"] });
  const [message] = ann.up.splice(0);
  const entry = ann.outbox.find(message?.opId ?? "");
  const error = new AcetateError("invalid", "text: too long");
  expect(entry && ann.model.refuse(entry, error)).toBe(false);
  ann.outbox.refuse(message?.opId ?? "", error);
  ann.model.publish();
  expect(only(ann)).toMatchObject({ text: "", labels: ["good"] });
  expect(ann.model.isSaved(id)).toBe(false);
  await ann.settle();
  expect(only(ann)).toMatchObject({ text: "", labels: ["good"], version: 2 });
  expect(ann.model.isSaved(id)).toBe(true);
});

test("a whole state takes the place of everything but this client's own edits", async () => {
  const { ann, bob, id } = await startWithBox();
  const { id: kept } = ann.model.create({ ...box, text: "kept" });
  await ann.settle();
  await bob.settle();
  bob.disconnect();
  bob.model.update(kept, { text: "bob's" });
  const { id: own } = bob.model.create({ ...box, text: "own" });
  ann.model.delete(id);
  await ann.settle();
  bob.connect();
  expect(bob.model.value.map((annotation) => [annotation.id, annotation.text])).toEqual([
    [kept, "bob's"],
    [own, "own"],
  ]);
  await bob.settle();
  expect(bob.model.get(id)).toBeUndefined();
});

test("listeners hear once of all that one frame changed, and of nothing where nothing did", async () => {
  const { ann, bob } = start();
  for (let count = 0; count < 3; count++) ann.model.create(box);
  await ann.settle();
  const heard = vi.fn();
  bob.model.subscribe(heard);
  await bob.settle();
  expect(heard).toHaveBeenCalledTimes(2);
  bob.model.publish();
  await bob.settle();
  expect(heard).toHaveBeenCalledTimes(2);
});

test("a gesture is one step, and apart from what comes right before and after it", async () => {
  const { ann } = start();
  const { model } = ann;
  const { id } = model.create(box);
  model.undoStack.gesture(() => {
    model.update(id, { text: "one" });
    model.undoStack.gesture(() => model.update(id, { labels: ["two"] }));
    model.update(id, { text: "three" });
  });
  model.update(id, { text: "four" });
  model.undo("undo");
  expect(only(ann)).toMatchObject({ text: "three", labels: ["two"] });
  model.undo("undo");
  expect(only(ann)).toMatchObject({ text: "", labels: [] });
  expect(model.undoStack.canUndo.value).toBe(true);
  model.undo("undo");
  expect(model.value).toEqual([]);
  expect(model.undoStack.canUndo.value).toBe(false);
  expect(model.undoStack.canRedo.value).toBe(true);
  expect(() =>
    model.undoStack.gesture(() => {
      throw new Error("half-way");
    }),
  ).toThrow("half-way");
});

test("a gesture that continues adds to the one before, unless something else was done since", async () => {
  const { ann } = start();
  const { model } = ann;
  const { undoStack } = model;
  const { id } = model.create(box);
  await pass();
  undoStack.gesture(() => model.update(id, { text: "one" }));
  await pass();
  undoStack.gesture(() => model.update(id, { labels: ["one"] }), { continues: true });
  await pass();
  undoStack.gesture(() => model.update(id, { text: "two" }));
  await pass();
  model.update(id, { review: "approved" });
  await pass();
  undoStack.gesture(() => model.update(id, { labels: ["three"] }), { continues: true });
  const states: unknown[] = [];
  while (model.undo("undo")) {
    const [mark] = model.value;
    states.push(mark && [mark.text, mark.labels.join(), mark.review]);
  }
  expect(states).toEqual([
    ["two", "one", "approved"],
    ["two", "one", "none"],
    ["one", "one", "none"],
    ["", "", "none"],
    undefined,
  ]);
  // What was undone is no gesture to go on with.
  model.undo("redo");
  undoStack.gesture(() => model.update(id, { text: "other" }), { continues: true });
  model.undo("undo");
  expect(only(ann).text).toBe("");
});

test("what is done in one task is one step, creations in different tasks are two", async () => {
  const { ann } = start();
  ann.model.create(box);
  ann.model.create(box);
  await pass();
  ann.model.create(box);
  ann.model.undo("undo");
  expect(ann.model.value).toHaveLength(2);
  ann.model.undo("undo");
  expect(ann.model.value).toEqual([]);
});

test("who replaces without a network what others did meanwhile is told of the conflict", async () => {
  const { ann, bob, id } = await startWithBox();
  ann.disconnect();
  ann.model.update(id, { text: "ann", labels: ["ann"] });
  bob.model.update(id, { text: "bob", z_index: 3 });
  await bob.settle();
  ann.connect(true);
  await ann.settle();
  await bob.settle();
  expect(only(bob)).toMatchObject({ text: "ann", labels: ["ann"], z_index: 3 });
  expect(ann.conflicts).toEqual([
    { annotationId: id, field: "text", mine: "ann", theirs: "bob", by: bobby, kept: "mine" },
  ]);
});

test("a conflict names who changed the field, and nobody where that can't be told", async () => {
  for (const { whole, others, by } of [
    { whole: false, others: true, by: bobby },
    // The state has only the last of two changes.
    { whole: true, others: true, by: null },
    { whole: true, others: false, by: bobby },
  ]) {
    const { service, ann, bob, id } = await startWithBox();
    const third = new TinyClient(service, new TestStore(), cid);
    ann.disconnect();
    ann.model.update(id, { text: "ann" });
    bob.model.update(id, { text: "bob" });
    await bob.settle();
    await third.settle();
    if (others) third.model.update(id, { z_index: 3 });
    await third.settle();
    ann.connect(!whole);
    await ann.settle();
    expect(ann.conflicts).toMatchObject([{ field: "text", mine: "ann", theirs: "bob", by }]);
    // Whoever had the field before does not count.
    expect(only(ann)).toMatchObject({ author: "ann", author_name: "Ann", updated_by: "ann" });
    expect(only(ann)).not.toHaveProperty("updated_by_name");
  }
});

test("who changed an annotation is this person as soon as they do, and then whom the service names", async () => {
  const { ann, bob, id } = await startWithBox();
  expect(updaterOf(only(bob))).toEqual(anna);
  bob.model.update(id, { text: "bob" });
  expect(updaterOf(only(bob))).toEqual(bobby);
  expect(authorOf(only(bob))).toEqual(anna);
  expect(bob.model.isSaved(id)).toBe(false);
  await bob.settle();
  await ann.settle();
  expect(updaterOf(only(ann))).toEqual(bobby);
  ann.model.update(id, { text: "ann" });
  expect(only(ann)).toMatchObject({ updated_by: "ann" });
  expect(only(ann)).not.toHaveProperty("updated_by_name");
  await ann.settle();
  expect(updaterOf(only(ann))).toEqual(anna);
});

test("a conflict is told once", async () => {
  const { ann, bob, id } = await startWithBox();
  ann.model.update(id, { text: "ann", labels: ["ann"] });
  await ann.settle();
  await bob.settle();
  for (const text of ["bob 1", "bob 2"]) {
    bob.model.update(id, { text });
    await bob.settle();
    await ann.settle();
  }
  expect(ann.conflicts).toMatchObject([{ field: "text", mine: "ann", theirs: "bob 1" }]);
});

test("what an earlier client has sent is rebased, too", async () => {
  const { service, ann, bob, id } = await startWithBox();
  const store = new TestStore();
  const first = new TinyClient(service, store);
  first.model.update(id, { text: "left", labels: ["left"] });
  await pass();
  first.disconnect();
  ann.model.update(id, { text: "ann", z_index: 3 });
  await ann.settle();
  const second = new TinyClient(service, store);
  second.model.adopt(second.outbox.adopt(await store.load()));
  await second.settle();
  await bob.settle();
  expect(only(bob)).toMatchObject({ text: "left", labels: ["left"], z_index: 3 });
  expect(second.conflicts).toMatchObject([{ field: "text", mine: "left", theirs: "ann", kept: "mine" }]);
});

test("a late ack does not bring back what was deleted meanwhile", async () => {
  const { service, ann, id } = await startWithBox();
  const store = new TestStore();
  const first = new TinyClient(service, store);
  first.model.update(id, { text: "left" });
  await pass();
  first.deliver();
  first.disconnect();
  await ann.settle();
  ann.model.delete(id);
  await ann.settle();
  const second = new TinyClient(service, store);
  second.model.adopt(second.outbox.adopt(await store.load()));
  await second.settle();
  expect(second.outbox.unsaved.value).toBe(0);
  expect(second.model.value).toEqual([]);
});

const act = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("create" as const), z: fc.integer({ min: -1, max: 1 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("update" as const),
      pick: fc.nat(),
      patch: fc.oneof(
        fc.record({ text: fc.string({ maxLength: 2 }) }),
        fc.record({ z_index: fc.integer({ min: -1, max: 1 }) }),
        fc.record({ style: fc.record({ opacity: fc.constantFrom(0.25, 0.5, null) }) }),
        fc.record({ properties: fc.record({ a: fc.constantFrom(1, null, { b: 1 }, { c: 2 }) }) }),
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("undo" as const, "redo" as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constantFrom("deliver" as const, "read" as const, "pass" as const) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("lose" as const, "resume" as const, "crash" as const) }),
  },
);

test("whatever clients do and lose, all end equal, with everything that was reported saved", async () => {
  const runs = fc.array(fc.tuple(fc.nat({ max: 2 }), act), { maxLength: 80 });
  await fc.assert(
    fc.asyncProperty(runs, async (steps) => {
      const service = new TinyService();
      const stores = [new TestStore(), new TestStore(), new TestStore()];
      const clients = stores.map((store) => new TinyClient(service, store));
      const saved = new Set<string>();
      /** By client: changes that are neither saved nor refused. */
      const open = clients.map(() => new Set<Promise<void>>());
      for (const [who, step] of steps) {
        const [client, store, unsettled] = [clients[who], stores[who], open[who]];
        const watch = (promise: Promise<void>): void => {
          unsettled?.add(promise);
          const done = (): unknown => unsettled?.delete(promise);
          promise.then(done, done);
        };
        if (!client || !store) throw new Error("no such client");
        const { model } = client;
        const picked = "pick" in step ? model.value[step.pick % Math.max(1, model.value.length)] : undefined;
        switch (step.do) {
          case "create": {
            const creation = model.create({ ...box, z_index: step.z });
            watch(creation.saved);
            creation.saved.then(() => saved.add(creation.id)).catch(() => {});
            break;
          }
          case "update":
            if (picked) watch(model.update(picked.id, step.patch).saved);
            break;
          case "delete":
            if (picked) watch(model.delete(picked.id).saved);
            break;
          case "undo":
          case "redo":
            model.undo(step.do);
            break;
          case "deliver":
            client.deliver();
            break;
          case "read":
            client.read();
            break;
          case "pass":
            await pass();
            break;
          case "lose":
            client.disconnect();
            client.connect();
            break;
          case "resume":
            client.disconnect();
            client.connect(true);
            break;
          case "crash": {
            client.disconnect();
            await pass();
            const next = new TinyClient(service, store);
            next.model.adopt(next.outbox.adopt(await store.load()));
            clients[who] = next;
            unsettled?.clear();
            break;
          }
        }
      }
      for (let round = 0; round < 3; round++) for (const client of clients) await client.settle();
      const [first, ...others] = clients.map(({ model }) => model.value);
      for (const other of others) expect(other).toEqual(first);
      const active = [...service.annotations.values()].filter(({ status }) => status === "active");
      expect(new Set(first?.map(({ id }) => id))).toEqual(new Set(active.map(({ id }) => id)));
      for (const id of saved) expect(service.annotations.has(id)).toBe(true);
      for (const client of clients) expect(client.outbox.unsaved.value).toBe(0);
      for (const unsettled of open) expect(unsettled.size).toBe(0);
      for (const store of stores) {
        expect([...store.operations.values()].filter(({ refused }) => !refused)).toEqual([]);
      }
    }),
    { numRuns: 300 },
  );
});
