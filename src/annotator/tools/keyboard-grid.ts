import { effect, signal, untracked } from "@preact/signals";
import { boundsCenter, type Bounds, intersectBounds } from "../../scene/bounds.ts";
import type { Editor } from "../editor/editor.ts";
import { cellOf, ninthOf } from "../editor/geometry/grid.ts";
import type { Stage } from "../stage/stage-api.ts";
import type { KeyboardAim } from "./keyboard-aim.ts";
import type { Tool } from "./tool.ts";

/**
 * Takes the crosshair anywhere in a few keys. Nine keys stand for the nine parts of what is seen; each press goes on
 * with the part that it names. Five presses find a place to four pixels of a screen, where arrow keys need a dozen.
 */
export class KeyboardGrid {
  /** What the next key divides, in image pixels. null: the grid is off. */
  readonly area = signal<Bounds | null>(null);
  readonly #editor: Editor;
  readonly #stage: Stage;
  readonly #keyboard: KeyboardAim;
  /** The areas before, to go back to. */
  #before: Bounds[] = [];
  readonly #stop: () => void;

  constructor(editor: Editor, stage: Stage, keyboard: KeyboardAim) {
    this.#editor = editor;
    this.#stage = stage;
    this.#keyboard = keyboard;
    this.#stop = effect(() => {
      // Another part of the picture is seen.
      void stage.free.value;
      untracked(() => this.restart());
    });
  }

  toggle(): void {
    const isOn = this.area.value === null;
    if (isOn) this.#begin();
    else this.hide();
    this.#editor.announce(({ stage, keys }) => (isOn ? stage.gridOn(keys.grid) : stage.gridOff));
  }

  /** Goes on with a ninth. false: the grid is off, or the key is none of its nine. */
  take(tool: Tool, code: string): boolean {
    const area = this.area.value;
    const cell = cellOf(code);
    if (!area || cell === undefined) return false;
    const ninth = ninthOf(area, cell);
    this.#before.push(area);
    this.area.value = ninth;
    this.#keyboard.moveTo(tool, boundsCenter(ninth));
    return true;
  }

  /** Takes the last key back. */
  back(tool: Tool): boolean {
    const before = this.#before.pop();
    if (!this.area.value || !before) return false;
    this.area.value = before;
    this.#keyboard.moveTo(tool, boundsCenter(before));
    return true;
  }

  /** The place is found: the next one may be anywhere. */
  restart(): void {
    if (this.area.value) this.#begin();
  }

  /** false: it was off. */
  hide(): boolean {
    const wasOn = this.area.value !== null;
    this.#before = [];
    this.area.value = null;
    return wasOn;
  }

  close(): void {
    this.#stop();
  }

  #begin(): void {
    const { width, height } = this.#stage.size.value;
    const picture = { left: 0, top: 0, right: width, bottom: height };
    this.#before = [];
    this.area.value = intersectBounds(picture, this.#stage.free.value) ?? picture;
  }
}
