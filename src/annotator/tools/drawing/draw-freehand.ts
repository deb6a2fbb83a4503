import { POINTS_MAX } from "../../../protocol/limits.ts";
import type { Point } from "../../../protocol/model/geometry.ts";
import { toPoint } from "../../editor/geometry/coordinates.ts";
import { simplifyTo } from "../../editor/geometry/simplify.ts";
import type { Aim, Tool } from "../tool.ts";
import type { ToolContext } from "../tool-context.ts";
import { Sketch } from "./sketch.ts";

/** Stage pixels that the line may differ from the hand's way: nobody sees half of one. */
const TOLERANCE = 0.5;
/** Points after which what is drawn so far is simplified: the preview of a long stroke must stay fast. */
const RAW_MAX = 2_000;

/** Draws a stroke by hand. Pens tell their pressure, but lines have one width: it is not used. */
export class DrawFreehand implements Tool {
  readonly #context: ToolContext;
  readonly #sketch: Sketch;
  #way: Point[] = [];
  /** How many points of the way are simplified already. */
  #settled = 0;

  constructor(context: ToolContext) {
    this.#context = context;
    this.#sketch = new Sketch(context.editor);
  }

  press(aim: Aim): void {
    this.#way = [toPoint(this.#context.guides.snap(aim))];
    this.#settled = 0;
    this.#show();
  }

  drag(aim: Aim): void {
    if (this.#way.length === 0) return;
    this.#way.push(...aim.path.map(toPoint));
    if (this.#way.length - this.#settled > RAW_MAX) {
      this.#way = this.#simple();
      this.#settled = this.#way.length;
    }
    this.#show();
  }

  release(aim: Aim): void {
    if (this.#way.length > 1) this.#way.push(toPoint(this.#context.guides.snap(aim)));
    this.finish();
  }

  hover(aim: Aim): void {
    this.#context.guides.snap(aim);
  }

  drop(): void {
    this.cancel();
  }

  finish(): boolean {
    if (this.#way.length === 0) return false;
    this.#way = this.#simple();
    this.#show();
    this.#sketch.commit();
    this.#end();
    return true;
  }

  takeBack(): boolean {
    return this.cancel();
  }

  cancel(): boolean {
    const wasDrawing = this.#way.length > 0;
    this.#end();
    return wasDrawing;
  }

  #end(): void {
    this.#way = [];
    this.#sketch.drop();
    this.#context.guides.clear();
  }

  #simple(): Point[] {
    return simplifyTo(this.#way, TOLERANCE / this.#context.stage.view.value.scale, POINTS_MAX);
  }

  #show(): void {
    const points = [...this.#way];
    this.#sketch.show({ type: "freehand", geometry: { points } }, points.length, true);
  }
}
