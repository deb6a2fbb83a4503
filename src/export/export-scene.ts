import type { CollectedComments } from "./threads.ts";
import type { NoteStyle } from "../protocol/model/export-job.ts";
import type { LabelDefinition } from "../protocol/model/label-set.ts";
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
  /** Bytes of the glyphs and emoji that the texts share. */
  outlineBytes: number;
  warnings: string[];
}

export interface SceneOptions {
  /** Long lines become strokes, which are drawn faster as pixels; otherwise everything is SVG. */
  strokes: boolean;
  /** The opaque background of legend and list. */
  ground: string;
  /** The labels of the document's label set: the legend has their colours and order. null: there is no legend. */
  legend: readonly LabelDefinition[] | null;
  /** undefined: as "none", with a warning. */
  notes: NoteStyle | undefined;
  /** The comments, which are shown with the notes. null: they are not. */
  comments: CollectedComments | null;
}

/** All drawings, from bottom to top. */
export function allDrawings({ drawings, marks }: ExportScene): readonly MeasuredDrawing[] {
  return [...drawings, ...marks];
}

/** About what a text holds: for its objects, and for each glyph a reference and three numbers. */
const TEXT_BYTES = 600;
const GLYPH_BYTES = 4 + 3 * 4;
const EMOJI_BYTES = 60;

/** Bytes that a drawing holds, without the outlines that it shares with others. Its SVG is ASCII. */
export function drawingBytes(drawing: Pick<MeasuredDrawing, "svg" | "texts" | "stroke" | "group">): number {
  const { svg, texts = [], stroke, group } = drawing;
  const letters = texts.reduce(
    (sum, { text: { glyphs, emoji } }) =>
      sum + TEXT_BYTES + glyphs.length * GLYPH_BYTES + emoji.length * EMOJI_BYTES,
    0,
  );
  return svg.length + (group?.title.length ?? 0) + letters + (stroke?.points.byteLength ?? 0);
}
