import type { AnnotationDraft } from "../../src/protocol/model/annotation.ts";
import type { Point } from "../../src/protocol/model/geometry.ts";
import { makeRandom } from "./make-random.ts";

/** Pixels of the photo: 12 megapixels. */
export const PHOTO = { width: 4_000, height: 3_000 };

const pens = ["#e2271c", "#e28401", "#ffe714", "#63d97b", "#0fa989", "#1f58fb", "#8324b0", "#fca0de"];
const words = ["Bridge", "Path washed out", "Moss, second year", "Grundwasser", "地面", "مسار"];

/**
 * Marks as they lie on a busy photo, the same ones each time. Of 2,000, 100 are freehands of 500 points and 130 texts;
 * the others are boxes, ellipses, lines, arrows, polylines, polygons and points.
 */
export function makeMarks(count = 2_000): AnnotationDraft[] {
  const random = makeRandom(7);
  const between = (low: number, high: number): number =>
    Math.round((low + random() * (high - low)) * 100) / 100;
  const place = (): Point => [between(0, PHOTO.width), between(0, PHOTO.height)];
  const walk = (count: number, step: number): Point[] => {
    let [x, y] = place();
    return Array.from({ length: count }, () => {
      x = Math.min(PHOTO.width, Math.max(0, x + between(-step, step)));
      y = Math.min(PHOTO.height, Math.max(0, y + between(-step, step)));
      return [Math.round(x * 100) / 100, Math.round(y * 100) / 100];
    });
  };
  return Array.from({ length: count }, (_, index): AnnotationDraft => {
    const stroke = pens[index % pens.length] ?? "#000000";
    const style = { stroke, stroke_width: between(2, 8), fill: index % 5 === 0 ? `${stroke}33` : null };
    const [x, y] = place();
    if (index % 20 === 0) return { type: "freehand", geometry: { points: walk(500, 12) }, style };
    if (index % 20 === 1 || index % 67 === 2)
      return {
        type: "text",
        text: words[index % words.length] ?? "",
        geometry: { x, y },
        style: { stroke, font_size: 40 },
      };
    switch (index % 7) {
      case 0:
        return {
          type: "ellipse",
          geometry: { cx: x, cy: y, rx: between(20, 200), ry: between(20, 120) },
          style,
        };
      case 1:
        return { type: "polygon", geometry: { points: walk(8, 120) }, style };
      case 2:
        return { type: "polyline", geometry: { points: walk(6, 150) }, style };
      case 3:
        return { type: "arrow", geometry: { points: walk(2, 300) }, style };
      case 4:
        return { type: "point", geometry: { x, y }, style };
      default:
        return { type: "box", geometry: { x, y, width: between(20, 400), height: between(20, 300) }, style };
    }
  });
}
