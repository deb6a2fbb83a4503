import { Signal } from "../readable.ts";
import type { Fields } from "./patch.ts";

/** What one edit did to an annotation. */
export type Change =
  | { kind: "update"; id: string; before: Fields; after: Fields }
  | { kind: "create" | "delete" | "restore"; id: string };

/** What is undone together. */
export type Step = Change[];

/** Updates of the same annotations within this time are one step: a drag. */
const CAPTURE_MS = 500;
/** Steps that are kept: far more than people go back. */
const STEPS_MAX = 500;

/** What this client did, gesture by gesture. */
export class UndoStack {
  readonly canUndo = new Signal(false);
  readonly canRedo = new Signal(false);
  readonly #undo: Step[] = [];
  readonly #redo: Step[] = [];
  /** Where changes go: an undo fills the redo steps, and the other way round. */
  #mode: "edit" | "undo" | "redo" = "edit";
  #depth = 0;
  /** The step that may still grow. */
  #open: Step | null = null;
  /** What the last gesture did. */
  #finished: Step | null = null;
  #lastAt = 0;
  /** The open step grew in this very task. */
  #isFresh = false;

  record(change: Change): void {
    const stack = this.#mode === "undo" ? this.#redo : this.#undo;
    if (this.#mode === "edit") this.#redo.length = 0;
    const step = this.#openStep(change, stack);
    addTo(step, change);
    this.#lastAt = Date.now();
    this.#changed();
  }

  /**
   * All changes that `run` makes are one step, apart from what comes before and after. One that continues adds to the
   * step of the gesture before, if nothing was done since.
   */
  gesture<T>(run: () => T, { continues = false }: { continues?: boolean } = {}): T {
    if (this.#depth++ === 0) {
      const last = this.#undo.at(-1) ?? null;
      this.#open = continues && last === this.#finished ? last : null;
    }
    try {
      return run();
    } finally {
      if (--this.#depth === 0) {
        this.#finished = this.#open ?? this.#finished;
        this.#open = null;
      }
    }
  }

  /** Takes the last step and has `run` do the opposite. false: there is none. */
  take(mode: "undo" | "redo", run: (step: Step) => void): boolean {
    const step = (mode === "undo" ? this.#undo : this.#redo).pop();
    if (!step) return false;
    this.#mode = mode;
    try {
      this.gesture(() => run(step));
    } finally {
      this.#mode = "edit";
      this.#finished = null;
      this.#changed();
    }
    return true;
  }

  #openStep(change: Change, stack: Step[]): Step {
    const open = this.#open;
    if (open && (this.#depth > 0 || this.#isFresh || this.#continues(open, change))) return open;
    const step: Step = [];
    stack.push(step);
    if (stack.length > STEPS_MAX) stack.shift();
    this.#open = step;
    this.#isFresh = true;
    queueMicrotask(() => {
      this.#isFresh = false;
    });
    return step;
  }

  #continues(open: Step, change: Change): boolean {
    return (
      change.kind === "update" &&
      Date.now() - this.#lastAt < CAPTURE_MS &&
      open.some(({ kind, id }) => kind === "update" && id === change.id)
    );
  }

  #changed(): void {
    this.canUndo.set(this.#undo.length > 0);
    this.canRedo.set(this.#redo.length > 0);
  }
}

/** Two updates of one annotation in a row are one. */
function addTo(step: Step, change: Change): void {
  const last = step.findLast(({ id }) => id === change.id);
  if (change.kind !== "update" || last?.kind !== "update") step.push(change);
  else {
    last.before = { ...change.before, ...last.before };
    last.after = { ...last.after, ...change.after };
  }
}
