import type { Annotation, Style } from "../protocol/model/annotation.ts";
import { drawBox, drawEllipse, drawPolygon } from "./draw-areas.ts";
import { drawArrow, drawLine } from "./draw-lines.ts";
import { drawPin } from "./draw-pin.ts";
import { drawText } from "./draw-text.ts";
import { sidesWithin } from "./edges.ts";
import type { Canvas, Shape } from "./shape.ts";
import { foldOpacity } from "./paint.ts";
import { attributes, escapeXml } from "./svg-text.ts";

/** An annotation drawn: what it takes to place it among others, and its SVG. */
export interface Drawing extends Shape {
  id: string;
  zIndex: number;
  ordinal: number;
  opacity: number;
  /** Image pixels of what is within the picture: that is where the edges are. */
  visible: { width: number; height: number };
}

/**
 * One annotation as SVG elements in image pixels, to be shown with `opacity`. Its `text` is a `<title>`, so that viewers and screen
 * readers find it; only the kind `text` also shows it. Labels are data and are not drawn. What is wholly transparent draws nothing.
 */
export function drawAnnotation(annotation: Annotation, canvas: Canvas): Drawing {
  const { id, text } = annotation;
  const style = paintsOnce(annotation) ? foldOpacity(annotation.style) : annotation.style;
  const { stroke, ...shape } = drawShape(annotation, style, canvas);
  const title = text.trim() === "" ? "" : `<title>${escapeXml(text)}</title>`;
  const opacity = style.opacity * (shape.opacity ?? 1);
  const [width, height] = sidesWithin(shape.bounds, canvas.picture);
  const drawing = {
    ...shape,
    id,
    zIndex: annotation.z_index,
    ordinal: annotation.ordinal,
    opacity,
    visible: { width, height },
  };
  if (opacity === 0) return { ...drawing, svg: "" };
  const svg = shape.svg === "" ? "" : `<g${attributes({ "data-id": id })}>${title}${shape.svg}</g>`;
  return { ...drawing, svg, ...(stroke && { stroke }) };
}

/** Whether nothing of it is to be seen, wherever it is. */
export function isEmpty({ svg, stroke }: Drawing): boolean {
  return svg === "" && stroke === undefined;
}

/** Bytes that a drawing holds. Its text is ASCII, a byte a character, but for titles. */
export function drawingBytes({ svg, stroke }: Drawing): number {
  return svg.length + (stroke?.points.byteLength ?? 0);
}

/** A drawing as an element of its own, with its opacity. */
export function drawingElement({ svg, opacity }: Drawing): string {
  return opacity < 1 ? `<g${attributes({ opacity })}>${svg}</g>` : svg;
}

/** Lower first: by `z_index`, then what was made earlier, so that the order never depends on the reader. */
export function compareDrawings(a: Drawing, b: Drawing): number {
  return a.zIndex - b.zIndex || a.ordinal - b.ordinal;
}

/** What overlaps itself needs a picture of its own to be translucent as a whole: what is painted once does not. */
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
