import type { Annotation } from "../protocol/model/annotation.ts";
import type { Document } from "../protocol/model/document.ts";
import { isLongLine, measureDrawing } from "../raster/draw/measure-drawing.ts";
import { growBounds, uniteBounds, type Bounds } from "../scene/bounds.ts";
import { compareDrawings, drawAnnotation, isEmpty } from "../scene/draw-annotation.ts";
import { LegendCount } from "./marks/draw-legend.ts";
import { drawMarks } from "./marks/draw-marks.ts";
import { NoteCollection } from "./marks/notes.ts";
import { createYielder } from "../event-loop.ts";
import type { Canvas } from "../scene/shape.ts";
import type { TextLayout } from "../text/text-layout.ts";
import { ExportFailure } from "./export-failure.ts";
import { drawingBytes, type ExportScene, type SceneOptions } from "./export-scene.ts";
import { SharedOutlines } from "./shared-outlines.ts";

/**
 * The most bytes that all drawings hold: characters of SVG, points of strokes, and glyphs with their outlines. About
 * three million points (half as many in an SVG export), or twenty thousand labels of 25 letters.
 */
const SCENE_MAX_BYTES = 24 * 1024 * 1024;
/**
 * For a document without image and size, in image pixels: the margin around its annotations, and the frame if it has
 * none.
 */
const MARGIN = 16;
const EMPTY_FRAME: Bounds = { left: 0, top: 0, right: 800, bottom: 600 };
/** The margin if there are callouts: a part of the longer side of the annotations, and at least so many pixels. */
const CALLOUT_MARGIN = 0.3;
const CALLOUT_MARGIN_MIN = 160;
const UNBOUNDED: Bounds = { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity };
/** The most missing characters that a warning names. */
const NAMED_MAX = 20;

/**
 * Draws the annotations page by page, so that only one page of what the document's object sends is held. Throws
 * `ExportFailure` if there is too much to draw.
 */
export async function collectScene(
  document: Document,
  pages: AsyncIterable<readonly Annotation[]>,
  texts: TextLayout,
  options: SceneOptions,
): Promise<ExportScene> {
  const { width, height } = document;
  const sized = width !== null && height !== null;
  const given = sized ? { left: 0, top: 0, right: width, bottom: height } : undefined;
  const visible = given ?? UNBOUNDED;
  const canvas: Canvas = {
    frame: visible,
    layoutText: texts.layout,
    wantsStroke: options.strokes ? (points) => isLongLine(points, visible) : undefined,
  };
  const drawings: ExportScene["drawings"] = [];
  const labels = new LegendCount(options.legend ?? []);
  const { byAnnotation, isComplete = true } = options.comments ?? {};
  const notes = new NoteCollection(options.notes === "numbers" || options.notes === "callouts", byAnnotation);
  const outlines = new SharedOutlines();
  let bytes = 0;
  const yieldToEventLoop = createYielder();
  for await (const page of pages) {
    for (const annotation of page) {
      // One text at a time, so that only its fonts are held.
      if (annotation.type === "text") await texts.load([annotation.text]);
      const drawing = outlines.share(measureDrawing(drawAnnotation(annotation, canvas), visible));
      // A stroke of 10,000 points takes milliseconds, and a page may be full of them.
      await yieldToEventLoop();
      const seen = drawing.visible.width > 0 && drawing.visible.height > 0;
      notes.add(annotation, drawing.bounds, seen);
      bytes += drawingBytes(drawing);
      checkBytes(bytes + outlines.bytes);
      if (isEmpty(drawing)) continue;
      drawings.push(drawing);
      if (options.legend && seen) labels.add(annotation);
    }
  }
  drawings.sort(compareDrawings);
  const shown = [...drawings, ...notes.notes].map(({ bounds }) => bounds);
  const frame = given ?? frameAround(shown, options.notes === "callouts" && notes.notes.length > 0);
  const drawn = await drawMarks({ labels, notes }, frame, options, texts);
  // Some marks lie below the frame, and all of them are seen.
  const marks = drawn.marks.map((mark) => outlines.share(measureDrawing(mark, UNBOUNDED)));
  checkBytes(marks.reduce((sum, mark) => sum + drawingBytes(mark), bytes + outlines.bytes));
  const warnings = [
    ...(given ? [] : [describeFrame(drawings.length)]),
    ...drawn.warnings,
    ...(isComplete ? [] : ["The document has more comments than an export can hold: some are left out"]),
    ...(texts.missing.size > 0 ? [describeMissing([...texts.missing])] : []),
    ...(texts.missingMarks.size > 0 ? [describeMissingMarks([...texts.missingMarks])] : []),
    ...(texts.standIns > 0 ? [describeStandIns(texts.standIns)] : []),
  ];
  return {
    frame,
    drawings,
    marks,
    footerHeight: drawn.footerHeight,
    outlineBytes: outlines.bytes,
    warnings,
  };
}

function checkBytes(bytes: number): void {
  if (bytes <= SCENE_MAX_BYTES) return;
  throw new ExportFailure(
    "The annotations are too many to draw: their lines and letters take more than 24 MiB. Export some of them (annotations: types, labels, authors), delete some, or simplify long strokes.",
  );
}

/** The frame for a document without size. It has whole pixels, so that a scale of 1 keeps them. */
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
