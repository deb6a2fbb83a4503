import { expect, it } from "vitest";
import * as Y from "yjs";
import type { StoredOperation } from "../../../src/client/outbox/operation.ts";
import { contents } from "./contents.ts";
import { Expectations } from "./expectations.ts";

it("excuses content that builds upon what a rollback took from everybody", () => {
  const { expectations, updates } = play({ copied: 1, lost: 1 });
  expect(check(expectations, updates)).toEqual([]);
});

it("excuses no content that waits for what was in the copy", () => {
  const { expectations, updates } = play({ copied: 2, lost: 0 });
  expect(check(expectations, updates.slice(1))).toEqual([
    "t2 wait for t0 of a1 (saved)",
    "t2 wait for t1 of a1 (saved)",
    "a1: the content t0 (saved) is there 0 times",
    "a1: the content t1 (saved) is there 0 times",
  ]);
});

it("excuses no content that the service has not got", () => {
  const { expectations, updates } = play({ copied: 1, lost: 1 });
  expect(check(expectations, updates.slice(0, -1))).toEqual(["a1: the content t2 (left) is there 0 times"]);
});

/** A client saves some tokens, a rollback takes some of them, and it crashes with one more in its store. */
function play({ copied, lost }: { copied: number; lost: number }) {
  const doc = new Y.Doc();
  const expectations = new Expectations();
  const updates = Array.from({ length: copied + lost + 1 }, (_, index) => {
    const struct = `${doc.clientID}/${index}`;
    expectations.made("a1", { token: `t${index}`, kind: "content", annotationId: null, struct });
    const before = Y.encodeStateVector(doc);
    doc.getArray("tokens").push([`<t${index}>`]);
    return Y.encodeStateAsUpdate(doc, before);
  });
  const left = updates.at(-1) ?? new Uint8Array();
  for (let index = 0; index < copied; index++) expectations.saved(`t${index}`);
  expectations.copied();
  for (let index = copied; index < copied + lost; index++) expectations.saved(`t${index}`);
  const store = [keep(left)];
  expectations.rolledBack(store);
  expectations.crashed("a1", store);
  return { expectations, updates: [Y.mergeUpdates(updates.slice(0, copied)), left] };
}

function check(expectations: Expectations, updates: readonly Uint8Array[]): string[] {
  const { read, readWaiting } = contents.yjs;
  const outcome = { annotations: [], content: read(updates), waiting: readWaiting(updates) };
  return expectations.check(outcome, new Set());
}

function keep(update: Uint8Array): StoredOperation {
  const deltaB64 = Buffer.from(update).toString("base64");
  const message = { type: "update", opId: "1", baseVersion: 0, deltaB64 } as const;
  return { opId: "1", order: 1, revision: 1, message, sent: false, scope: "", owner: "" };
}
