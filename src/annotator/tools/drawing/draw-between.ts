import { shapeOf } from "../../editor/draft.ts";
import {
  boxBetween,
  ellipseBetween,
  lineBetween,
  type TwoPoints,
} from "../../editor/geometry/between-points.ts";
import { distance } from "../../editor/geometry/coordinates.ts";
import type { Point, Shape } from "../../../protocol/model/geometry.ts";
import { type Aim, clickReach, isNear, type Tool, toStage } from "../tool.ts";
import type { ToolContext } from "../tool-context.ts";
import { Sketch } from "./sketch.ts";

export type BetweenType = "box" | "ellipse" | "line" | "arrow";

/** Stage pixels of a side, or of a line: what is smaller was a slip of the hand. */
const SIDE_MIN = 3;

/** Draws what two places make, by a drag or by two clicks: the first one stays until the second. */
export class DrawBetween implements Tool {
  readonly #context: ToolContext;
  readonly #type: BetweenType;
  readonly #sketch: Sketch;
  #from: Point | null = null;
  /** The press that began it is not over. */
  #isFirstPress = false;

  constructor(context: ToolContext, type: BetweenType) {
    this.#context = context;
    this.#type = type;
    this.#sketch = new Sketch(context.editor);
  }

  press(aim: Aim): void {
    this.#isFirstPress = this.#from === null;
    this.#from ??= this.#context.guides.snap(aim);
    this.#show(aim);
  }

  drag(aim: Aim): void {
    this.#show(aim);
  }

  hover(aim: Aim): void {
    if (this.#from) this.#show(aim);
    else this.#context.guides.snap(aim);
  }

  release(aim: Aim): void {
    if (!this.#from) return;
    const isClick = isNear(toStage(this.#context.stage, this.#from), aim.on, clickReach(aim));
    this.#show(aim);
    // The first of two clicks.
    if (this.#isFirstPress && isClick) return;
    this.finish();
  }

  finish(): boolean {
    if (!this.#from) return false;
    if (!this.#sketch.commit()) this.#context.editor.announce((words) => words.stage.tooSmall);
    this.#end();
    return true;
  }

  takeBack(): boolean {
    return this.cancel();
  }

  drop(): void {
    if (this.#isFirstPress) this.cancel();
  }

  cancel(): boolean {
    if (!this.#from) return false;
    this.#end();
    return true;
  }

  #end(): void {
    this.#sketch.drop();
    this.#from = null;
    this.#context.guides.clear();
  }

  #show(aim: Aim): void {
    if (!this.#from) return;
    const to = this.#context.guides.snap(aim);
    const { isConstrained, isCentred } = aim;
    const shape = shapeBetween(this.#type, { from: this.#from, to, isConstrained, isCentred });
    this.#sketch.show(shape, 1, this.#isLargeEnough(shape));
  }

  #isLargeEnough({ type, geometry }: Shape): boolean {
    const min = SIDE_MIN / this.#context.stage.view.value.scale;
    if (type === "box") return geometry.width >= min && geometry.height >= min;
    if (type === "ellipse") return geometry.rx * 2 >= min && geometry.ry * 2 >= min;
    if (type !== "line" && type !== "arrow") return false;
    const [a, b] = geometry.points;
    return a !== undefined && b !== undefined && distance(a, b) >= min;
  }
}

function shapeBetween(type: BetweenType, points: TwoPoints): Shape {
  if (type === "box") return shapeOf(type, boxBetween(points));
  if (type === "ellipse") return shapeOf(type, ellipseBetween(points));
  return { type, geometry: lineBetween(points) };
}
