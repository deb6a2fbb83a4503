import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Annotation } from "../../../protocol/model/annotation.ts";
import { type Editor, isLocked } from "../../editor/editor.ts";
import { type Frame, frameAround, frameOf } from "../../editor/geometry/frame.ts";
import { hasVertices, type VertexMark } from "../../editor/geometry/vertices.ts";
import type { Point as StagePoint, Stage } from "../../stage/stage-api.ts";
import { toStage } from "../tool.ts";
import {
  frameHandlesAt,
  type Handle,
  type HandleSizes,
  mouseSizes,
  touchSizes,
  turnHandleAt,
  vertexHandlesAt,
} from "./handles.ts";

/** A point of a mark. */
export interface Corner {
  id: string;
  at: number;
}

/** The selection as it can be taken hold of: frames and handles, and which corner is chosen. */
export class SelectedHandles {
  /** The selected marks as they are shown: dragged ones where they are dragged to. */
  readonly marks: ReadonlySignal<readonly Annotation[]>;
  readonly frames: ReadonlySignal<readonly Frame[]>;
  /** The frame that has the handles. undefined: nothing is selected. */
  readonly frame: ReadonlySignal<Frame | undefined>;
  /** The one mark whose corners have handles, instead of its frame. */
  readonly cornered: ReadonlySignal<VertexMark | undefined>;
  readonly handles: ReadonlySignal<readonly Handle[]>;
  /** The corner that keys change. */
  readonly corner = signal<Corner | null>(null);
  /** Whether a mark with corners has a frame all the same: to resize and turn it as a whole. */
  readonly wantsFrame = signal(false);
  /** The last press came from a finger. */
  readonly isTouch = signal(false);
  readonly sizes: ReadonlySignal<HandleSizes>;

  constructor(editor: Editor, stage: Stage) {
    this.sizes = computed(() => (this.isTouch.value ? touchSizes : mouseSizes));
    this.marks = computed(() => {
      const preview = editor.preview.value;
      return editor.selected.value.map((mark) => preview.get(mark.id) ?? mark);
    });
    this.frames = computed(() => {
      // What a text takes is known when it is drawn.
      void stage.isDrawn.value;
      return this.marks.value.map((mark) =>
        frameOf(mark, mark.type === "text" ? stage.boundsOf(mark.id) : undefined),
      );
    });
    this.frame = computed(() => frameAround(this.frames.value));
    this.cornered = computed(() => {
      const [mark, ...others] = this.marks.value;
      if (!mark || others.length > 0 || !hasVertices(mark)) return undefined;
      const isLine = mark.geometry.points.length === 2;
      return this.wantsFrame.value && !isLine ? undefined : mark;
    });
    this.handles = computed(() => {
      const isHeld = editor.selected.value.some(isLocked);
      const isDrawing = editor.drawing.value !== null;
      if (!editor.canEdit.value || editor.tool.value !== "select" || isHeld || isDrawing) return [];
      return this.#place(stage);
    });
  }

  #place(stage: Stage): Handle[] {
    const { scale } = stage.view.value;
    const place = (point: [number, number]): StagePoint => toStage(stage, point);
    const sizes = this.sizes.value;
    const cornered = this.cornered.value;
    const frame = this.frame.value;
    if (cornered) {
      const { clientWidth, clientHeight } = stage.element;
      const isInSight = ({ x, y }: StagePoint): boolean =>
        x > -sizes.reach &&
        y > -sizes.reach &&
        x < clientWidth + sizes.reach &&
        y < clientHeight + sizes.reach;
      return vertexHandlesAt(cornered, place, sizes, isInSight);
    }
    const [first, ...others] = this.marks.value;
    if (!frame || !first) return [];
    const isAlone = others.length === 0;
    if (isAlone && first.type === "point") return [];
    // Lines of a text can be wider, not higher; letters grow at the corners.
    const isText = isAlone && first.type === "text";
    const handles = frameHandlesAt(frame, place, scale, sizes, ({ across, down }) => {
      if (isText) return across !== 0;
      // What is flat has no other edge to move.
      if (frame.width * scale < 1) return across === 0;
      if (frame.height * scale < 1) return down === 0;
      return true;
    });
    return [...handles, turnHandleAt(frame, place, scale, sizes)];
  }
}
