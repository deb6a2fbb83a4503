import { type Change, printUpdate } from "./change.ts";
import { type Ledger, shorten } from "./ledger.ts";
import { isRefused } from "./operation.ts";
import type { Violation, ViolationKind } from "./violation.ts";

/** CRDT content as the service gave it: what a client would start from. */
export interface SeenContent {
  /** The content is that at this seq. */
  at: number;
  snapshotVersion: number;
  snapshotB64: string | null;
  updates: { seq: number; deltaB64: string }[];
}

/** A document's order of changes as it was read after the restart: every change from `base + 1` to `head`. */
export interface SeenChanges {
  base: number;
  head: number;
  changes: Change[];
  /** Where the feed had to start over, the content at `base`. */
  content: SeenContent | null;
}

/** Compares the order of changes with what was promised. */
export function checkChanges(ledger: Ledger, seen: SeenChanges): Violation[] {
  return [
    ...checkOrder(ledger, seen),
    ...checkPromises(ledger, seen),
    ...checkOrigins(ledger, seen),
    ...checkGroups(ledger, seen),
    ...(seen.content ? [...checkContent(ledger, seen.content), ...checkSnapshot(ledger, seen.content)] : []),
  ];
}

/** R1: each seq once, none left out. */
function checkOrder({ documentId }: Ledger, { base, head, changes }: SeenChanges): Violation[] {
  const found: Violation[] = [];
  const seqs = new Set<number>();
  for (const { seq, print } of changes) {
    if (seqs.has(seq)) found.push({ kind: "repeat", documentId, seq, detail: `again: ${shorten(print)}` });
    else if (seq <= base || seq > head) {
      found.push({ kind: "repeat", documentId, seq, detail: `outside of ${base}–${head}` });
    }
    seqs.add(seq);
  }
  for (let seq = base + 1; seq <= head; seq++) {
    if (!seqs.has(seq))
      found.push({ kind: "gap", documentId, seq, detail: `nothing has it; the head is ${head}` });
  }
  return found;
}

/** R2: what was told is there, at its seq, as it was. */
function checkPromises({ documentId, changes: told }: Ledger, seen: SeenChanges): Violation[] {
  const found: Violation[] = [];
  const there = new Map(seen.changes.map(({ seq, print }) => [seq, print]));
  for (const [seq, print] of told) {
    if (seq <= seen.base) continue;
    const now = there.get(seq);
    if (now === print) continue;
    const instead =
      now === undefined ? `is not there; the head is ${seen.head}` : `has become ${shorten(now)}`;
    found.push({ kind: "lost", documentId, seq, detail: `${shorten(print)} ${instead}` });
  }
  return found;
}

/** The present content starts from the last snapshot that was taken, or a later one, unless it was reverted since. */
function checkSnapshot(ledger: Ledger, { at, snapshotVersion }: SeenContent): Violation[] {
  const { documentId, snapshotVersion: taken } = ledger;
  if (taken <= ledger.lastRevertBefore(at + 1) || taken <= snapshotVersion) return [];
  const detail = `the snapshot was taken; there is only that of ${snapshotVersion}`;
  return [{ kind: "lost", documentId, seq: taken, detail }];
}

/** Every update is one that was sent, wholly; no refused one is there, none is there twice. */
function checkOrigins(ledger: Ledger, { changes }: SeenChanges): Violation[] {
  const { documentId, operations, places } = ledger;
  const found: Violation[] = [];
  const sent = new Map([...operations.values()].map((operation) => [operation.print, operation]));
  const seenAt = new Map<string, number>();
  const add = (kind: ViolationKind, seq: number, detail: string) =>
    found.push({ kind, documentId, seq, detail });
  for (const { seq, print } of changes) {
    if (!print.startsWith("update ")) continue;
    const operation = sent.get(print);
    if (!operation) add("torn", seq, `nobody sent ${shorten(print)}`);
    else if (isRefused(operation)) add("refused", seq, `${operation.opId} was refused, and is there`);
    const place = seenAt.get(print) ?? places.get(print);
    if (place !== undefined && place !== seq) add("repeat", seq, `${shorten(print)} is at ${place} too`);
    seenAt.set(print, seq);
  }
  return found;
}

/** R12: of what came in one request, all or nothing is there. */
function checkGroups({ documentId, operations, changes: told }: Ledger, seen: SeenChanges): Violation[] {
  // After a start over, part of a request may lie before what was read.
  if (seen.content) return [];
  const found: Violation[] = [];
  const there = new Set([...told.values(), ...seen.changes.map(({ print }) => print)]);
  const groups = new Map<string, { there: number; of: number }>();
  for (const { group, print } of operations.values()) {
    if (group === undefined || print === undefined) continue;
    const counted = groups.get(group) ?? { there: 0, of: 0 };
    counted.of++;
    if (there.has(print)) counted.there++;
    groups.set(group, counted);
  }
  for (const [group, counted] of groups) {
    if (counted.there === 0 || counted.there === counted.of) continue;
    const detail = `${counted.there} of the ${counted.of} updates of ${group} are there`;
    found.push({ kind: "torn", documentId, detail });
  }
  return found;
}

/**
 * The snapshot that a client of these tests sends for a document at a version: so that it can be told what it must be.
 */
export function makeSnapshot(documentId: string, version: number): string {
  return Buffer.from(`${documentId} at ${version};`.repeat(1 + (version % 40))).toString("base64");
}

/**
 * Content that was given as a snapshot and updates: the snapshot is one that was sent for its version, and every
 * promised update that belongs to the content is in one of them. What came before a revert belongs to the version that
 * the revert kept, and is looked for there.
 */
export function checkContent(ledger: Ledger, content: SeenContent): Violation[] {
  const { documentId } = ledger;
  const { at, snapshotVersion, snapshotB64, updates } = content;
  const found: Violation[] = [];
  const lost = (seq: number, detail: string) => found.push({ kind: "lost", documentId, seq, detail });
  const reverted = ledger.lastRevertBefore(at + 1);
  if (snapshotB64 !== null && snapshotB64 !== makeSnapshot(documentId, snapshotVersion)) {
    lost(snapshotVersion, `the snapshot is not the one that was sent for this version`);
  }
  const there = new Map(updates.map(({ seq, deltaB64 }) => [seq, printUpdate(deltaB64)]));
  for (const [seq, print] of ledger.changes) {
    if (seq > at || seq <= snapshotVersion || !print.startsWith("update ")) continue;
    const now = there.get(seq);
    if (now === print || (now === undefined && seq <= reverted)) continue;
    lost(
      seq,
      `${shorten(print)} ${now === undefined ? "is not in" : "is another one in"} the content at ${at}`,
    );
  }
  return found;
}
