import type { Annotation } from "../../protocol/model/annotation.ts";
import { updaterOf } from "../../protocol/model/person.ts";
import type { Conflict } from "../room-api.ts";
import { isSame, valueOf } from "./patch.ts";

/** Within this time after an acknowledgement, somebody else's change of the same field is taken for simultaneous. */
const CONFLICT_MS = 5_000;

/** What this client has set a moment ago, to notice when somebody else sets the same to another value. */
export class RecentEdits {
  /** By annotation and field: the value, and when it was acknowledged. */
  readonly #edits = new Map<string, Map<string, { value: unknown; at: number }>>();

  add(annotation: Annotation, fields: readonly string[]): void {
    this.#prune();
    const edits = this.#edits.get(annotation.id) ?? new Map<string, { value: unknown; at: number }>();
    // At the end, so that the oldest are always the first.
    this.#edits.delete(annotation.id);
    this.#edits.set(annotation.id, edits);
    for (const field of fields) edits.set(field, { value: valueOf(annotation, field), at: Date.now() });
  }

  /** What `annotation`, somebody else's change, has replaced. It is told of once. */
  compare(annotation: Annotation): Conflict[] {
    const edits = this.#edits.get(annotation.id);
    if (!edits) return [];
    const conflicts: Conflict[] = [];
    for (const [field, { value, at }] of edits) {
      const theirs = valueOf(annotation, field);
      if (isSame(theirs, value)) continue;
      edits.delete(field);
      if (Date.now() - at > CONFLICT_MS) continue;
      const updater = updaterOf(annotation);
      const by = updater.id === null ? null : updater;
      conflicts.push({ annotationId: annotation.id, field, mine: value, theirs, by, kept: "theirs" });
    }
    return conflicts;
  }

  #prune(): void {
    for (const [id, edits] of this.#edits) {
      if ([...edits.values()].some(({ at }) => Date.now() - at <= CONFLICT_MS)) return;
      this.#edits.delete(id);
    }
  }
}
