import { toPoint } from "../../editor/geometry/coordinates.ts";
import type { Aim, Tool } from "../tool.ts";
import type { ToolContext } from "../tool-context.ts";
import { Sketch } from "./sketch.ts";

/** Places a point: where the press ends, so that it can be aimed with the finger down. */
export class DrawPoint implements Tool {
  readonly #context: ToolContext;
  readonly #sketch: Sketch;

  constructor(context: ToolContext) {
    this.#context = context;
    this.#sketch = new Sketch(context.editor);
  }

  press(aim: Aim): void {
    const [x, y] = toPoint(this.#context.guides.snap(aim));
    this.#sketch.show({ type: "point", geometry: { x, y } }, 1, true);
  }

  drag(aim: Aim): void {
    if (this.#sketch.isShown) this.press(aim);
  }

  release(aim: Aim): void {
    this.drag(aim);
    this.finish();
  }

  hover(aim: Aim): void {
    this.#context.guides.snap(aim);
  }

  drop(): void {
    this.cancel();
  }

  finish(): boolean {
    if (!this.#sketch.isShown) return false;
    this.#sketch.commit();
    this.#context.guides.clear();
    return true;
  }

  takeBack(): boolean {
    return this.cancel();
  }

  cancel(): boolean {
    const wasDrawing = this.#sketch.isShown;
    this.#sketch.drop();
    this.#context.guides.clear();
    return wasDrawing;
  }
}
