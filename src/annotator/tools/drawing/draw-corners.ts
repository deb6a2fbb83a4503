import { POINTS_MAX } from "../../../protocol/limits.ts";
import type { Point } from "../../../protocol/model/geometry.ts";
import { straighten } from "../../editor/geometry/between-points.ts";
import { toPoint } from "../../editor/geometry/coordinates.ts";
import { simplify, simplifyTo } from "../../editor/geometry/simplify.ts";
import { minPoints } from "../../editor/geometry/vertices.ts";
import { type Aim, clickReach, isNear, type Tool, toStage } from "../tool.ts";
import type { ToolContext } from "../tool-context.ts";
import { Sketch } from "./sketch.ts";

/** Stage pixels that a dragged outline may differ from the hand's way: few points, and no corner is cut. */
const TOLERANCE = 1.5;
/** Stage pixels around a point in which a click means that point. */
const POINT_REACH = 8;
const TOUCH_POINT_REACH = 22;

/**
 * Draws polylines and polygons: each click places a point, a drag places those of its way. The first point closes a
 * polygon; the last one, clicked again, ends both.
 */
export class DrawCorners implements Tool {
  readonly #context: ToolContext;
  readonly #type: "polyline" | "polygon";
  readonly #sketch: Sketch;
  #points: Point[] = [];
  /** Where the next point would be. */
  #next: Point | null = null;
  /** The way of the hand since the press. */
  #way: Point[] = [];
  #pressed: Aim | null = null;

  constructor(context: ToolContext, type: "polyline" | "polygon") {
    this.#context = context;
    this.#type = type;
    this.#sketch = new Sketch(context.editor);
  }

  press(aim: Aim): void {
    this.#pressed = aim;
    this.#way = [this.#aimAt(aim)];
    this.#next = null;
    this.#show();
  }

  drag(aim: Aim): void {
    if (!this.#pressed) return;
    if (this.#way.length === 1 && isNear(this.#pressed.on, aim.on, clickReach(aim))) return;
    this.#way.push(...aim.path);
    this.#show();
  }

  release(aim: Aim): void {
    if (!this.#pressed) return;
    this.#pressed = null;
    const way = this.#simpleWay();
    this.#way = [];
    const place = way.at(-1) ?? aim.at;
    const isClick = way.length === 1;
    const isOnFirst = this.#isOn(aim, this.#points[0] ?? way[0]);
    const isOnLast = this.#isOn(aim, this.#points.at(-1));
    // Closing by a drag: the way up to the first point counts, the first point does not count twice.
    if (!isClick) this.#points.push(...way.slice(0, this.#type === "polygon" && isOnFirst ? -1 : undefined));
    const isEnd = (this.#type === "polygon" && isOnFirst) || (isClick && isOnLast);
    if (isEnd && this.#points.length >= this.#min) {
      this.finish();
      return;
    }
    if (isClick && !isOnLast) this.#points.push(place);
    this.#next = null;
    this.#show();
  }

  hover(aim: Aim): void {
    this.#next = this.#aimAt(aim);
    if (this.#points.length > 0) this.#show();
  }

  drop(): void {
    this.#pressed = null;
    this.#way = [];
    if (this.#points.length === 0) this.cancel();
    else this.#show();
  }

  finish(): boolean {
    if (this.#points.length === 0 && this.#way.length === 0) return false;
    this.#points.push(...this.#simpleWay());
    this.#next = null;
    this.#way = [];
    this.#pressed = null;
    if (this.#points.length < this.#min) {
      this.#context.editor.announce((words) => words.stage.tooFewPoints(this.#min));
      this.#show();
      return true;
    }
    this.#show();
    this.#sketch.commit();
    this.#end();
    return true;
  }

  takeBack(): boolean {
    if (this.#points.length === 0) return false;
    this.#points.pop();
    if (this.#points.length === 0) return this.cancel() || true;
    this.#context.editor.announce((words) => words.stage.tookBack);
    this.#show();
    return true;
  }

  cancel(): boolean {
    const wasDrawing = this.#points.length > 0 || this.#way.length > 0;
    this.#end();
    return wasDrawing;
  }

  get #min(): number {
    return minPoints(this.#type) ?? 2;
  }

  #end(): void {
    this.#points = [];
    this.#way = [];
    this.#next = null;
    this.#pressed = null;
    this.#sketch.drop();
    this.#context.guides.clear();
  }

  #aimAt(aim: Aim): Point {
    const last = this.#points.at(-1);
    if (aim.isConstrained && last) return toPoint(straighten(last, aim.at));
    return toPoint(this.#context.guides.snap(aim));
  }

  #isOn(aim: Aim, point: Point | undefined): boolean {
    const reach = aim.isTouch ? TOUCH_POINT_REACH : POINT_REACH;
    return point !== undefined && isNear(toStage(this.#context.stage, point), aim.on, reach);
  }

  #simpleWay(): Point[] {
    const tolerance = TOLERANCE / this.#context.stage.view.value.scale;
    const room = POINTS_MAX - this.#points.length;
    return room > 0 ? simplifyTo(this.#way, tolerance, Math.max(2, room)).slice(0, room).map(toPoint) : [];
  }

  #show(): void {
    const tolerance = TOLERANCE / this.#context.stage.view.value.scale;
    const points = [...this.#points, ...simplify(this.#way, tolerance).map(toPoint)];
    const placed = points.length;
    if (this.#next) points.push(this.#next);
    const [first] = points;
    if (!first) return this.#sketch.drop();
    const canFinish = placed >= this.#min;
    // Until it has enough points it is shown as a line.
    const type = points.length < this.#min ? "freehand" : this.#type;
    this.#sketch.show({ type, geometry: { points } }, this.#points.length, canFinish, this.#type);
  }

  /** The points that are placed, for whoever draws them. */
  get points(): readonly Point[] {
    return this.#points;
  }

  get next(): Point | null {
    return this.#next;
  }
}
