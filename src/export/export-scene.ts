import type { NoteStyle } from "../protocol/model/export-job.ts";
import type { MeasuredDrawing } from "../raster/draw/measure-drawing.ts";
import type { Bounds } from "../scene/bounds.ts";

/** All that an export shows: the part of the plane that becomes the picture, and what is drawn on it. */
export interface ExportScene {
  /** Image pixels. */
  frame: Bounds;
  /** The annotations, from bottom to top. */
  drawings: MeasuredDrawing[];
  /** Above them: badges, callouts, and what lies below the frame. */
  marks: MeasuredDrawing[];
  /** Height in image pixels of the legend and the list of notes below the frame; 0: there is neither. */
  footerHeight: number;
  warnings: string[];
}

export interface SceneOptions {
  /** Long lines become strokes, which are drawn faster as pixels; otherwise everything is SVG. */
  strokes: boolean;
  /** The opaque background of legend and list. */
  ground: string;
  legend: boolean;
  /** undefined: as "none", with a warning. */
  notes: NoteStyle | undefined;
}

/** All drawings, from bottom to top. */
export function allDrawings({ drawings, marks }: ExportScene): readonly MeasuredDrawing[] {
  return [...drawings, ...marks];
}

/** Bytes that a drawing holds. Its SVG is ASCII, a byte a character, except for titles. */
export function drawingBytes({ svg, stroke }: Pick<MeasuredDrawing, "svg" | "stroke">): number {
  return svg.length + (stroke?.points.byteLength ?? 0);
}
