import type { Editor } from "../editor/editor.ts";
import { middle } from "../editor/geometry/coordinates.ts";
import {
  insertVertex,
  moveVertex,
  removeVertex,
  segmentsOf,
  type VertexMark,
} from "../editor/geometry/vertices.ts";
import type { Stage } from "../stage/stage-api.ts";
import type { SelectedHandles } from "./selecting/selected-handles.ts";

/** Changes the corners of the selected mark by keys. */
export class CornerKeys {
  readonly #editor: Editor;
  readonly #stage: Stage;
  readonly #selected: SelectedHandles;

  constructor(editor: Editor, stage: Stage, selected: SelectedHandles) {
    this.#editor = editor;
    this.#stage = stage;
    this.#selected = selected;
  }

  /** Chooses the next corner, or the one before. Each returns false where there is no corner to do it with. */
  walk(by: 1 | -1): boolean {
    const mark = this.#mark();
    if (!mark) return false;
    const { points } = mark.geometry;
    const now = this.#at(mark);
    const at = now === null ? (by > 0 ? 0 : points.length - 1) : (now + by + points.length) % points.length;
    this.#selected.corner.value = { id: mark.id, at };
    const [x, y] = points[at] ?? [0, 0];
    this.#stage.reveal({ left: x, top: y, right: x, bottom: y });
    this.#editor.announce((words) => words.stage.corner(at + 1, points.length));
    return true;
  }

  nudge(dx: number, dy: number): boolean {
    const mark = this.#mark();
    const at = mark && this.#at(mark);
    if (!mark || at === null || at === undefined) return false;
    this.#editor.room.annotations.update(mark.id, (now) => {
      const [x, y] = ("points" in now.geometry ? now.geometry.points[at] : undefined) ?? [0, 0];
      return moveVertex(now, at, [x + dx, y + dy]);
    });
    return true;
  }

  /** Adds a corner in the middle of the line that begins at the chosen one, and chooses it. */
  add(): boolean {
    const mark = this.#mark();
    if (!mark) return false;
    const segments = segmentsOf(mark);
    const segment = segments.find(({ at }) => at === (this.#at(mark) ?? 0) + 1) ?? segments.at(-1);
    if (!segment) return false;
    const { room } = this.#editor;
    room.gesture(() =>
      room.annotations.update(mark.id, (now) =>
        insertVertex(now, segment.at, middle(segment.from, segment.to)),
      ),
    );
    this.#selected.corner.value = { id: mark.id, at: segment.at };
    return true;
  }

  remove(): boolean {
    const mark = this.#mark();
    const at = mark && this.#at(mark);
    if (!mark || at === null || at === undefined) return false;
    const { room } = this.#editor;
    room.gesture(() => room.annotations.update(mark.id, (now) => removeVertex(now, at)));
    this.#selected.corner.value = null;
    return true;
  }

  /** Chooses none. */
  leave(): boolean {
    const mark = this.#mark();
    const hadOne = mark !== undefined && this.#at(mark) !== null;
    this.#selected.corner.value = null;
    return hadOne;
  }

  #mark(): VertexMark | undefined {
    return this.#editor.canEdit.value ? this.#selected.cornered.value : undefined;
  }

  #at(mark: VertexMark): number | null {
    const corner = this.#selected.corner.value;
    return corner?.id === mark.id && corner.at < mark.geometry.points.length ? corner.at : null;
  }
}
