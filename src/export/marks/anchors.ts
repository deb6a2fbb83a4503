import type { Annotation } from "../../protocol/model/annotation.ts";
import type { Point } from "../../protocol/model/geometry.ts";
import { boundsCenter, type Bounds } from "../../scene/bounds.ts";
import { turnPoints } from "../../scene/turn-points.ts";

/** The most corners of a polygon that are considered: enough for one to be near any note. */
const CORNERS_MAX = 24;

/**
 * Finds points at an annotation to which a note can be tied, the one for a badge first: the top left of an area, the
 * start of a line (an arrow's tip points at something), beside the head of a pin.
 */
export function findAnchors(annotation: Annotation, bounds: Bounds): Point[] {
  switch (annotation.type) {
    case "box": {
      const { x, y, width, height, rotation = 0 } = annotation.geometry;
      const center: Point = [x + width / 2, y + height / 2];
      const steps = [-0.5, 0, 0.5];
      const rim = steps
        .flatMap((dx) => steps.map((dy): Point => [dx, dy]))
        .filter(([dx, dy]) => dx !== 0 || dy !== 0);
      const points = rim.map(([dx, dy]): Point => [center[0] + dx * width, center[1] + dy * height]);
      return topLeftFirst(turnPoints(points, center, rotation));
    }
    case "ellipse": {
      const { cx, cy, rx, ry, rotation = 0 } = annotation.geometry;
      const rim = Array.from({ length: 8 }, (_, eighth): Point => {
        const angle = (eighth * Math.PI) / 4;
        return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)];
      });
      return topLeftFirst(turnPoints(rim, [cx, cy], rotation));
    }
    case "polygon": {
      const { points } = annotation.geometry;
      const step = Math.ceil(points.length / CORNERS_MAX);
      return topLeftFirst(points.filter((_, index) => index % step === 0));
    }
    case "line":
    case "arrow":
    case "polyline":
    case "freehand":
      return annotation.geometry.points.slice(0, 1);
    case "point":
    case "text":
      return [
        [bounds.right, bounds.top],
        [bounds.left, bounds.top],
        [bounds.left, bounds.bottom],
        [bounds.right, bounds.bottom],
      ];
  }
}

/**
 * The anchors within the frame, best first; if there is none, the point of the frame nearest to the annotation's
 * centre.
 */
export function anchorsWithin(
  { anchors, bounds }: { anchors: readonly Point[]; bounds: Bounds },
  frame: Bounds,
): [Point, ...Point[]] {
  const [first, ...rest] = anchors.filter(
    ([x, y]) => x >= frame.left && x <= frame.right && y >= frame.top && y <= frame.bottom,
  );
  return first ? [first, ...rest] : [clampPoint(boundsCenter(bounds), frame)];
}

/** The point of `frame` nearest to a point; the middle of a frame that has no room. */
export function clampPoint([x, y]: Point, { left, top, right, bottom }: Bounds): Point {
  return [clamp(x, left, right), clamp(y, top, bottom)];
}

function clamp(value: number, low: number, high: number): number {
  return low > high ? (low + high) / 2 : Math.min(high, Math.max(low, value));
}

function topLeftFirst(points: readonly Point[]): Point[] {
  return [...points].sort((a, b) => a[0] + a[1] - b[0] - b[1] || a[0] - b[0]);
}
