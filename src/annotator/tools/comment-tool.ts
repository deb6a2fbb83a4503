import { newId } from "../../client/new-id.ts";
import { draftMark } from "../editor/draft.ts";
import { toPoint } from "../editor/geometry/coordinates.ts";
import { type Aim, clickReach, isNear, type Tool } from "./tool.ts";
import type { ToolContext } from "./tool-context.ts";

/** A click on a mark begins a thread on it, also where there are some; one beside them sets a point to comment on. */
export class CommentTool implements Tool {
  readonly #context: ToolContext;
  #pressed: Aim | null = null;

  constructor(context: ToolContext) {
    this.#context = context;
  }

  press(aim: Aim): void {
    this.#pressed = aim;
  }

  drag(): void {}

  release(aim: Aim): void {
    const pressed = this.#pressed;
    this.#pressed = null;
    if (!pressed || !isNear(pressed.on, aim.on, clickReach(aim))) return;
    const { editor, stage } = this.#context;
    // What is locked can't be changed, but talked about.
    const [markId] = stage.hitTest(aim.on, { withLocked: true });
    if (markId !== undefined) editor.thread.value = { markId, threadId: null, isNew: true };
    else if (editor.thread.value) editor.thread.value = null;
    else if (editor.canEdit.value) this.#setPoint(aim);
    else editor.tell((words) => words.comments.chooseMark);
  }

  hover(): void {}

  drop(): void {
    this.#pressed = null;
  }

  finish(): boolean {
    return false;
  }

  takeBack(): boolean {
    return false;
  }

  cancel(): boolean {
    this.#pressed = null;
    return false;
  }

  #setPoint(aim: Aim): void {
    const { editor } = this.#context;
    const { width, height } = this.#context.stage.size.value;
    const [x, y] = toPoint(aim.at);
    if (x < 0 || y < 0 || x > width || y > height) return;
    const markId = newId();
    const newMark = { ...draftMark(editor, { type: "point", geometry: { x, y } }, markId), labels: [] };
    editor.thread.value = { markId, threadId: null, newMark };
  }
}
