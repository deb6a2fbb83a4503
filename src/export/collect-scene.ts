import type { Annotation } from "../protocol/annotation.ts";
import type { Document } from "../protocol/document.ts";
import { ExportFailure } from "./export-failure.ts";
import { growBounds, uniteBounds, type Bounds } from "./scene/bounds.ts";
import { compareDrawings, drawAnnotation, type Drawing } from "./scene/draw-annotation.ts";
import { drawLegend, LegendCount, type Legend } from "./scene/draw-legend.ts";
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
 * The SVG of all drawings, in characters: they are held in memory, each as one byte. About two million points of strokes, or
 * forty pages of text.
 */
const SCENE_MAX_CHARACTERS = 24 * 1024 * 1024;
/** Around the annotations of a document without picture and size, and its size where there are none: image pixels. */
const MARGIN = 16;
const EMPTY_FRAME: Bounds = { left: 0, top: 0, right: 800, bottom: 600 };
const UNBOUNDED: Bounds = { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity };
/** Missing characters that a warning names. */
const NAMED_MAX = 20;

/**
 * Draws the annotations, page by page, so that of what the document's object sends only one page is held. `assets` has the
 * fonts. `legendGround`: with a legend on this colour. Throws `ExportFailure` where there is too much to draw.
 */
export async function collectScene(
  document: Document,
  pages: AsyncIterable<readonly Annotation[]>,
  assets: Fetcher,
  legendGround?: string,
): Promise<Scene> {
  const { width, height } = document;
  const sized = width !== null && height !== null;
  const given = sized ? { left: 0, top: 0, right: width, bottom: height } : undefined;
  const texts = new TextLayout(assets);
  const canvas = { picture: given ?? UNBOUNDED, layoutText: texts.layout };
  const drawings: Drawing[] = [];
  const labels = new LegendCount();
  let characters = 0;
  for await (const page of pages) {
    for (const annotation of page) {
      // One after the other: the fonts of one text at a time are held.
      if (annotation.type === "text") await texts.load([annotation.text]);
      const drawing = drawAnnotation(annotation, canvas);
      characters += drawing.svg.length;
      if (characters > SCENE_MAX_CHARACTERS) {
        throw new ExportFailure(
          "The annotations are too many to draw: their lines and letters take more than 24 MiB. Delete some, or simplify long strokes.",
        );
      }
      if (drawing.svg === "") continue;
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
    ...(texts.standIns > 0 ? [describeStandIns(texts.standIns)] : []),
  ];
  return { frame, drawings, ...(legend && { legend }), warnings };
}

/** All that is drawn, from bottom to top: the legend is above what annotations reach down there. */
export function sceneDrawings({ drawings, legend }: Scene): readonly Drawing[] {
  if (!legend) return drawings;
  const { bounds, svg } = legend;
  return [...drawings, { id: "legend", zIndex: 0, ordinal: 0, opacity: 1, bounds, svg }];
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
  const named = codePoints
    .slice(0, NAMED_MAX)
    .map((codePoint) => `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`)
    .join(", ");
  const more = codePoints.length > NAMED_MAX ? ` and ${codePoints.length - NAMED_MAX} more` : "";
  return `No font here has these characters, which are drawn as boxes with their codes: ${named}${more}`;
}

function describeStandIns(emoji: number): string {
  return `A text has more emoji than can be shown: ${emoji} are drawn as boxes with their codes. Part it into several texts.`;
}
