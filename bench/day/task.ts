import type { Annotation } from "../../src/protocol/model/annotation.ts";
import { makeRandom } from "../page/make-random.ts";

/** A rectangle in image pixels, and which label it is to get. */
export interface Target {
  x: number;
  y: number;
  width: number;
  height: number;
  label: string;
}

export const LABELS = ["car", "person", "bicycle", "sign", "dog"];
/** Street scenes are like this: most things are of one kind. Of a hundred. */
const SHARES = [45, 25, 15, 10, 5];
/** The sides of a box, as parts of the picture's shorter side. */
const [SIDE_MIN, SIDE_MAX] = [0.03, 0.3];

/**
 * Boxes of many sizes all over a picture, in the order in which people go: row after row. The same ones each time.
 * Small ones are more frequent, as they are in photos.
 */
export function makeTask(count: number, picture: { width: number; height: number }): Target[] {
  const random = makeRandom(15);
  const side = (): number => {
    const part = SIDE_MIN * (SIDE_MAX / SIDE_MIN) ** random();
    return Math.round(part * Math.min(picture.width, picture.height));
  };
  const targets = Array.from({ length: count }, (): Target => {
    const [width, height] = [side(), side()];
    return {
      x: Math.round(random() * (picture.width - width)),
      y: Math.round(random() * (picture.height - height)),
      width,
      height,
      label: pickLabel(random() * 100),
    };
  });
  const row = ({ y }: Target): number => Math.floor((8 * y) / picture.height);
  return targets.sort((a, b) => row(a) - row(b) || a.x - b.x);
}

function pickLabel(at: number): string {
  let sum = 0;
  return LABELS.find((_, index) => (sum += SHARES[index] ?? 0) > at) ?? "";
}

/** Screen pixels that an edge may be off: rounding on top of what `planGrid` and `planArrows` allow. */
const OFF_MAX = 4.5;

/** What is not as wanted: in the order of the task, each box is to have its edges and its label. */
export function findWrong(task: readonly Target[], marks: readonly Annotation[], scale: number): string[] {
  const made = marks.toSorted((a, b) => a.ordinal - b.ordinal);
  const wrong = task.flatMap(({ x, y, width, height, label }, at) => {
    const mark = made[at];
    if (mark?.type !== "box") return [`box ${at} is missing`];
    const { geometry, labels } = mark;
    const off = [
      geometry.x - x,
      geometry.y - y,
      geometry.x + geometry.width - x - width,
      geometry.y + geometry.height - y - height,
    ].map((pixels) => Math.abs(pixels) * scale);
    const isRight = Math.max(...off) <= OFF_MAX && labels.join() === label;
    return isRight ? [] : [`box ${at} is off by ${off.join()}, labels ${labels.join()} instead of ${label}`];
  });
  return made.length > task.length ? [...wrong, `${made.length - task.length} too many`] : wrong;
}
