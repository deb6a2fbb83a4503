import type { ImageAnnotation, ImageAnnotator, StoreChangeEvent, User } from "@annotorious/annotorious";
import type { Annotation, AnnotationDraft } from "../../protocol/model/annotation.ts";
import { newId } from "../new-id.ts";
import type { Room } from "../room-api.ts";
import { makePatch, readContent, toAnnotorious } from "./content.ts";
import { type OthersOptions, showOthers } from "./others.ts";
import { toDrawn } from "./shapes.ts";
import { takeOverUndo } from "./undo.ts";

export interface AnnotoriousOptions extends OthersOptions {
  /** Whether Ctrl+Z and Ctrl+Y (⌘ on a Mac) undo and redo in the room. By default they do. */
  undoKeys?: boolean | undefined;
  /** Hears of an annotation that stays in this browser only, since Acetate has no such shape. */
  onUnsupported?: ((annotation: ImageAnnotation) => void) | undefined;
}

export interface AnnotoriousBinding {
  /** Ends it. Annotorious shows the room's annotations no more; the room stays open. */
  destroy(): void;
}

/** An annotator for images, with any format adapter. */
export type BoundAnnotator<E> = Pick<
  ImageAnnotator<ImageAnnotation, E>,
  "state" | "element" | "on" | "off" | "undo" | "redo" | "canUndo" | "canRedo"
>;

/** What the store calls a change that does not come from the user. Annotorious does not export its name. */
type Origin = StoreChangeEvent<ImageAnnotation>["origin"];
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment
const REMOTE = "REMOTE" as Origin;

/** So many annotations are added at a time: Annotorious takes time that grows with the square of it. */
const CHUNK = 500;
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * Shows a room in Annotorious, and takes to the room what its user does: both ways, as it happens.
 *
 * @example
 * const anno = createImageAnnotator("picture");
 * const room = connect("https://acetate.example", documentId, { name: "Ann" });
 * const binding = bindAnnotorious(anno, room);
 */
export function bindAnnotorious<E>(
  anno: BoundAnnotator<E>,
  room: Room,
  options: AnnotoriousOptions = {},
): AnnotoriousBinding {
  const binding = new Binding(anno, room, options);
  binding.start();
  const stopOthers = showOthers(anno, room, options);
  return {
    destroy() {
      stopOthers();
      binding.destroy();
    },
  };
}

class Binding<E> {
  readonly #anno: BoundAnnotator<E>;
  readonly #room: Room;
  readonly #options: AnnotoriousOptions;
  /** The room's annotations as they were when the store got them last. null: the store is to be looked at. */
  readonly #shown = new Map<string, Annotation | null>();
  /** Every id that the room has had here: what is gone can be restored. */
  readonly #known = new Set<string>();
  readonly #stops: (() => void)[] = [];
  #isUndoing = (): boolean => false;
  /** The store is being changed from here. */
  #isApplying = false;
  #isPointerDown = false;
  #isScheduled = false;
  #isDestroyed = false;

  constructor(anno: BoundAnnotator<E>, room: Room, options: AnnotoriousOptions) {
    this.#anno = anno;
    this.#room = room;
    this.#options = options;
  }

  start(): void {
    const { store } = this.#anno.state;
    const observe = (event: StoreChangeEvent<ImageAnnotation>): void => this.#takeEvent(event);
    store.observe(observe);
    const undo = takeOverUndo(this.#anno, this.#room, this.#options.undoKeys ?? true);
    this.#isUndoing = undo.isUndoing;
    this.#stops.push(
      () => store.unobserve(observe),
      undo.stop,
      this.#watchPointer(),
      this.#room.annotations.subscribe(() => this.#schedule()),
    );
    this.#show();
  }

  destroy(): void {
    this.#isDestroyed = true;
    for (const stop of this.#stops) stop();
    const { store } = this.#anno.state;
    store.bulkDeleteAnnotations(
      [...this.#shown.keys()].filter((id) => store.getAnnotation(id)),
      REMOTE,
    );
  }

  // From the room to Annotorious

  /** Soon, and once for several changes: the store must not be changed while it tells of a change. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      if (!this.#isDestroyed) this.#show();
    });
  }

  #show(): void {
    const { store, selection } = this.#anno.state;
    const selected = new Set(selection.selected?.map(({ id }) => id));
    const created: ImageAnnotation[] = [];
    const updated: ImageAnnotation[] = [];
    const selectedUpdated = new Map<string, ImageAnnotation>();
    const gone = new Set(this.#shown.keys());
    for (const annotation of this.#room.annotations.value) {
      const { id } = annotation;
      gone.delete(id);
      if (this.#shown.get(id) === annotation) continue;
      const current = store.getAnnotation(id);
      // What the user drags stays under the pointer. It is brought up to date when it is let go.
      if (current && this.#isPointerDown && selected.has(id)) continue;
      this.#known.add(id);
      this.#shown.set(id, annotation);
      const shown = toAnnotorious(annotation, current);
      // A stroke of which one point is left is a dot.
      if (!shown) gone.add(id);
      else if (!current) created.push(shown);
      else if (shown !== current && selected.has(id)) selectedUpdated.set(id, shown);
      else if (shown !== current) updated.push(shown);
    }
    for (const id of gone) if (!this.#room.annotations.get(id)) this.#shown.delete(id);
    this.#apply(() => {
      const deleted = [...gone].filter((id) => store.getAnnotation(id));
      if (deleted.length > 0) store.bulkDeleteAnnotations(deleted, REMOTE);
      if (updated.length > 0) store.bulkUpdateAnnotations(updated, REMOTE);
      if (selectedUpdated.size > 0) {
        // Annotorious opens editors for all that changes together with something selected, and closes the others.
        const together = [...selected].flatMap(
          (id) => selectedUpdated.get(id) ?? store.getAnnotation(id) ?? [],
        );
        store.bulkUpdateAnnotations(together, REMOTE);
      }
      for (let from = 0; from < created.length; from += CHUNK) {
        store.bulkUpsertAnnotations(created.slice(from, from + CHUNK), REMOTE);
      }
    });
  }

  #apply(change: () => void): void {
    this.#isApplying = true;
    try {
      change();
    } finally {
      this.#isApplying = false;
    }
  }

  // From Annotorious to the room

  #takeEvent({ origin, changes }: StoreChangeEvent<ImageAnnotation>): void {
    if (this.#isApplying) return;
    const { created = [], updated = [], deleted = [] } = changes;
    for (const { id } of [...created, ...updated.map(({ newValue }) => newValue), ...deleted]) {
      if (this.#room.annotations.get(id) || this.#known.has(id)) this.#shown.set(id, null);
    }
    this.#schedule();
    // The room undoes in its place.
    if (this.#isUndoing()) return;
    const run = (): void => {
      for (const annotation of created) this.#try(() => this.#create(annotation));
      for (const { oldValue, newValue } of updated) this.#try(() => this.#update(oldValue, newValue));
      // `setAnnotations` deletes what is not in its list. In the room it stays, and so it is shown again.
      if (origin === REMOTE) return;
      for (const { id } of deleted) {
        this.#try(() => this.#room.annotations.get(id) && this.#room.annotations.delete(id));
      }
    };
    // A gesture ends the one before: a drag, which has many changes one by one, must stay one.
    if (created.length + updated.length + deleted.length > 1) this.#room.gesture(run);
    else run();
  }

  #create(annotation: ImageAnnotation): void {
    const { annotations } = this.#room;
    if (annotations.get(annotation.id)) return;
    if (this.#known.has(annotation.id)) {
      annotations.restore(annotation.id);
      return;
    }
    const drawn = toDrawn(annotation.target.selector);
    if (!drawn) {
      this.#options.onUnsupported?.(annotation);
      return;
    }
    const id = UUID_V4.test(annotation.id) ? annotation.id : this.#rename(annotation.id);
    this.#known.add(id);
    this.#shown.set(id, null);
    const author = authorOf(annotation.target.creator);
    const draft: AnnotationDraft = {
      ...drawn,
      ...readContent(annotation),
      id,
      ...(author !== null && { author }),
    };
    annotations.create(draft);
  }

  #update(before: ImageAnnotation, after: ImageAnnotation): void {
    const { annotations } = this.#room;
    if (annotations.get(after.id))
      annotations.update(after.id, (annotation) => makePatch(annotation, before, after));
    // It was none that Acetate has a shape for, and may be one now.
    else if (!this.#known.has(after.id)) this.#create(after);
  }

  /** The service takes only UUIDs. */
  #rename(from: string): string {
    const { store } = this.#anno.state;
    const id = newId();
    queueMicrotask(() => {
      const annotation = store.getAnnotation(from);
      if (annotation) this.#apply(() => store.updateAnnotation(from, { ...annotation, id }, REMOTE));
    });
    return id;
  }

  /** An error must not keep the store from telling others of the change. */
  #try(run: () => void): void {
    try {
      run();
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  #watchPointer(): () => void {
    const { element } = this.#anno;
    const press = (): void => {
      this.#isPointerDown = true;
    };
    const release = (): void => {
      this.#isPointerDown = false;
      this.#schedule();
    };
    element.addEventListener("pointerdown", press, true);
    addEventListener("pointerup", release, true);
    addEventListener("pointercancel", release, true);
    return () => {
      element.removeEventListener("pointerdown", press, true);
      removeEventListener("pointerup", release, true);
      removeEventListener("pointercancel", release, true);
    };
  }
}

function authorOf(user: User | undefined): string | null {
  return user && !user.isGuest ? (user.name ?? user.id) : null;
}
