import type { Annotation, Style } from "../protocol/model/annotation.ts";
import { drawBox, drawEllipse, drawPolygon } from "./draw-areas.ts";
import { drawArrow, drawLine } from "./draw-lines.ts";
import { drawPin } from "./draw-pin.ts";
import { drawText } from "./draw-text.ts";
import { sidesWithin } from "./edges.ts";
import type { Canvas, Shape } from "./shape.ts";
import { foldOpacity, type Attributes } from "./paint.ts";
import { attributes, escapeXml } from "./svg-text.ts";
import { writeText } from "./text-svg.ts";

/** A drawn annotation: what it draws, and where it belongs among others. */
export interface Drawing extends Shape {
  id: string;
  /** The version of the annotation; 0: it is none. */
  version: number;
  /** The group around its elements in a file; absent: none. */
  group?: { attributes: Attributes; title: string };
  zIndex: number;
  ordinal: number;
  opacity: number;
  /** Image pixels of the part of its bounds within the frame; 0 × 0: nothing is. */
  visible: { width: number; height: number };
}

/**
 * Draws one annotation in image pixels, to be shown with `opacity`. Its `text` becomes a `<title>`, so that viewers and
 * screen readers find it; only the type `text` also shows it. Labels are data and are not drawn. A fully transparent
 * annotation draws nothing.
 */
export function drawAnnotation(annotation: Annotation, canvas: Canvas): Drawing {
  const { id, version, text } = annotation;
  const style = paintsOnce(annotation) ? foldOpacity(annotation.style) : annotation.style;
  const { stroke, texts, ...shape } = drawShape(annotation, style, canvas);
  const opacity = style.opacity * (shape.opacity ?? 1);
  const [width, height] = sidesWithin(shape.bounds, canvas.frame);
  const drawing = {
    ...shape,
    id,
    version,
    group: { attributes: { "data-id": id }, title: text.trim() === "" ? "" : text },
    zIndex: annotation.z_index,
    ordinal: annotation.ordinal,
    opacity,
    visible: { width, height },
  };
  if (opacity === 0) return { ...drawing, svg: "", figures: [] };
  return { ...drawing, ...(texts && { texts }), ...(stroke && { stroke }) };
}

/** Whether it draws nothing at all. */
export function isEmpty({ svg, texts, stroke }: Pick<Drawing, "svg" | "texts" | "stroke">): boolean {
  return svg === "" && texts === undefined && stroke === undefined;
}

/** The SVG of a drawing without a stroke. It refers to the definitions of its glyphs and emoji. */
export function drawingElement(drawing: Omit<Drawing, "figures">): string {
  const { id, version, svg, texts = [], opacity, group } = drawing;
  const elements = svg + texts.map((text) => writeText(text, `text-${id}-${version}`)).join("");
  if (elements === "") return "";
  const title = group && group.title !== "" ? `<title>${escapeXml(group.title)}</title>` : "";
  const grouped = group ? `<g${attributes(group.attributes)}>${title}${elements}</g>` : elements;
  return opacity < 1 ? `<g${attributes({ opacity })}>${grouped}</g>` : grouped;
}

/** Orders drawings from bottom to top: by `z_index`, then by creation. */
export function compareDrawings(a: Order, b: Order): number {
  return a.zIndex - b.zIndex || a.ordinal - b.ordinal;
}

type Order = Pick<Drawing, "zIndex" | "ordinal">;

/**
 * Whether its elements never overlap each other. Then the colours can carry the opacity, without a layer of its own.
 */
function paintsOnce({ type, style }: Annotation): boolean {
  if (type === "point" || type === "text") return false;
  const area = type === "box" || type === "ellipse" || type === "polygon";
  return !area || style.fill === null || style.stroke === null || style.stroke_width === 0;
}

function drawShape(annotation: Annotation, style: Style, canvas: Canvas): Shape {
  switch (annotation.type) {
    case "box":
      return drawBox(annotation.geometry, style, canvas);
    case "ellipse":
      return drawEllipse(annotation.geometry, style, canvas);
    case "polygon":
      return drawPolygon(annotation.geometry, style, canvas);
    case "line":
    case "polyline":
    case "freehand":
      return drawLine(annotation.geometry, style, canvas);
    case "arrow":
      return drawArrow(annotation.geometry, style, canvas);
    case "text":
      return drawText(annotation.geometry, annotation.text, style, canvas);
    case "point":
      return drawPin(annotation.geometry, style, canvas);
  }
}
