import type { Annotation } from "../../../protocol/model/annotation.ts";
import type { Document } from "../../../protocol/model/document.ts";
import { authorOf, type Person, updaterOf } from "../../../protocol/model/person.ts";
import type { Version } from "../../../protocol/model/version.ts";
import type { Event } from "../../../protocol/wire/events.ts";

/** What happened at a step, for people. */
export type StepKind = "added" | "changed" | "removed" | "several" | "document" | "kept" | "reverted";

/** A change of what the picture shows, or a version. */
export interface Step {
  seq: number;
  /** Milliseconds since the epoch. */
  at: number;
  /** null: nobody said. */
  who: Person | null;
  kind: StepKind;
  /** Each mark that it changed, as it was and as it became. Absent: it was not there. */
  marks: readonly MarkChange[];
  /** The version that was kept, or gone back to. */
  version?: Version;
}

export interface MarkChange {
  before?: Annotation;
  after?: Annotation;
}

export type Marks = ReadonlyMap<string, Annotation>;

/** So many steps have one state kept: any other is at most as many steps away. */
const KEYFRAME_STEPS = 200;

/** The history of a document, folded from its changes: every step, and the state after each. */
export class Timeline {
  readonly steps: Step[] = [];
  /** The document after each step. */
  readonly #documents: Document[] = [];
  readonly #keyframes: Marks[] = [];
  readonly #present: Map<string, Annotation>;
  #document: Document;
  #lastAt: number;

  /** @param document the document now: it stands for itself until a change tells how it was */
  constructor(document: Document, marks: Iterable<Annotation> = []) {
    this.#document = document;
    this.#present = new Map(Array.from(marks, (mark) => [mark.id, mark]));
    this.#keyframes.push(new Map(this.#present));
    this.#lastAt = Date.parse(document.created_at);
  }

  /** Takes the next change. What says nothing about the picture (comments, labels) is no step. */
  append(event: Event): void {
    const step = this.#toStep(event);
    if (!step) return;
    this.steps.push(step);
    this.#documents.push(this.#document);
    this.#lastAt = step.at;
    if (this.steps.length % KEYFRAME_STEPS === 0) this.#keyframes.push(new Map(this.#present));
  }

  /** The marks after a step. @param index -1: before the first */
  marksAt(index: number): Marks {
    const frame = Math.floor((index + 1) / KEYFRAME_STEPS);
    const marks = new Map(this.#keyframes[frame]);
    for (const { marks: changes } of this.steps.slice(frame * KEYFRAME_STEPS, index + 1)) {
      for (const { before, after } of changes) {
        if (after) marks.set(after.id, after);
        else if (before) marks.delete(before.id);
      }
    }
    return marks;
  }

  /** Who made each difference between two steps, by the mark's id: who drew a new mark, or who changed it last. */
  changersBetween(from: number, to: number): ReadonlyMap<string, Person | null> {
    const [first, last] = from < to ? [from, to] : [to, from];
    const added = new Set<string>();
    const changers = new Map<string, Person | null>();
    for (const { who, marks } of this.steps.slice(first + 1, last + 1)) {
      for (const { before, after } of marks) {
        const mark = after ?? before;
        if (!mark) continue;
        if (!before && !changers.has(mark.id)) added.add(mark.id);
        // A new mark stays its drawer's, whoever changes it.
        if (before && after && added.has(mark.id)) continue;
        changers.set(mark.id, who);
      }
    }
    return changers;
  }

  documentAt(index: number): Document {
    return this.#documents[index] ?? this.#document;
  }

  #toStep(event: Event): Step | undefined {
    const { seq } = event;
    switch (event.type) {
      case "annotation.created":
        return this.#stepOf(seq, "added", [event.annotation]);
      case "annotation.updated":
        return this.#stepOf(seq, this.#present.has(event.annotation.id) ? "changed" : "added", [
          event.annotation,
        ]);
      case "annotation.deleted":
        return this.#stepOf(seq, "removed", [event.annotation]);
      case "annotation.batch":
        return this.#stepOf(seq, "several", event.annotations);
      case "document.updated":
        this.#document = event.document;
        return {
          seq,
          at: Date.parse(event.document.updated_at),
          who: whoDid(updaterOf(event.document)),
          kind: "document",
          marks: [],
        };
      case "version.created": {
        const { version } = event;
        // What a revert keeps of itself is told by the revert.
        if (version.automatic) return undefined;
        return {
          seq,
          at: Date.parse(version.created_at),
          who: whoDid(authorOf(version)),
          kind: "kept",
          marks: [],
          version,
        };
      }
      case "version.reverted": {
        this.#document = event.document;
        const step = this.#stepOf(seq, "reverted", event.annotations ?? []);
        const who = whoDid(updaterOf(event.document));
        return { ...step, who, at: Date.parse(event.document.updated_at), version: event.version };
      }
      default:
        return undefined;
    }
  }

  #stepOf(seq: number, kind: StepKind, annotations: readonly Annotation[]): Step {
    const marks = annotations.map((annotation) => this.#change(annotation));
    const newest = annotations.map(({ updated_at: at }) => Date.parse(at));
    const at = Math.max(this.#lastAt, ...newest);
    return { seq, at, who: annotations[0] ? whoDid(updaterOf(annotations[0])) : null, kind, marks };
  }

  #change(annotation: Annotation): MarkChange {
    const before = this.#present.get(annotation.id);
    const isActive = annotation.status === "active";
    if (isActive) this.#present.set(annotation.id, annotation);
    else this.#present.delete(annotation.id);
    return { ...(before && { before }), ...(isActive && { after: annotation }) };
  }
}

/** null: nobody said. */
function whoDid(person: Person): Person | null {
  return person.id === null ? null : person;
}
