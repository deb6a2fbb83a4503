import type { Annotation } from "../../protocol/annotation.ts";
import { geometrySchemas, type AnnotationType } from "../../protocol/geometry.ts";
import { drawBox, drawEllipse, drawPolygon } from "./draw-areas.ts";
import { drawArrow, drawLine } from "./draw-lines.ts";
import { drawPin } from "./draw-pin.ts";
import { drawText } from "./draw-text.ts";
import type { Canvas, Shape } from "./shape.ts";
import { foldOpacity } from "./paint.ts";
import { attributes, escapeXml } from "./svg-text.ts";

/** An annotation drawn: what it takes to place it among others, and its SVG. */
export interface Drawing extends Required<Shape> {
  id: string;
  zIndex: number;
  ordinal: number;
}

/**
 * One annotation as SVG elements in image pixels, to be shown with `opacity`. Its `text` is a `<title>`, so that viewers and screen
 * readers find it; only the kind `text` also shows it. Labels are data and are not drawn. What is wholly transparent draws nothing.
 */
export function drawAnnotation(annotation: Annotation, canvas: Canvas): Drawing {
  const { id, text } = annotation;
  const style = paintsOnce(annotation) ? foldOpacity(annotation.style) : annotation.style;
  const shape = drawers[annotation.type]({ ...annotation, style }, canvas);
  const title = text.trim() === "" ? "" : `<title>${escapeXml(text)}</title>`;
  const opacity = style.opacity * (shape.opacity ?? 1);
  return {
    id,
    zIndex: annotation.z_index,
    ordinal: annotation.ordinal,
    bounds: shape.bounds,
    opacity,
    svg:
      shape.svg === "" || opacity === 0 ? "" : `<g${attributes({ "data-id": id })}>${title}${shape.svg}</g>`,
  };
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

/** `type` says which geometry it is; the schema of that type gives it its TypeScript type again. */
const drawers: Record<AnnotationType, (annotation: Annotation, canvas: Canvas) => Shape> = {
  box: ({ geometry, style }) => drawBox(geometrySchemas.box.parse(geometry), style),
  ellipse: ({ geometry, style }) => drawEllipse(geometrySchemas.ellipse.parse(geometry), style),
  line: ({ geometry, style }) => drawLine(geometrySchemas.line.parse(geometry), style),
  arrow: ({ geometry, style }) => drawArrow(geometrySchemas.arrow.parse(geometry), style),
  polyline: ({ geometry, style }) => drawLine(geometrySchemas.polyline.parse(geometry), style),
  polygon: ({ geometry, style }) => drawPolygon(geometrySchemas.polygon.parse(geometry), style),
  freehand: ({ geometry, style }) => drawLine(geometrySchemas.freehand.parse(geometry), style),
  text: ({ geometry, style, text }, canvas) =>
    drawText(geometrySchemas.text.parse(geometry), text, style, canvas),
  point: ({ geometry, style }, canvas) => drawPin(geometrySchemas.point.parse(geometry), style, canvas),
};
