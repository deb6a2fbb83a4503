import type { Point } from "../../../protocol/model/geometry.ts";
import { type Aim, clickReach, isNear, type Tool } from "../tool.ts";
import type { ToolContext } from "../tool-context.ts";

/** Stage pixels of a drag that is meant as a width. */
const WIDTH_MIN = 40;

/** Places a text to be typed: by a click, or by a drag that says how wide its lines are. */
export class PlaceText implements Tool {
  readonly #context: ToolContext;
  #from: { at: Point; aim: Aim } | null = null;

  constructor(context: ToolContext) {
    this.#context = context;
  }

  press(aim: Aim): void {
    if (this.#context.editor.canEdit.value) this.#from = { at: this.#context.guides.snap(aim), aim };
  }

  drag(aim: Aim): void {
    if (this.#from) this.#context.guides.showBox(this.#from.at, aim.at);
  }

  release(aim: Aim): void {
    const from = this.#from;
    this.cancel();
    if (!from) return;
    const [x, y] = from.at;
    const width = Math.abs(aim.at[0] - x);
    const isWide = width * this.#context.stage.view.value.scale >= WIDTH_MIN;
    if (isNear(from.aim.on, aim.on, clickReach(aim)) || !isWide) this.#context.editText({ x, y });
    else this.#context.editText({ x: Math.min(x, aim.at[0]), y: Math.min(y, aim.at[1]), width });
  }

  hover(aim: Aim): void {
    this.#context.guides.snap(aim);
  }

  drop(): void {
    this.cancel();
  }

  finish(): boolean {
    return false;
  }

  takeBack(): boolean {
    return this.cancel();
  }

  cancel(): boolean {
    const wasPlacing = this.#from !== null;
    this.#from = null;
    this.#context.guides.clear();
    return wasPlacing;
  }
}
