import { signal } from "@preact/signals";
import type { Annotation } from "../../protocol/model/annotation.ts";
import type { Point } from "../../protocol/model/geometry.ts";
import type { Bounds } from "../../scene/bounds.ts";
import type { Editor } from "../editor/editor.ts";
import { frameOf } from "../editor/geometry/frame.ts";
import { collectTargets, snapBounds, snapPoint, type SnapTargets } from "../editor/geometry/snapping.ts";
import type { Stage } from "../stage/stage-api.ts";
import type { Aim } from "./tool.ts";

/** Stage pixels within which something snaps. */
const REACH = 8;

/** Snapping, and the lines that show to what. */
export class Guides {
  /** What is snapped to, in image pixels. */
  readonly shown = signal<{ point: Point | null; segments: readonly [Point, Point][] }>({
    point: null,
    segments: [],
  });
  /** A rectangle that is dragged over the picture, in image pixels: to select, or for a text. */
  readonly box = signal<Bounds | null>(null);
  readonly #editor: Editor;
  readonly #stage: Stage;
  /** Made once for the marks as they are: a pointer moves much more often than they change. */
  #targets: { marks: readonly Annotation[]; without: ReadonlySet<string>; targets: SnapTargets } | undefined;

  constructor(editor: Editor, stage: Stage) {
    this.#editor = editor;
    this.#stage = stage;
  }

  /** The place that is meant: on a point or an edge nearby, or where the pointer is. */
  snap(aim: Aim, without: ReadonlySet<string> = none): Point {
    const targets = this.#find(aim, without);
    const snapped = targets && snapPoint(aim.at, targets, REACH / this.#stage.view.value.scale);
    this.shown.value = { point: snapped?.point ?? null, segments: snapped?.segments ?? [] };
    return snapped?.point ?? aim.at;
  }

  /** How far to move bounds beyond where the pointer moves them. */
  snapMove(aim: Aim, bounds: Bounds, without: ReadonlySet<string>): { dx: number; dy: number } {
    const targets = this.#find(aim, without);
    if (!targets) {
      this.clear();
      return { dx: 0, dy: 0 };
    }
    const { dx, dy, segments } = snapBounds(bounds, targets, REACH / this.#stage.view.value.scale);
    this.shown.value = { point: null, segments };
    return { dx, dy };
  }

  showBox([ax, ay]: Point, [bx, by]: Point): Bounds {
    const box = {
      left: Math.min(ax, bx),
      top: Math.min(ay, by),
      right: Math.max(ax, bx),
      bottom: Math.max(ay, by),
    };
    this.box.value = box;
    return box;
  }

  clear(): void {
    this.box.value = null;
    const { point, segments } = this.shown.value;
    if (point || segments.length > 0) this.shown.value = { point: null, segments: [] };
  }

  #find({ isFree }: Aim, without: ReadonlySet<string>): SnapTargets | undefined {
    const { isSnapping, marks, hidden } = this.#editor;
    if (!isSnapping.value || isFree) return undefined;
    if (this.#targets?.marks !== marks.value || this.#targets.without !== without) {
      const others = marks.value.filter(({ id }) => !without.has(id) && !hidden.value.has(id));
      const framed = others.map((mark) => ({ mark, frame: frameOf(mark, this.#stage.boundsOf(mark.id)) }));
      const targets = collectTargets(framed, this.#stage.size.value);
      this.#targets = { marks: marks.value, without, targets };
    }
    return this.#targets.targets;
  }
}

const none: ReadonlySet<string> = new Set();
