import { describe, expect, it } from "vitest";
import type { Annotation } from "../../src/protocol/model/annotation.ts";
import { defaultStyle } from "../../src/protocol/model/default-style.ts";
import type { Document } from "../../src/protocol/model/document.ts";
import type { Version } from "../../src/protocol/model/version.ts";
import { printAnnotations, printRevert, printUpdate } from "./change.ts";
import { type SeenChanges, checkChanges, checkContent, makeSnapshot } from "./check-changes.ts";
import { type SeenResources, checkCatalog, checkResources } from "./check-resources.ts";
import { Ledger } from "./ledger.ts";
import type { Operation } from "./operation.ts";
import type { Violation } from "./violation.ts";

const DOCUMENT = "document";
const AT = "2026-11-22T10:00:00.000Z";

/** A ledger with acked updates at seq 2, 3 and 4; 1 made the document. */
function makeLedger(): Ledger {
  const ledger = new Ledger(DOCUMENT);
  ledger.tell({ seq: 1, print: "document @1" });
  for (const seq of [2, 3, 4]) {
    ledger.sending(makeUpdate(`op-${seq}`));
    ledger.acked(`op-${seq}`, seq, false);
  }
  return ledger;
}

function makeUpdate(opId: string, more: Partial<Operation> = {}): Operation {
  const deltaB64 = btoa(opId);
  return {
    opId,
    send: { via: "socket", message: { type: "update", opId, baseVersion: 0, deltaB64 } },
    print: printUpdate(deltaB64),
    sends: 0,
    refusals: 0,
    outcome: "pending",
    ...more,
  };
}

function seenUpdate(seq: number, opId = `op-${seq}`): { seq: number; print: string } {
  return { seq, print: printUpdate(btoa(opId)) };
}

/** What `makeLedger` was promised. */
function makeSeen(changes = [{ seq: 1, print: "document @1" }, ...[2, 3, 4].map((seq) => seenUpdate(seq))]) {
  return { base: 0, head: Math.max(...changes.map(({ seq }) => seq)), changes, content: null } as SeenChanges;
}

function kindsOf(violations: readonly Violation[]): string[] {
  return violations.map(({ kind, seq }) => (seq === undefined ? kind : `${kind} ${seq}`));
}

describe("the order of changes", () => {
  it("is right as it was promised, with more after it", () => {
    const ledger = makeLedger();
    ledger.sending(makeUpdate("op-5"));
    expect(checkChanges(ledger, makeSeen())).toEqual([]);
    expect(checkChanges(ledger, makeSeen([...makeSeen().changes, seenUpdate(5)]))).toEqual([]);
  });

  it("reports acked updates that are gone, at the end and in the middle", () => {
    const { changes } = makeSeen();
    expect(kindsOf(checkChanges(makeLedger(), makeSeen(changes.slice(0, 3))))).toEqual(["lost 4"]);
    const seen = makeSeen(changes.filter(({ seq }) => seq !== 3));
    expect(kindsOf(checkChanges(makeLedger(), seen))).toEqual(["gap 3", "lost 3"]);
  });

  it("reports a change whose bytes are others", () => {
    const ledger = makeLedger();
    ledger.sending(makeUpdate("other"));
    const seen = makeSeen();
    seen.changes[2] = seenUpdate(3, "other");
    expect(kindsOf(checkChanges(ledger, seen))).toEqual(["lost 3"]);
  });

  it("reports a seq that is there twice", () => {
    const seen = makeSeen([...makeSeen().changes, seenUpdate(4)]);
    expect(kindsOf(checkChanges(makeLedger(), seen))).toEqual(["repeat 4"]);
  });

  it("reports an update that is there at two seqs", () => {
    const seen = makeSeen([...makeSeen().changes, seenUpdate(5, "op-3")]);
    expect(kindsOf(checkChanges(makeLedger(), seen))).toEqual(["repeat 5"]);
  });

  it("reports an update that nobody sent, and one that was refused", () => {
    const ledger = makeLedger();
    ledger.sending(makeUpdate("bad"));
    ledger.refused("bad");
    const seen = makeSeen([...makeSeen().changes, seenUpdate(5, "part of op"), seenUpdate(6, "bad")]);
    expect(kindsOf(checkChanges(ledger, seen))).toEqual(["torn 5", "refused 6"]);
  });

  it("reports a request of which only a part is there", () => {
    const ledger = makeLedger();
    for (const opId of ["a", "b"]) ledger.sending(makeUpdate(opId, { group: "request" }));
    const { changes } = makeSeen();
    expect(checkChanges(ledger, makeSeen())).toEqual([]);
    expect(checkChanges(ledger, makeSeen([...changes, seenUpdate(5, "a"), seenUpdate(6, "b")]))).toEqual([]);
    expect(kindsOf(checkChanges(ledger, makeSeen([...changes, seenUpdate(5, "a")])))).toEqual(["torn"]);
  });

  it("reports a broadcast that did not last", () => {
    const ledger = makeLedger();
    ledger.sending(makeUpdate("op-5"));
    ledger.tellUpdate(5, btoa("op-5"));
    expect(kindsOf(checkChanges(ledger, makeSeen()))).toEqual(["lost 5"]);
  });
});

describe("content to start over from", () => {
  const updates = [2, 3, 4].map((seq) => ({ seq, deltaB64: btoa(`op-${seq}`) }));
  const plain = { at: 4, snapshotVersion: 0, snapshotB64: null, updates };
  const snapshot = {
    at: 4,
    snapshotVersion: 3,
    snapshotB64: makeSnapshot(DOCUMENT, 3),
    updates: updates.slice(2),
  };

  it("is right with every update, in the snapshot or after it", () => {
    expect(checkContent(makeLedger(), plain)).toEqual([]);
    expect(checkContent(makeLedger(), snapshot)).toEqual([]);
  });

  it("reports a missing update, another snapshot, and one that was taken and is gone", () => {
    expect(kindsOf(checkContent(makeLedger(), { ...plain, updates: updates.slice(1) }))).toEqual(["lost 2"]);
    expect(kindsOf(checkContent(makeLedger(), { ...snapshot, snapshotB64: btoa("?") }))).toEqual(["lost 3"]);
    const ledger = makeLedger();
    ledger.snapshotVersion = 3;
    const seen: SeenChanges = { base: 4, head: 4, changes: [], content: plain };
    expect(kindsOf(checkChanges(ledger, seen))).toEqual(["lost 3"]);
    expect(checkChanges(ledger, { ...seen, content: snapshot })).toEqual([]);
  });

  it("need not hold what came before a revert, but must hold what came after it", () => {
    const ledger = makeLedger();
    ledger.tell({ seq: 5, print: printRevert("version") });
    expect(checkContent(ledger, { ...plain, at: 5, updates: [] })).toEqual([]);
    ledger.tellUpdate(6, btoa("op-6"));
    expect(kindsOf(checkContent(ledger, { ...plain, at: 6, updates: [] }))).toEqual(["lost 6"]);
  });
});

describe("answers to repeats", () => {
  function answersTo(seq: number, duplicate: boolean): string[] {
    const ledger = makeLedger();
    const known = ledger.operations.get("op-3");
    if (known) ledger.sending(known);
    ledger.acked("op-3", seq, duplicate);
    return kindsOf(ledger.violations);
  }

  it("are right with the first seq, as a duplicate", () => {
    expect(answersTo(3, true)).toEqual([]);
  });

  it("are reported with another seq, or as new, or as a refusal", () => {
    expect(answersTo(5, true)).toEqual(["dedupe"]);
    expect(answersTo(5, false)).toEqual(["dedupe"]);
    expect(answersTo(3, false)).toEqual(["dedupe"]);
    const ledger = makeLedger();
    ledger.refused("op-3");
    expect(kindsOf(ledger.violations)).toEqual(["dedupe 3"]);
  });

  it("are reported where a new operation is taken for a repeat, or gets a seq that is taken", () => {
    const ledger = makeLedger();
    ledger.sending(makeUpdate("new"));
    ledger.acked("new", 4, true);
    expect(kindsOf(ledger.violations)).toEqual(["dedupe", "repeat 4"]);
  });

  it("are reported where an unanswered operation that is there gets another seq", () => {
    const ledger = makeLedger();
    const open = makeUpdate("open");
    ledger.sending(open);
    ledger.tell(seenUpdate(5, "open"));
    ledger.settle();
    ledger.sending(open);
    ledger.acked("open", 6, false);
    expect(kindsOf(ledger.violations)).toEqual(["dedupe"]);
  });
});

const annotation: Annotation = {
  id: "one",
  document_id: DOCUMENT,
  type: "box",
  geometry: { x: 0, y: 0, width: 1, height: 1 },
  style: defaultStyle,
  text: "make",
  labels: [],
  properties: {},
  author: null,
  author_name: null,
  updated_by: null,
  review: "none",
  z_index: 0,
  status: "active",
  version: 1,
  seq: 5,
  ordinal: 2560,
  created_at: AT,
  updated_at: AT,
};
const document: Document = {
  id: DOCUMENT,
  title: "Crash test",
  status: "active",
  version: 1,
  seq: 6,
  width: null,
  height: null,
  image: null,
  metadata: {},
  updated_by: null,
  updated_by_name: null,
  created_at: AT,
  updated_at: AT,
  deleted_at: null,
};
const version: Version = {
  id: "first",
  document_id: DOCUMENT,
  number: 1,
  label: null,
  author: null,
  author_name: null,
  automatic: false,
  seq: 6,
  document_version: 1,
  annotation_count: 2,
  created_at: AT,
};
const other: Annotation = { ...annotation, id: "two" };
const resources: SeenResources = { document, annotations: [annotation, other], versions: [version] };

function makeResourceLedger(): Ledger {
  const ledger = makeLedger();
  ledger.sending(
    makeUpdate("make", { print: printAnnotations([annotation, other]), creates: ["one", "two"] }),
  );
  ledger.sending(makeUpdate("change", { print: "change" }));
  ledger.tellAnnotations([annotation]);
  ledger.tellVersion(version);
  return ledger;
}

describe("annotations and versions", () => {
  it("are right as they were promised, or later", () => {
    expect(checkResources(makeResourceLedger(), resources)).toEqual([]);
    const later = { ...annotation, version: 2, seq: 7, text: "change" };
    expect(checkResources(makeResourceLedger(), { ...resources, annotations: [later, other] })).toEqual([]);
  });

  it("are reported where one is missing, older or another", () => {
    const check = (annotations: Annotation[], ledger = makeResourceLedger()) =>
      kindsOf(checkResources(ledger, { ...resources, annotations }));
    expect(check([])).toEqual(["lost 5"]);
    expect(check([{ ...annotation, z_index: 9 }, other])).toEqual(["lost 5"]);
    const newer = makeResourceLedger();
    newer.tellAnnotations([{ ...annotation, version: 2, seq: 7 }]);
    expect(check([annotation, other], newer)).toEqual(["lost 7"]);
    const deleted = makeResourceLedger();
    deleted.tellDeleted("one", 2);
    expect(check([annotation, other], deleted)).toEqual(["lost"]);
    expect(check([annotation, other, other])).toEqual(["repeat"]);
  });

  it("are reported where a batch is there in part, or was refused", () => {
    const ledger = makeResourceLedger();
    expect(kindsOf(checkResources(ledger, { ...resources, annotations: [annotation] }))).toEqual(["torn"]);
    const apart = [annotation, { ...other, seq: 6 }];
    expect(kindsOf(checkResources(ledger, { ...resources, annotations: apart }))).toEqual(["torn 6"]);
    ledger.refused("make");
    expect(kindsOf(checkResources(ledger, resources))).toEqual(["refused 5", "refused 5"]);
  });

  it("are reported where a version is gone, is another one, or has a wrong number", () => {
    const check = (...versions: Version[]) =>
      kindsOf(checkResources(makeResourceLedger(), { ...resources, versions }));
    expect(check()).toEqual(["lost 6"]);
    expect(check({ ...version, label: "other" })).toEqual(["lost 6"]);
    expect(check(version, { ...version, id: "third", number: 3 })).toEqual(["gap"]);
    expect(check(version, { ...version, id: "second" })).toEqual(["repeat"]);
  });
});

describe("the catalog", () => {
  const numbers = { annotation_count: 2, open_thread_count: 0, contributor_count: 0, changed_at: AT };
  const listed = { ...document, ...numbers, seq: 1 };
  const catalog = {
    documents: [listed],
    annotations: [annotation, other],
    versionIds: new Set(["first"]),
  };

  it("is right with the same rows, whatever the document's last seq", () => {
    expect(checkCatalog(DOCUMENT, resources, catalog)).toEqual([]);
  });

  it("reports every row that is missing, another or too many", () => {
    const check = (change: Partial<typeof catalog>) =>
      kindsOf(checkCatalog(DOCUMENT, resources, { ...catalog, ...change }));
    expect(check({ documents: [] })).toEqual(["catalog"]);
    expect(check({ documents: [{ ...listed, title: "Old" }] })).toEqual(["catalog"]);
    expect(check({ documents: [{ ...listed, annotation_count: 1 }] })).toEqual(["catalog"]);
    expect(check({ annotations: [other] })).toEqual(["catalog 5"]);
    expect(check({ annotations: [{ ...annotation, version: 2 }, other] })).toEqual(["catalog 5"]);
    expect(check({ annotations: [annotation, other, { ...other, id: "three" }] })).toEqual(["catalog"]);
    expect(check({ versionIds: new Set() })).toEqual(["catalog 6"]);
  });
});
