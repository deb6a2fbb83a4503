import type { Annotation } from "../protocol/annotation.ts";
import type { Document } from "../protocol/document.ts";
import { ExportFailure } from "./export-failure.ts";
import { growBounds, uniteBounds, type Bounds } from "./scene/bounds.ts";
import {
  compareDrawings,
  drawAnnotation,
  drawingBytes,
  isEmpty,
  type Drawing,
} from "./scene/draw-annotation.ts";
import { drawLegend, LegendCount, type Legend } from "./scene/draw-legend.ts";
import { Turns } from "./picture/turns.ts";
import { TextLayout } from "./text/text-layout.ts";

/** What is to be seen: the part of the plane that becomes the picture, and what is drawn on it, from bottom to top. */
export interface Scene {
  /** Image pixels. */
  frame: Bounds;
  drawings: Drawing[];
  /** Below the frame; absent: none was asked for, or there is no label. */
  legend?: Legend;
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
const UNBOUNDED: Bounds = { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity };
/** Missing characters that a warning names. */
const NAMED_MAX = 20;

export interface SceneOptions {
  /** Long lines as strokes, for pixels; else all as SVG. */
  strokes: boolean;
  /** With a legend on this colour. */
  legendGround?: string | undefined;
}

/**
 * Draws the annotations, page by page, so that of what the document's object sends only one page is held. `assets` has the
 * fonts. Throws `ExportFailure` where there is too much to draw.
 */
export async function collectScene(
  document: Document,
  pages: AsyncIterable<readonly Annotation[]>,
  assets: Fetcher,
  { strokes, legendGround }: SceneOptions,
): Promise<Scene> {
  const { width, height } = document;
  const sized = width !== null && height !== null;
  const given = sized ? { left: 0, top: 0, right: width, bottom: height } : undefined;
  const texts = new TextLayout(assets);
  const canvas = { picture: given ?? UNBOUNDED, layoutText: texts.layout, strokes };
  const drawings: Drawing[] = [];
  const labels = new LegendCount();
  let bytes = 0;
  const turns = new Turns();
  for await (const page of pages) {
    for (const annotation of page) {
      // One after the other: the fonts of one text at a time are held.
      if (annotation.type === "text") await texts.load([annotation.text]);
      const drawing = drawAnnotation(annotation, canvas);
      // A stroke of 10,000 points takes milliseconds, and a page may be full of them.
      await turns.pass();
      bytes += drawingBytes(drawing);
      if (bytes > SCENE_MAX_BYTES) {
        throw new ExportFailure(
          "The annotations are too many to draw: their lines and letters take more than 24 MiB. Export some of them (annotations: types, labels, authors), delete some, or simplify long strokes.",
        );
      }
      if (isEmpty(drawing)) continue;
      drawings.push(drawing);
      if (legendGround !== undefined) labels.add(annotation);
    }
  }
  drawings.sort(compareDrawings);
  const frame = given ?? frameAround(drawings);
  const entries = labels.entries();
  await texts.load(entries.map(({ label }) => label));
  const legend =
    legendGround !== undefined && entries.length > 0
      ? drawLegend(entries, frame, legendGround, canvas)
      : undefined;
  const warnings = [
    ...(given ? [] : [describeFrame(drawings.length)]),
    ...(legendGround === undefined ? [] : describeLegend(entries.length, labels.size)),
    ...(texts.missing.size > 0 ? [describeMissing([...texts.missing])] : []),
    ...(texts.missingMarks.size > 0 ? [describeMissingMarks([...texts.missingMarks])] : []),
    ...(texts.standIns > 0 ? [describeStandIns(texts.standIns)] : []),
  ];
  return { frame, drawings, ...(legend && { legend }), warnings };
}

/** All that is drawn, from bottom to top: the legend is above what annotations reach down there. */
export function sceneDrawings({ drawings, legend }: Scene): readonly Drawing[] {
  if (!legend) return drawings;
  const { height, bounds, svg } = legend;
  const visible = { width: bounds.right - bounds.left, height };
  // Its letters are few: what they cost is nothing beside the rest.
  const edges = 0;
  return [...drawings, { id: "legend", zIndex: 0, ordinal: 0, opacity: 1, bounds, svg, edges, visible }];
}

/** Whole pixels, so that a scale of 1 keeps them. */
function frameAround(drawings: readonly Drawing[]): Bounds {
  const [first, ...rest] = drawings;
  if (!first) return EMPTY_FRAME;
  const bounds = rest.reduce((united, drawing) => uniteBounds(united, drawing.bounds), first.bounds);
  const { left, top, right, bottom } = growBounds(bounds, MARGIN);
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

function describeLegend(shown: number, all: number): string[] {
  if (all === 0) return ["There is no legend: none of the annotations has a label"];
  return shown < all ? [`The legend has the ${shown} most used of ${all} labels`] : [];
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
