import type { Annotation } from "../../src/protocol/model/annotation.ts";
import type { Event } from "../../src/protocol/wire/down.ts";
import type { Version } from "../../src/protocol/model/version.ts";
import { type Change, annotationsOf, isRevert, printEvent, printUpdate, printVersion } from "./change.ts";
import { type Operation, isPending } from "./operation.ts";
import type { Violation, ViolationKind } from "./violation.ts";

/**
 * What the service has said about one document, over all rounds: every ack, every answer and every broadcast is a
 * promise that outlives the process. Contradictions between two promises are noted at once.
 */
export class Ledger {
  readonly documentId: string;
  /** seq → the change that has it, as far as anyone was told. */
  readonly changes = new Map<number, string>();
  readonly operations = new Map<string, Operation>();
  /** Operations by the text that they write, where that is not their opId. */
  readonly marks = new Map<string, Operation>();
  /** The seq of an update, by its print. */
  readonly places = new Map<string, number>();
  /** The latest that was told of each annotation. */
  readonly annotations = new Map<string, Annotation>();
  /** The least `version` of annotations that were deleted without an answer that shows them. */
  readonly leastVersions = new Map<string, number>();
  readonly versions = new Map<string, Version>();
  readonly #reverts = new Set<number>();
  /** Fingerprints of the states of versions, as they were first read. */
  readonly versionStates = new Map<string, string>();
  /** Ids of versions that D1 was seen to have. */
  readonly catalogued = new Set<string>();
  /** The latest snapshot that was taken, by its `version`. */
  snapshotVersion = 0;
  /** The highest seq that anyone was told. */
  head = 0;
  /** Up to here everything was compared. */
  verifiedHead = 0;
  /** Changes that were acknowledged to who made them. */
  ackedCount = 0;
  readonly violations: Violation[] = [];

  constructor(documentId: string) {
    this.documentId = documentId;
  }

  report(kind: ViolationKind, detail: string, seq?: number): void {
    this.violations.push({ kind, documentId: this.documentId, detail, ...(seq !== undefined && { seq }) });
  }

  /** A writer is about to send it, for the first time or again. */
  sending(operation: Operation): void {
    this.operations.set(operation.opId, operation);
    operation.sends++;
  }

  /** What an operation came to: its seq, and whether the service says that it knew it. */
  acked(opId: string, seq: number | "done", duplicate: boolean): void {
    const operation = this.operations.get(opId);
    if (!operation) {
      this.report("torn", `ack of ${opId}, which nobody sent`);
      return;
    }
    const before = operation.outcome;
    if (before === "pending") {
      const unchanged = duplicate && operation.sends === 1;
      if (unchanged && !operation.deletes) {
        this.report("dedupe", `${opId} is new, and was taken for a repeat`);
      }
      // R11: what was deleted before stays as it is, and the operation is not remembered.
      operation.outcome = unchanged ? "done" : seq;
      this.ackedCount++;
      if (operation.print !== undefined && seq !== "done") this.tell({ seq, print: operation.print });
      return;
    }
    if (before !== seq) this.report("dedupe", `${opId} was acknowledged at ${before}, its repeat at ${seq}`);
    else if (!duplicate) this.report("dedupe", `a repeat of ${opId} (seq ${seq}) was not taken for one`);
  }

  refused(opId: string): void {
    const operation = this.operations.get(opId);
    if (!operation) return;
    operation.refusals++;
    if (typeof operation.outcome === "number") {
      this.report("dedupe", `${opId} was acknowledged, its repeat was refused`, operation.outcome);
    }
  }

  /** The service has said that this change has this seq. */
  tell({ seq, print }: Change): void {
    const before = this.changes.get(seq);
    if (before !== undefined && before !== print) {
      this.report("repeat", `two changes: ${shorten(before)} and ${shorten(print)}`, seq);
      return;
    }
    this.changes.set(seq, print);
    this.head = Math.max(this.head, seq);
    if (isRevert(print)) this.#reverts.add(seq);
    if (!print.startsWith("update ")) return;
    const place = this.places.get(print);
    if (place !== undefined && place !== seq) {
      this.report("repeat", `${shorten(print)} is at ${place} too`, seq);
      return;
    }
    this.places.set(print, seq);
  }

  tellUpdate(seq: number, deltaB64: string): void {
    this.tell({ seq, print: printUpdate(deltaB64) });
  }

  tellEvent(event: Event): void {
    this.tell({ seq: event.seq, print: printEvent(event) });
    this.tellAnnotations(annotationsOf(event));
    if (event.type === "version.created") this.tellVersion(event.version);
  }

  tellVersion(version: Version): void {
    this.tell({ seq: version.seq, print: printVersion(version) });
    this.versions.set(version.id, version);
    // The revert itself follows in the same transaction, and may not have been told to anyone.
    if (version.automatic) this.#reverts.add(version.seq + 1);
  }

  tellAnnotations(annotations: readonly Annotation[]): void {
    for (const annotation of annotations) {
      const known = this.annotations.get(annotation.id);
      if (!known || known.version < annotation.version) this.annotations.set(annotation.id, annotation);
    }
  }

  /** An annotation was deleted by an answer that does not show it: its `version` is at least this. */
  tellDeleted(id: string, version: number): void {
    this.leastVersions.set(id, Math.max(version, this.leastVersions.get(id) ?? 0));
  }

  /** After a comparison: where what was not answered is known to be there, it is as good as acknowledged. */
  settle(): void {
    const labelled = new Map([...this.versions.values()].map(({ label, seq }) => [label, seq]));
    for (const operation of this.operations.values()) {
      // It was compared once; from now on its parts may be sent again one by one.
      delete operation.group;
      if (!isPending(operation)) continue;
      const place = this.#placeOf(operation) ?? labelled.get(operation.opId);
      if (place !== undefined) operation.outcome = place;
    }
  }

  #placeOf({ print, creates }: Operation): number | undefined {
    if (print !== undefined) return this.places.get(print);
    const created = creates?.[0] === undefined ? undefined : this.annotations.get(creates[0]);
    return created?.version === 1 ? created.seq : undefined;
  }

  /** The last revert before `seq`; 0: there was none. */
  lastRevertBefore(seq: number): number {
    let last = 0;
    for (const place of this.#reverts) if (place < seq) last = Math.max(last, place);
    return last;
  }
}

export function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}
