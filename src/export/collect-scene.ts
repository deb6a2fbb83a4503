import type { Annotation } from "../protocol/model/annotation.ts";
import type { Document } from "../protocol/model/document.ts";
import type { NoteStyle } from "../protocol/model/export-job.ts";
import { ExportFailure } from "../export-failure.ts";
import { growBounds, uniteBounds, type Bounds } from "../scene/bounds.ts";
import {
  compareDrawings,
  drawAnnotation,
  drawingBytes,
  isEmpty,
  type Drawing,
} from "../scene/draw-annotation.ts";
import { LegendCount } from "../scene/draw-legend.ts";
import { drawMarks } from "./draw-marks.ts";
import { NoteCollection } from "../scene/notes.ts";
import { Turns } from "../event-loop.ts";
import { TextLayout } from "../text/text-layout.ts";

/** What is to be seen: the part of the plane that becomes the picture, and what is drawn on it, from bottom to top. */
export interface Scene {
  /** Image pixels. */
  frame: Bounds;
  drawings: Drawing[];
  /** Above them: badges, callouts, and what is below the frame. */
  marks: Drawing[];
  /** Image pixels below the frame: legend and list of notes. 0: there is neither. */
  footerHeight: number;
  warnings: string[];
}

/**
 * What all drawings hold, in bytes: characters of SVG and points of strokes. About three million points (in an SVG export half as many),
 * or forty pages of text.
 */
const SCENE_MAX_BYTES = 24 * 1024 * 1024;
/** Around the annotations of a document without picture and size, and its size where there are none: image pixels. */
const MARGIN = 16;
const EMPTY_FRAME: Bounds = { left: 0, top: 0, right: 800, bottom: 600 };
/** … and, for callouts, this part of the annotations' longer side, and at least so many pixels. */
const CALLOUT_MARGIN = 0.3;
const CALLOUT_MARGIN_MIN = 160;
const UNBOUNDED: Bounds = { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity };
/** Missing characters that a warning names. */
const NAMED_MAX = 20;

export interface SceneOptions {
  /** Long lines as strokes, for pixels; else all as SVG. */
  strokes: boolean;
  /** An opaque colour, of legend and list. */
  ground: string;
  legend: boolean;
  /** undefined: as "none", with a warning. */
  notes: NoteStyle | undefined;
}

/**
 * Draws the annotations, page by page, so that of what the document's object sends only one page is held. `assets` has the
 * fonts. Throws `ExportFailure` where there is too much to draw.
 */
export async function collectScene(
  document: Document,
  pages: AsyncIterable<readonly Annotation[]>,
  assets: Fetcher,
  options: SceneOptions,
): Promise<Scene> {
  const { width, height } = document;
  const sized = width !== null && height !== null;
  const given = sized ? { left: 0, top: 0, right: width, bottom: height } : undefined;
  const texts = new TextLayout(assets);
  const canvas = { picture: given ?? UNBOUNDED, layoutText: texts.layout, strokes: options.strokes };
  const drawings: Drawing[] = [];
  const labels = new LegendCount();
  const notes = new NoteCollection(options.notes === "numbers" || options.notes === "callouts");
  let bytes = 0;
  const turns = new Turns();
  for await (const page of pages) {
    for (const annotation of page) {
      // One after the other: the fonts of one text at a time are held.
      if (annotation.type === "text") await texts.load([annotation.text]);
      const drawing = drawAnnotation(annotation, canvas);
      // A stroke of 10,000 points takes milliseconds, and a page may be full of them.
      await turns.pass();
      const seen = drawing.visible.width > 0 && drawing.visible.height > 0;
      notes.add(annotation, drawing.bounds, seen);
      bytes += drawingBytes(drawing);
      checkBytes(bytes);
      if (isEmpty(drawing)) continue;
      drawings.push(drawing);
      if (options.legend && seen) labels.add(annotation);
    }
  }
  drawings.sort(compareDrawings);
  const shown = [...drawings, ...notes.notes].map(({ bounds }) => bounds);
  const frame = given ?? frameAround(shown, options.notes === "callouts" && notes.notes.length > 0);
  const drawn = await drawMarks({ labels, notes }, frame, options, texts);
  checkBytes(drawn.marks.reduce((sum, mark) => sum + drawingBytes(mark), bytes));
  const warnings = [
    ...(given ? [] : [describeFrame(drawings.length)]),
    ...drawn.warnings,
    ...(texts.missing.size > 0 ? [describeMissing([...texts.missing])] : []),
    ...(texts.missingMarks.size > 0 ? [describeMissingMarks([...texts.missingMarks])] : []),
    ...(texts.standIns > 0 ? [describeStandIns(texts.standIns)] : []),
  ];
  return { frame, drawings, marks: drawn.marks, footerHeight: drawn.footerHeight, warnings };
}

/** All that is drawn, from bottom to top. */
export function sceneDrawings({ drawings, marks }: Scene): readonly Drawing[] {
  return [...drawings, ...marks];
}

function checkBytes(bytes: number): void {
  if (bytes <= SCENE_MAX_BYTES) return;
  throw new ExportFailure(
    "The annotations are too many to draw: their lines and letters take more than 24 MiB. Export some of them (annotations: types, labels, authors), delete some, or simplify long strokes.",
  );
}

/** Whole pixels, so that a scale of 1 keeps them. */
function frameAround(shown: readonly Bounds[], callouts: boolean): Bounds {
  const [first, ...rest] = shown;
  if (!first) return EMPTY_FRAME;
  const bounds = rest.reduce((united, each) => uniteBounds(united, each), first);
  const longer = Math.max(bounds.right - bounds.left, bounds.bottom - bounds.top);
  const margin = callouts ? Math.max(CALLOUT_MARGIN_MIN, longer * CALLOUT_MARGIN) : MARGIN;
  const { left, top, right, bottom } = growBounds(bounds, margin);
  return {
    left: Math.floor(left),
    top: Math.floor(top),
    right: Math.ceil(right),
    bottom: Math.ceil(bottom),
  };
}

function describeFrame(drawings: number): string {
  const why = "The document has no picture, width and height";
  return drawings === 0
    ? `${why}, and nothing is drawn on it: an empty sheet of ${EMPTY_FRAME.right} × ${EMPTY_FRAME.bottom} pixels was made`
    : `${why}: the sheet was made to fit its annotations`;
}

function describeMissing(codePoints: readonly number[]): string {
  return `No font here has these characters, which are drawn as boxes with their codes: ${nameCharacters(codePoints)}`;
}

function describeMissingMarks(codePoints: readonly number[]): string {
  return `No font here has these combining marks, which are left out: ${nameCharacters(codePoints)}`;
}

function nameCharacters(codePoints: readonly number[]): string {
  const named = codePoints
    .slice(0, NAMED_MAX)
    .map((codePoint) => `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`)
    .join(", ");
  const more = codePoints.length > NAMED_MAX ? ` and ${codePoints.length - NAMED_MAX} more` : "";
  return named + more;
}

function describeStandIns(emoji: number): string {
  return `A text has more emoji than can be shown: ${emoji} are drawn as boxes with their codes. Part it into several texts.`;
}
