import type { Point } from "../../protocol/model/geometry.ts";
import { boundsCenter, type Bounds } from "../../scene/bounds.ts";
import { ninthOf } from "../editor/geometry/grid.ts";
import type { Point as StagePoint } from "../stage/stage-api.ts";
import { linePath, round } from "./svg-lines.ts";

/** Stage pixels of a part's shorter side: below, its key would cover it; and below that, its lines would. */
const KEY_MIN = 36;
const LINE_MIN = 6;

/** The grid over an area, with the key of each of its nine parts. */
export function drawGrid(area: Bounds, keys: string, place: (point: Point) => StagePoint): string[] {
  const { left, top, right, bottom } = area;
  const [from, to] = [place([left, top]), place([right, bottom])];
  const [width, height] = [(to.x - from.x) / 3, (to.y - from.y) / 3];
  const side = Math.min(width, height);
  if (side < LINE_MIN) return [];
  const lines = [0, 1, 2, 3].flatMap((at) => {
    const [x, y] = [from.x + at * width, from.y + at * height];
    const upright = [
      { x, y: from.y },
      { x, y: to.y },
    ];
    const level = [
      { x: from.x, y },
      { x: to.x, y },
    ];
    return [linePath(upright, false), linePath(level, false)];
  });
  const d = lines.join("");
  const parts = [`<path class="guide-under fine" d="${d}"/>`, `<path class="guide fine" d="${d}"/>`];
  if (side < KEY_MIN) return parts;
  const names = Array.from(keys, (key, cell) => {
    const { x, y } = place(boundsCenter(ninthOf(area, cell)));
    return `<text class="grid-key" x="${round(x)}" y="${round(y)}">${key}</text>`;
  });
  return [...parts, ...names];
}
