import { randomBytes } from "node:crypto";
import { setImmediate as endOfTask } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { YjsContent } from "../../src/client/yjs/yjs-content.ts";
import { DELTA_MAX_BYTES, SNAPSHOT_MAX_BYTES } from "../../src/protocol/limits.ts";

/** A content whose updates arrive in `sent`. */
function makeContent(doc = new Y.Doc()) {
  const sent: Uint8Array[] = [];
  const resets: Y.Doc[] = [];
  const content: YjsContent = new YjsContent(doc, {
    origin: "room",
    send: (update) => sent.push(update),
    onGathered: () => {},
    onReplaced: () => resets.push(content.doc),
  });
  return { content, sent, resets };
}

function textOf(doc: Y.Doc): Y.Text {
  return doc.getText("text");
}

function docOf(...updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc;
}

/** An update that inserts `text`, made elsewhere. */
function updateOf(text: string): Uint8Array {
  const doc = new Y.Doc();
  textOf(doc).insert(0, text);
  return Y.encodeStateAsUpdate(doc);
}

function firstOf<T>(values: readonly T[]): T {
  const [first] = values;
  if (first === undefined) throw new Error("there is none");
  return first;
}

const nothing = { seq: 1, snapshot: null, updates: [], replace: false, lost: false };

describe("edits", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
  afterEach(() => void vi.useRealTimers());

  it("of one task go out together at its end, and those of the next 50 ms together after that", async () => {
    const { content, sent } = makeContent();
    content.load(nothing);
    const text = textOf(content.doc);
    text.insert(0, "a");
    text.insert(1, "b");
    expect(sent).toHaveLength(0);
    await endOfTask();
    expect(sent).toHaveLength(1);
    expect(textOf(docOf(...sent)).toJSON()).toBe("ab");

    text.insert(2, "c");
    await endOfTask();
    vi.advanceTimersByTime(49);
    text.insert(3, "d");
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(sent).toHaveLength(2);
    expect(textOf(docOf(...sent)).toJSON()).toBe("abcd");

    vi.advanceTimersByTime(50);
    text.insert(4, "e");
    await endOfTask();
    expect(sent).toHaveLength(3);
  });

  it("go out at once with flush, and only once", async () => {
    const { content, sent } = makeContent();
    textOf(content.doc).insert(0, "a");
    expect(content.isGathering).toBe(true);
    content.flush();
    expect(sent).toHaveLength(1);
    expect(content.isGathering).toBe(false);
    await endOfTask();
    vi.advanceTimersByTime(100);
    expect(sent).toHaveLength(1);
  });

  it("go out in parts of 1 MiB at most", () => {
    const { content, sent } = makeContent();
    content.load(nothing);
    textOf(content.doc).insert(0, randomBytes(DELTA_MAX_BYTES).toString("base64"));
    content.flush();
    expect(sent.length).toBeGreaterThan(1);
    expect(Math.max(...sent.map((update) => update.length))).toBeLessThanOrEqual(DELTA_MAX_BYTES);
    expect(textOf(docOf(...sent)).toJSON()).toBe(textOf(content.doc).toJSON());
  });
});

describe("a state", () => {
  it("that is loaded into a document with other content: what the room lacks is sent, and nothing else", () => {
    const doc = docOf(updateOf("mine "));
    const { content, sent } = makeContent(doc);
    const theirs = updateOf("theirs ");
    content.load({ ...nothing, updates: [theirs] });
    content.flush();
    expect(sent).toHaveLength(1);
    expect(sent[0]?.length).toBeLessThan(Y.encodeStateAsUpdate(doc).length);
    expect(textOf(docOf(theirs, ...sent)).toJSON()).toBe(textOf(doc).toJSON());
    expect(textOf(doc).toJSON()).toContain("mine ");
    expect(textOf(doc).toJSON()).toContain("theirs ");
  });

  it("with deletions only on this side: they are sent", () => {
    const theirs = updateOf("theirs");
    const doc = docOf(theirs);
    textOf(doc).delete(0, 3);
    const { content, sent } = makeContent(doc);
    content.load({ ...nothing, snapshot: theirs });
    content.flush();
    expect(textOf(docOf(theirs, ...sent)).toJSON()).toBe("irs");
  });

  it("that comes again, since this client was away for too long, merges; what is on its way is not sent twice", () => {
    const { content, sent, resets } = makeContent();
    content.load(nothing);
    textOf(content.doc).insert(0, "offline ");
    content.flush();
    expect(sent).toHaveLength(1);
    const doc = content.doc;
    content.load({ ...nothing, seq: 300, snapshot: updateOf("theirs ") });
    content.flush();
    expect(sent).toHaveLength(1);
    expect(resets).toHaveLength(0);
    expect(content.doc).toBe(doc);
    expect(textOf(doc).toJSON()).toContain("offline ");
    expect(textOf(doc).toJSON()).toContain("theirs ");
  });

  it("of a service that lost acknowledged updates gets them again", () => {
    const { content, sent, resets } = makeContent();
    content.load(nothing);
    textOf(content.doc).insert(0, "acknowledged");
    content.flush();
    content.receive(firstOf(sent), 2, true);
    content.load({ ...nothing, replace: true, lost: true });
    content.flush();
    expect(resets).toEqual([]);
    expect(sent).toHaveLength(2);
    expect(textOf(docOf(...sent.slice(1))).toJSON()).toBe("acknowledged");
  });

  it("after a revert replaces the document; what is refused after that replaces nothing again", async () => {
    const { content, sent, resets } = makeContent();
    content.load(nothing);
    textOf(content.doc).insert(0, "old");
    content.flush();
    const old = content.doc;
    textOf(old).insert(0, "just typed");
    const reverted = updateOf("reverted");
    content.load({ ...nothing, seq: 5, snapshot: reverted, replace: true });
    expect(sent).toHaveLength(2);
    expect(resets).toEqual([content.doc]);
    expect(content.doc).not.toBe(old);
    expect(content.doc.clientID).not.toBe(old.clientID);
    expect(textOf(content.doc).toJSON()).toBe("reverted");
    for (const update of sent) content.refuse(update);
    await endOfTask();
    expect(resets).toHaveLength(1);

    textOf(old).insert(0, "nobody sees this");
    content.flush();
    expect(sent).toHaveLength(2);
    textOf(content.doc).insert(0, "new ");
    content.flush();
    expect(sent).toHaveLength(3);
    expect(textOf(docOf(reverted, ...sent.slice(2))).toJSON()).toBe("new reverted");
  });
});

describe("snapshots", () => {
  it("hold exactly what is acknowledged, whatever is typed and deleted meanwhile", () => {
    const { content, sent } = makeContent();
    const theirs = updateOf("They wrote this.");
    content.load({ ...nothing, updates: [theirs] });
    const text = textOf(content.doc);
    text.insert(0, "First. ");
    content.flush();
    content.receive(firstOf(sent), 3, true);
    const more = updateOf(" And this.");
    content.receive(more, 4, false);
    expect(text.toJSON()).toContain(" And this.");
    text.delete(0, text.length);
    text.insert(0, "Not acknowledged");
    content.flush();

    const exact = Y.snapshot(docOf(theirs, firstOf(sent), more));
    const taken = docOf(content.snapshot() ?? new Uint8Array());
    expect(Y.equalSnapshots(Y.snapshot(taken), exact)).toBe(true);
    expect(textOf(taken).toJSON()).toContain("They wrote this.");
    // The second one is made of the first.
    expect(Y.equalSnapshots(Y.snapshot(docOf(content.snapshot() ?? new Uint8Array())), exact)).toBe(true);
  });

  it("are of thousands of updates, too, and keep what was deleted only without garbage collection", () => {
    const writer = new Y.Doc();
    const contents = [makeContent(), makeContent(new Y.Doc({ gc: false }))].map(({ content }) => content);
    for (const content of contents) content.load(nothing);
    let seq = 1;
    writer.on("update", (update: Uint8Array) => {
      seq++;
      for (const content of contents) content.receive(update, seq, false);
    });
    for (let i = 0; i < 2_500; i++) textOf(writer).insert(textOf(writer).length, "deleted soon ");
    textOf(writer).delete(0, textOf(writer).length - 1);
    const [collected, kept] = contents.map((content) => content.snapshot() ?? new Uint8Array());
    for (const snapshot of [collected, kept]) {
      expect(Y.equalSnapshots(Y.snapshot(docOf(snapshot ?? new Uint8Array())), Y.snapshot(writer))).toBe(
        true,
      );
    }
    expect(collected?.length).toBeLessThan(100);
    expect(kept?.length).toBeGreaterThan(20_000);
  });

  it("are not taken before there is a state, nor where they would be too large", () => {
    const { content } = makeContent();
    expect(content.snapshot()).toBe(null);
    content.load(nothing);
    expect(content.snapshot()).not.toBe(null);
    const doc = new Y.Doc();
    doc.getMap("files").set("a", new Uint8Array(SNAPSHOT_MAX_BYTES));
    content.receive(Y.encodeStateAsUpdate(doc), 2, false);
    expect(content.snapshot()).toBe(null);
  });
});

describe("a refused update", () => {
  it("is taken out, and what waits stays; several at once replace the document once", async () => {
    const { content, sent, resets } = makeContent();
    const theirs = updateOf("theirs ");
    content.load({ ...nothing, snapshot: theirs });
    content.restore([updateOf("left over ")]);
    for (const word of ["one ", "two "]) {
      textOf(content.doc).insert(0, word);
      content.flush();
    }
    for (const update of sent) content.refuse(update);
    await endOfTask();
    expect(resets).toEqual([content.doc]);
    const text = textOf(content.doc).toJSON();
    expect(text).toContain("theirs ");
    expect(text).toContain("left over ");
    expect(text).not.toMatch(/one|two/);
    expect(textOf(docOf(content.snapshot() ?? new Uint8Array())).toJSON()).toBe("theirs ");
  });

  it("that an earlier client left is taken out, too", async () => {
    const { content, resets } = makeContent();
    const left = updateOf("left over");
    content.load(nothing);
    content.restore([left]);
    expect(textOf(content.doc).toJSON()).toBe("left over");
    content.refuse(left);
    await endOfTask();
    expect(resets).toHaveLength(1);
    expect(textOf(content.doc).toJSON()).toBe("");
  });
});

describe("what an earlier client left", () => {
  it("is shown, and not sent a second time", () => {
    const { content, sent } = makeContent();
    content.restore([updateOf("left over")]);
    content.load({ ...nothing, snapshot: updateOf("theirs") });
    content.flush();
    expect(sent).toHaveLength(0);
    expect(textOf(content.doc).toJSON()).toContain("left over");
    expect(textOf(content.doc).toJSON()).toContain("theirs");
  });
});
