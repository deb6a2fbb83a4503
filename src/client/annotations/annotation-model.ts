import type { Annotation, AnnotationDraft, AnnotationPatch } from "../../protocol/model/annotation.ts";
import { type Person, signAnew, updaterOf } from "../../protocol/model/person.ts";
import { defaultStyle } from "../../protocol/model/default-style.ts";
import { AcetateError } from "../acetate-error.ts";
import { newId } from "../new-id.ts";
import { annotationIdOf, type OperationMessage } from "../outbox/operation.ts";
import type { Entry, Outbox } from "../outbox/outbox.ts";
import { Signal } from "../readable.ts";
import type { AnnotationEdit, Annotations, Conflict, Creation, Saving, Undone } from "../room-api.ts";
import { DrawingOrder } from "./drawing-order.ts";
import {
  type Fields,
  fieldsBefore,
  fieldsOf,
  isSame,
  joinPatches,
  mergeStyle,
  patchAnnotation,
  patchTo,
  valueOf,
} from "./patch.ts";
import { RecentEdits } from "./recent-edits.ts";
import { type Change, UndoStack } from "./undo-stack.ts";

/** An edit that is not acknowledged. */
interface Edit {
  entry: Entry;
  /** The functions and patches that it was made with, to be applied again to what somebody else has changed. */
  steps: AnnotationEdit[];
  /** Fields in which it replaces what others did meanwhile. */
  conflicts: Conflict[];
  /** By field: who gave it the value that it has now at the service, if it is known. */
  changers: Map<string, Person>;
}

export interface AnnotationModelOptions {
  documentId: string;
  /** Who the service says makes and changes annotations here, if there is a token. */
  author: () => Person | null;
  /** Who does where nobody else is named. */
  name?: string | undefined;
  outbox: Outbox;
  conflict: (conflict: Conflict) => void;
}

/** Above all that the service numbers: what is new lies on top until it has its place. */
const FIRST_OWN_ORDINAL = Number.MAX_SAFE_INTEGER - 2 ** 40;

/**
 * Annotations as they are shown: as the service has them (*confirmed*), with the edits on top that it has not
 * acknowledged. Edits of one annotation wait for each other in the outbox. While one waits, later ones join it.
 */
export class AnnotationModel implements Annotations {
  readonly undoStack = new UndoStack();
  readonly #options: AnnotationModelOptions;
  readonly #list = new Signal<readonly Annotation[]>([]);
  readonly #order = new DrawingOrder();
  #confirmed = new Map<string, Annotation>();
  /** The seq of the last whole state: it had all active annotations. */
  #loadedVersion = 0;
  /** What is in the list, by id. */
  #shown = new Map<string, Annotation>();
  readonly #edits = new Map<string, readonly Edit[]>();
  readonly #recent = new RecentEdits();
  /** Annotations that others have changed since this client opened the document. */
  readonly #foreign = new Set<string>();
  #nextOrdinal = FIRST_OWN_ORDINAL;
  #isDirty = false;

  constructor(options: AnnotationModelOptions) {
    this.#options = options;
  }

  get value(): readonly Annotation[] {
    return this.#list.value;
  }

  subscribe(listener: (annotations: readonly Annotation[]) => void): () => void {
    return this.#list.subscribe(listener);
  }

  get(id: string): Annotation | undefined {
    return this.#shown.get(id);
  }

  isSaved(id: string): boolean {
    return !this.#edits.has(id);
  }

  // What this client does

  create(draft: AnnotationDraft): Creation {
    const id = draft.id ?? newId();
    if (this.#shown.has(id))
      throw new AcetateError("id_taken", `The document has an annotation ${id} already`);
    const annotation = { ...draft, id, author: draft.author ?? this.#options.name };
    const { saved } = this.#begin(id, { type: "annotation.create", opId: newId(), annotation });
    this.undoStack.record({ kind: "create", id });
    return { id, saved };
  }

  update(id: string, edit: AnnotationEdit): Saving {
    const shown = this.#require(id);
    const patch = typeof edit === "function" ? edit(shown) : edit;
    const before = fieldsBefore(shown, patch);
    const after = fieldsBefore(patchAnnotation(shown, patch), patch);
    if (isSame(before, after)) return { saved: this.#lastSaving(id) };
    const { saved } = this.#join(id, edit, patch, before);
    this.undoStack.record({ kind: "update", id, before, after });
    return { saved };
  }

  delete(id: string): Saving {
    this.#require(id);
    return this.#setStatus("delete", id);
  }

  restore(id: string): Saving {
    if (this.#shown.has(id)) return { saved: this.#lastSaving(id) };
    return this.#setStatus("restore", id);
  }

  /** Undoes the last step, or does it again. null: there is none. */
  undo(mode: "undo" | "redo"): Undone | null {
    const undone: Undone = { annotationIds: [], kept: [] };
    const isTaken = this.undoStack.take(mode, (step) => {
      for (const change of step.toReversed()) this.#revert(change, undone);
    });
    return isTaken ? undone : null;
  }

  // What the service says

  /** Edits that an earlier client left. */
  adopt(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const { message } = entry.operation;
      const id = annotationIdOf(message);
      if (id === null) continue;
      const steps = message.type === "annotation.update" ? [message.patch] : [];
      this.#push(id, { entry, steps, conflicts: [], changers: new Map() });
      this.#show(id);
    }
    this.publish();
  }

  /** The whole state as of `version`, a seq: it takes the place of all that was confirmed. */
  load(annotations: readonly Annotation[], version: number): void {
    this.#loadedVersion = version;
    for (const annotation of annotations) this.#noteChanger(annotation);
    this.#confirmed = new Map(annotations.map((annotation) => [annotation.id, annotation]));
    this.#shown = new Map(this.#confirmed);
    for (const id of this.#edits.keys()) this.#keep(id, this.#fold(id));
    this.#order.load([...this.#shown.values()]);
    this.#isDirty = true;
  }

  /** Annotations as they are after somebody else's change. */
  receive(annotations: readonly Annotation[]): void {
    for (const annotation of annotations) {
      const { id } = annotation;
      // It may be this client's own: sent over a connection that was lost before the answer.
      if (!this.#editsOf(id).some(({ entry }) => entry.operation.sent)) {
        this.#foreign.add(id);
        for (const conflict of this.#recent.compare(annotation)) this.#options.conflict(conflict);
      }
      this.#confirm(annotation);
    }
  }

  /** An operation is durable. `annotation` is as it was right after it. */
  acknowledge(opId: string, annotation: Annotation): void {
    const { id } = annotation;
    const edit = this.#find(id, opId);
    if (edit) this.#remove(id, edit);
    if (edit?.entry.operation.message.type === "annotation.update") {
      this.#recent.add(annotation, fieldsOf(edit.entry.operation.message.patch));
      for (const conflict of edit.conflicts) this.#options.conflict(conflict);
    }
    this.#confirm(annotation);
  }

  /**
   * An operation was refused. true: it was made anew for what others have done meanwhile, and goes again. false: it is
   * taken back.
   */
  refuse(entry: Entry, error: AcetateError): boolean {
    const { message, opId } = entry.operation;
    const id = annotationIdOf(message);
    if (id === null) return false;
    const edit = this.#find(id, opId);
    if (!edit) return false;
    const current = error.current as Annotation | undefined;
    if (current) this.#confirm(current);
    const isRebased = current !== undefined && error.code === "stale_version" && this.#rebase(edit, current);
    if (!isRebased) this.#remove(id, edit);
    this.#show(id);
    return isRebased;
  }

  /**
   * What is sent says the version that it is for. What others did while it waited, as without a network, it replaces:
   * the service sees no conflict in that.
   */
  stamp(message: OperationMessage): OperationMessage {
    if (message.type !== "annotation.update") return message;
    const confirmed = this.#confirmed.get(message.id);
    if (!confirmed) return message;
    const edit = this.#find(message.id, message.opId);
    if (edit) noteConflicts(edit, confirmed, patchAnnotation(confirmed, message.patch));
    return { ...message, version: confirmed.version };
  }

  /** Tells of all changes since the last time. */
  publish(): void {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    this.#list.set(this.#order.toArray());
  }

  #require(id: string): Annotation {
    const shown = this.#shown.get(id);
    if (!shown) throw new AcetateError("annotation_not_found", `The document shows no annotation ${id}`);
    return shown;
  }

  #setStatus(kind: "delete" | "restore", id: string): Saving {
    const { saved } = this.#begin(id, { type: `annotation.${kind}`, opId: newId(), id });
    this.undoStack.record({ kind, id });
    return { saved };
  }

  #begin(id: string, message: OperationMessage, before?: Fields, step?: AnnotationEdit): Entry {
    const entry = this.#options.outbox.add(message, before);
    this.#push(id, { entry, steps: step ? [step] : [], conflicts: [], changers: new Map() });
    this.#show(id);
    this.publish();
    return entry;
  }

  /** Adds to the last edit if that is an update that was never sent, so that a drag is a few messages. */
  #join(id: string, edit: AnnotationEdit, patch: AnnotationPatch, before: Fields): Entry {
    const last = this.#editsOf(id).at(-1);
    const { operation } = last?.entry ?? {};
    if (!last || !operation || operation.sent || operation.message.type !== "annotation.update") {
      const opId = newId();
      return this.#begin(id, { type: "annotation.update", opId, id, version: 1, patch }, before, edit);
    }
    last.steps.push(edit);
    this.#options.outbox.amend(
      last.entry,
      { ...operation.message, patch: joinPatches(operation.message.patch, patch) },
      { ...before, ...operation.before },
    );
    this.#show(id);
    this.publish();
    return last.entry;
  }

  #editsOf(id: string): readonly Edit[] {
    return this.#edits.get(id) ?? [];
  }

  #push(id: string, edit: Edit): void {
    this.#edits.set(id, [...this.#editsOf(id), edit]);
  }

  #find(id: string, opId: string): Edit | undefined {
    return this.#editsOf(id).find(({ entry }) => entry.operation.opId === opId);
  }

  #remove(id: string, edit: Edit): void {
    const others = this.#editsOf(id).filter((other) => other !== edit);
    if (others.length > 0) this.#edits.set(id, others);
    else this.#edits.delete(id);
  }

  #lastSaving(id: string): Promise<void> {
    return this.#editsOf(id).at(-1)?.entry.saved ?? Promise.resolve();
  }

  /** Makes an update for the annotation as it is now. It replaces what others did to the same fields. */
  #rebase(edit: Edit, current: Annotation): boolean {
    const { operation } = edit.entry;
    if (operation.message.type !== "annotation.update") return false;
    let patched = current;
    let patch: AnnotationPatch = {};
    for (const step of edit.steps) {
      const next = typeof step === "function" ? step(patched) : step;
      patched = patchAnnotation(patched, next);
      patch = joinPatches(patch, next);
    }
    noteConflicts(edit, current, patched);
    const message = { ...operation.message, opId: newId(), patch };
    this.#options.outbox.replace(edit.entry, message, fieldsBefore(current, patch));
    return true;
  }

  #revert(change: Change, undone: Undone): void {
    const { id } = change;
    const shown = this.#shown.get(id);
    // Somebody else may have deleted it meanwhile, or brought it back.
    if (!shown !== (change.kind === "delete")) return;
    const keep = (field: string): void => void undone.kept.push({ annotationId: id, field });
    if (!shown) this.restore(id);
    else if (change.kind === "update") {
      const back: Fields = {};
      for (const [field, after] of Object.entries(change.after)) {
        if (isSame(valueOf(shown, field), after)) back[field] = change.before[field];
        else keep(field);
      }
      if (Object.keys(back).length === 0) return;
      this.update(id, patchTo(shown, back));
    } else if (this.#foreign.has(id)) return keep("status");
    else this.delete(id);
    undone.annotationIds.push(id);
  }

  /** Takes an annotation as the service has it, unless something newer is known. */
  #confirm(annotation: Annotation): void {
    const known = this.#confirmed.get(annotation.id);
    // What is older than the state and not in it was deleted. A late `ack` shows it as it was.
    const newest = known?.seq ?? this.#loadedVersion + 1;
    if (newest <= annotation.seq) {
      this.#noteChanger(annotation);
      this.#confirmed.set(annotation.id, annotation);
    }
    this.#show(annotation.id);
  }

  /** Edits that wait may conflict with what changes here. A version says who made it, not who made those before it. */
  #noteChanger(annotation: Annotation): void {
    const { id, version } = annotation;
    const known = this.#confirmed.get(id);
    const updater = updaterOf(annotation);
    for (const { entry, changers } of this.#editsOf(id)) {
      for (const field of Object.keys(entry.operation.before ?? {})) {
        if (known && isSame(valueOf(known, field), valueOf(annotation, field))) continue;
        if (version - 1 === known?.version && updater.id !== null) changers.set(field, updater);
        else changers.delete(field);
      }
    }
  }

  #show(id: string): void {
    const before = this.#shown.get(id);
    const after = this.#fold(id);
    if (after === before) return;
    this.#order.replace(before, after);
    this.#keep(id, after);
    this.#isDirty = true;
  }

  #keep(id: string, shown: Annotation | undefined): void {
    if (shown) this.#shown.set(id, shown);
    else this.#shown.delete(id);
  }

  /** An annotation with all edits on it. undefined: it is not there, or deleted. */
  #fold(id: string): Annotation | undefined {
    let annotation = this.#confirmed.get(id);
    for (const { entry } of this.#editsOf(id)) {
      annotation = this.#applyMessage(annotation, entry.operation.message);
    }
    return annotation?.status === "active" ? annotation : undefined;
  }

  #applyMessage(annotation: Annotation | undefined, message: OperationMessage): Annotation | undefined {
    if (message.type === "annotation.create") return annotation ?? this.#draw(message.annotation);
    if (!annotation) return undefined;
    const signed = signAnew(annotation, this.#me());
    if (message.type === "annotation.update") return patchAnnotation(signed, message.patch);
    return { ...signed, status: message.type === "annotation.delete" ? "deleted" : "active" };
  }

  /** Who the service will say it was. */
  #me(): Person {
    return this.#options.author() ?? { id: this.#options.name ?? null, name: null };
  }

  /** A new annotation as the service will make it. */
  #draw(draft: AnnotationDraft): Annotation {
    const by = this.#options.author();
    const author = by ? by.id : (draft.author ?? null);
    const known = this.#shown.get(draft.id ?? "");
    const at = new Date().toISOString();
    return {
      ...draft,
      id: draft.id ?? "",
      document_id: this.#options.documentId,
      style: mergeStyle(defaultStyle, draft.style ?? {}),
      text: draft.text ?? "",
      labels: draft.labels ?? [],
      properties: draft.properties ?? {},
      author,
      author_name: by?.name ?? null,
      updated_by: author,
      review: draft.review ?? "none",
      z_index: draft.z_index ?? 0,
      status: "active",
      version: 0,
      seq: 0,
      ordinal: known?.ordinal ?? this.#nextOrdinal++,
      created_at: known?.created_at ?? at,
      updated_at: known?.updated_at ?? at,
    };
  }
}

/**
 * Notes the fields in which an edit, with `mine` as its result, replaces what others made of `theirs` since it began.
 */
function noteConflicts(edit: Edit, theirs: Annotation, mine: Annotation): void {
  for (const [field, before] of Object.entries(edit.entry.operation.before ?? {})) {
    const by = edit.changers.get(field) ?? null;
    const conflict = { field, mine: valueOf(mine, field), theirs: valueOf(theirs, field), by };
    if (isSame(conflict.theirs, before) || isSame(conflict.theirs, conflict.mine)) continue;
    edit.conflicts.push({ annotationId: theirs.id, ...conflict, kept: "mine" });
  }
}
