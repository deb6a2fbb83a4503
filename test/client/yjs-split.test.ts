import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { splitUpdate } from "../../src/client/yjs/split-update.ts";

const MAX = 5_000;

/** Applies the pieces, in the order given or the other way round, and compares with the whole. */
function expectSame(update: Uint8Array, pieces: readonly Uint8Array[]): void {
  const whole = new Y.Doc();
  Y.applyUpdate(whole, update);
  const joined = new Y.Doc();
  for (const piece of pieces) Y.applyUpdate(joined, piece);
  const backwards = new Y.Doc();
  for (const piece of pieces.toReversed()) Y.applyUpdate(backwards, piece);
  for (const doc of [joined, backwards]) {
    expect(doc.store.pendingStructs).toBe(null);
    expect(Y.equalSnapshots(Y.snapshot(doc), Y.snapshot(whole))).toBe(true);
    expect(doc.getText("text").toDelta()).toEqual(whole.getText("text").toDelta());
    expect(doc.getArray("list").toJSON()).toEqual(whole.getArray("list").toJSON());
    expect(doc.getMap("map").toJSON()).toEqual(whole.getMap("map").toJSON());
  }
}

describe("splitUpdate", () => {
  it("leaves an update alone that is not larger than the limit", () => {
    const doc = new Y.Doc();
    doc.getText("text").insert(0, "Hello");
    const update = Y.encodeStateAsUpdate(doc);
    expect(splitUpdate(update, update.length)).toEqual([update]);
    expect(splitUpdate(update, update.length - 1).length).toBeGreaterThan(1);
  });

  it("splits a text that was pasted at once, and no surrogate pair in it", () => {
    const doc = new Y.Doc();
    doc.getText("text").insert(0, `a${"😀".repeat(40_000)}`);
    const update = Y.encodeStateAsUpdate(doc);
    const pieces = splitUpdate(update, MAX);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(MAX);
    expectSame(update, pieces);
    const joined = new Y.Doc();
    for (const piece of pieces) Y.applyUpdate(joined, piece);
    expect(joined.getText("text").toJSON()).not.toContain("\uFFFD");
  });

  it("splits what several people did, formats, values and deletions included", () => {
    const docs = [new Y.Doc(), new Y.Doc(), new Y.Doc()];
    for (const [at, doc] of docs.entries()) {
      for (const other of docs) Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
      const text = doc.getText("text");
      for (let i = 0; i < 300; i++)
        text.insert((i * 7) % (text.length + 1), `${at}.${i} `, i % 9 ? {} : { bold: true });
      for (let i = 0; i < 300; i++) text.delete((i * 13) % (text.length - 2), 2);
      doc.getArray("list").push(Array.from({ length: 5_000 }, (_, i) => ({ i })));
      doc.getMap("map").set(`key ${at}`, new Y.Text("nested"));
      doc.getMap("map").set("the same", at);
    }
    const update = Y.mergeUpdates(docs.map((doc) => Y.encodeStateAsUpdate(doc)));
    const pieces = splitUpdate(update, MAX);
    expect(pieces.length).toBeGreaterThan(update.length / MAX);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(MAX);
    expectSame(update, pieces);
  });

  it("splits an update that does not begin at the start, and one that only deletes", () => {
    const doc = new Y.Doc();
    const text = doc.getText("text");
    text.insert(0, "start ".repeat(10));
    const start = Y.encodeStateAsUpdate(doc);
    const vector = Y.encodeStateVector(doc);
    for (let i = 0; i < 3_000; i++) text.insert(0, "ab ");
    const middle = Y.encodeStateAsUpdate(doc, vector);
    const deletions: Uint8Array[] = [];
    doc.on("update", (update: Uint8Array) => deletions.push(update));
    for (let i = 0; i < 3_000; i++) text.delete(i, 1);
    const pieces = [middle, Y.mergeUpdates(deletions)].flatMap((update) => splitUpdate(update, 1_000));
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(1_000);
    expectSame(Y.mergeUpdates([start, middle, ...deletions]), [start, ...pieces]);
  });

  it("leaves a single value whole that is larger than the limit", () => {
    const doc = new Y.Doc();
    doc.getMap("map").set("file", new Uint8Array(3 * MAX));
    doc.getMap("map").set("name", "a file");
    const update = Y.encodeStateAsUpdate(doc);
    const pieces = splitUpdate(update, MAX);
    expect(pieces.filter((piece) => piece.length > MAX)).toHaveLength(1);
    expectSame(update, pieces);
  });
});
