import type { Annotation, Style } from "../protocol/model/annotation.ts";
import { drawBox, drawEllipse, drawPolygon } from "./draw-areas.ts";
import { drawArrow, drawLine } from "./draw-lines.ts";
import { drawPin } from "./draw-pin.ts";
import { drawText } from "./draw-text.ts";
import { sidesWithin } from "./edges.ts";
import type { Canvas, Shape } from "./shape.ts";
import { foldOpacity } from "./paint.ts";
import { attributes, escapeXml } from "./svg-text.ts";

/** A drawn annotation: its SVG, and where it belongs among others. */
export interface Drawing extends Shape {
  id: string;
  zIndex: number;
  ordinal: number;
  opacity: number;
  /** Image pixels of the part of its bounds within the frame; 0 × 0: nothing is. */
  visible: { width: number; height: number };
}

/**
 * Draws one annotation as SVG elements in image pixels, to be shown with `opacity`. Its `text` becomes a `<title>`, so
 * that viewers and screen readers find it; only the type `text` also shows it. Labels are data and are not drawn. A
 * fully transparent annotation draws nothing.
 */
export function drawAnnotation(annotation: Annotation, canvas: Canvas): Drawing {
  const { id, text } = annotation;
  const style = paintsOnce(annotation) ? foldOpacity(annotation.style) : annotation.style;
  const { stroke, ...shape } = drawShape(annotation, style, canvas);
  const title = text.trim() === "" ? "" : `<title>${escapeXml(text)}</title>`;
  const opacity = style.opacity * (shape.opacity ?? 1);
  const [width, height] = sidesWithin(shape.bounds, canvas.frame);
  const drawing = {
    ...shape,
    id,
    zIndex: annotation.z_index,
    ordinal: annotation.ordinal,
    opacity,
    visible: { width, height },
  };
  if (opacity === 0) return { ...drawing, svg: "", figures: [] };
  const svg = shape.svg === "" ? "" : `<g${attributes({ "data-id": id })}>${title}${shape.svg}</g>`;
  return { ...drawing, svg, ...(stroke && { stroke }) };
}

/** Whether it draws nothing at all. */
export function isEmpty({ svg, stroke }: Pick<Drawing, "svg" | "stroke">): boolean {
  return svg === "" && stroke === undefined;
}

/** The SVG of a drawing with its opacity. */
export function drawingElement({ svg, opacity }: Pick<Drawing, "svg" | "opacity">): string {
  return opacity < 1 ? `<g${attributes({ opacity })}>${svg}</g>` : svg;
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
