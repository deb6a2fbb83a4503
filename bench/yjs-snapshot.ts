import * as Y from "yjs";

/**
 * `node --expose-gc bench/yjs-snapshot.ts`: what it costs a client to have a snapshot of exactly the acknowledged updates
 * at hand, for about 1 MB of text written with 10,000 updates.
 */

const UPDATES = 10_000;
/** Updates that came since the last snapshot. */
const RECENT = 500;

function writeText(): Uint8Array[] {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  const text = doc.getText("text");
  for (let i = 0; i < UPDATES; i++) {
    const at = (i * 7_919) % (text.length + 1);
    if (i % 5 === 4) text.delete(Math.min(at, text.length - 50), 50);
    else text.insert(at, `${i} `.padEnd(130, "word "));
  }
  return updates;
}

function applyAll(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc;
}

/** The second of two runs. */
function time<T>(what: string, run: () => T): T {
  run();
  const start = performance.now();
  const result = run();
  console.log(`${what.padEnd(58)} ${(performance.now() - start).toFixed(1).padStart(8)} ms`);
  return result;
}

function weigh(what: string, make: () => unknown): void {
  const measure = (): number => {
    globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = measure();
  const kept = make();
  console.log(`${what.padEnd(58)} ${((measure() - before) / 1e6).toFixed(1).padStart(8)} MB`);
  if (kept === undefined) throw new Error("There is nothing to weigh");
}

const updates = writeText();
const snapshot = Y.encodeStateAsUpdate(applyAll(updates.slice(0, -RECENT)));
const recent = updates.slice(-RECENT);

weigh("a second document that follows every update", () => applyAll(updates));
weigh("the last snapshot and 500 updates, as bytes", () =>
  [snapshot, ...recent].map((bytes) => bytes.slice()),
);
time("a second document: apply 10,000 updates one by one", () => applyAll(updates));
time("of bytes: a document of the last snapshot and 500 updates", () => {
  const doc = new Y.Doc();
  doc.transact(() => {
    for (const update of [snapshot, ...recent]) Y.applyUpdate(doc, update);
  });
  return Y.encodeStateAsUpdate(doc);
});
time("of bytes: mergeUpdates of the same", () => Y.mergeUpdates([snapshot, ...recent]));
time("of bytes: a document of all 10,000 updates", () => {
  const doc = new Y.Doc();
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update);
  });
  return Y.encodeStateAsUpdate(doc);
});
time("of bytes: mergeUpdates of all 10,000", () => Y.mergeUpdates(updates));
