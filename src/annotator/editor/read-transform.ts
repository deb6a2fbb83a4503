import { ROTATION_MAX } from "../../protocol/limits.ts";
import type { Point } from "../../protocol/model/geometry.ts";
import type { Transform } from "./geometry/transform-mark.ts";
import { isCoordinate, isRecord, isWithin } from "./read-shape.ts";

/**
 * Reads a transform that another client shows. A factor is at most what makes one pixel as long as a picture can be.
 */
export function readTransform(value: unknown): Transform | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, dx, dy, angle, sx, sy, degrees } = value;
  if (kind === "move") return isCoordinate(dx) && isCoordinate(dy) ? { kind, dx, dy } : undefined;
  if (kind === "turn") {
    const center = readPoint(value["center"]);
    return center && isAngle(degrees) ? { kind, center, degrees } : undefined;
  }
  if (kind !== "scale") return undefined;
  const anchor = readPoint(value["anchor"]);
  return anchor && isAngle(angle) && isCoordinate(sx) && isCoordinate(sy)
    ? { kind, anchor, angle, sx, sy }
    : undefined;
}

export function readPoint(value: unknown): Point | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [x, y] = value as readonly unknown[];
  return isCoordinate(x) && isCoordinate(y) ? [x, y] : undefined;
}

function isAngle(value: unknown): value is number {
  return isWithin(value, -ROTATION_MAX, ROTATION_MAX);
}
