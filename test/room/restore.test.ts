import { describe, expect, it } from "vitest";
import { box, claims, connect, good, newDocument, open } from "../support/room.ts";

describe("a deleted annotation that is restored", () => {
  it("R65 comes back as it was, one version on, and everyone is told", async () => {
    const { id, room } = await newDocument();
    const made = good(await room.createAnnotation(open, { ...box, text: "Crack" }, {})).value;
    const a = await connect(id);
    const b = await connect(id);
    a.send({ type: "annotation.delete", opId: "1", id: made.id });
    const gone = (await a.next("ack")).annotation;
    expect(gone).toMatchObject({ status: "deleted", version: 2 });
    a.send({ type: "annotation.restore", opId: "2", id: made.id, version: 2 });
    const ack = await a.next("ack");
    expect(ack.annotation).toEqual({
      ...made,
      version: 3,
      seq: 4,
      updated_at: ack.annotation?.updated_at,
    });
    expect(await b.next("annotation.updated")).toEqual({
      type: "annotation.updated",
      seq: 4,
      annotation: ack.annotation,
    });
    expect(good(await room.getAnnotation(open, made.id))).toEqual(ack.annotation);
    // One who comes later, and one who resumes, see the same.
    const fresh = await connect(id);
    expect((await fresh.next("state")).annotations).toEqual([ack.annotation]);
    const resumed = await connect(id, { since: 3 });
    expect((await resumed.next("state")).events).toEqual([
      { type: "annotation.updated", seq: 4, annotation: ack.annotation },
    ]);
  });

  it("R65 that is not deleted stays as it is", async () => {
    const { id, room } = await newDocument();
    const made = good(await room.createAnnotation(open, box, {})).value;
    const a = await connect(id);
    a.send({ type: "annotation.restore", opId: "1", id: made.id, version: 99 });
    expect(await a.next("ack")).toEqual({
      type: "ack",
      opId: "1",
      seq: made.seq,
      duplicate: true,
      annotation: made,
    });
    expect(good(await room.restoreAnnotation(open, made.id, undefined, {}))).toEqual(made);
    expect(good(await room.readAppearance(open)).seq).toBe(2);
  });

  it("R65 repeats with its opId, and is refused for another version, by viewers, and where there is none", async () => {
    const { id, room } = await newDocument();
    const made = good(await room.createAnnotation(open, box, {})).value;
    good(await room.deleteAnnotation(open, made.id, undefined, {}));
    const a = await connect(id);
    a.send({ type: "annotation.restore", opId: "late", id: made.id, version: 1 });
    expect(await a.next("error")).toMatchObject({ code: "stale_version", current: { version: 2 } });
    a.send({ type: "annotation.restore", opId: "none", id: crypto.randomUUID() });
    expect(await a.next("error")).toMatchObject({ code: "annotation_not_found" });
    const viewer = await connect(id, { access: claims({ doc: id }) });
    viewer.send({ type: "annotation.restore", opId: "viewer", id: made.id });
    expect(await viewer.next("error")).toMatchObject({ code: "forbidden" });
    a.send({ type: "annotation.restore", opId: "good", id: made.id });
    const ack = await a.next("ack");
    good(await room.deleteAnnotation(open, made.id, undefined, {}));
    a.send({ type: "annotation.restore", opId: "good", id: made.id });
    expect(await a.next("ack")).toEqual({ ...ack, duplicate: true });
    expect(good(await room.getAnnotation(open, made.id)).status).toBe("deleted");
  });

  it("R65 within a batch is one of its changes; one that is not deleted refuses the batch", async () => {
    const { room } = await newDocument();
    const one = good(await room.createAnnotation(open, box, {})).value;
    const two = good(await room.createAnnotation(open, box, {})).value;
    good(await room.deleteAnnotation(open, one.id, undefined, {}));
    const both = await room.applyBatch(
      open,
      [
        { op: "restore", id: one.id },
        { op: "restore", id: two.id },
      ],
      {},
    );
    expect(both).toMatchObject({
      ok: false,
      error: { code: "annotation_not_deleted", index: 1, current: { id: two.id } },
    });
    expect(good(await room.getAnnotation(open, one.id)).status).toBe("deleted");
    const swapped = good(
      await room.applyBatch(
        open,
        [
          { op: "restore", id: one.id, version: 2 },
          { op: "delete", id: two.id, version: 1 },
        ],
        {},
      ),
    );
    expect(swapped.annotations.map(({ status, version }) => [status, version])).toEqual([
      ["active", 3],
      ["deleted", 2],
    ]);
  });
});
