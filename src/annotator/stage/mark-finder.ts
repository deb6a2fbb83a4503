import type { Annotation } from "../../protocol/model/annotation.ts";
import type { Bounds } from "../../scene/bounds.ts";
import { isLocked } from "../editor/editor.ts";
import { bySize, hitsMark } from "./hit-test.ts";
import { markBounds, type MeasureText } from "./mark-bounds.ts";
import type { Point } from "./stage-api.ts";
import type { Size } from "./view-geometry.ts";

/**
 * Finds marks by place. It looks at all of them: for 2,000 that takes a twentieth of a millisecond, as their bounds are
 * kept.
 */
export class MarkFinder {
  readonly #measureText: MeasureText;
  #bounds = new WeakMap<Annotation, Bounds>();
  #picture: Size = { width: 0, height: 0 };

  constructor(measureText: MeasureText) {
    this.#measureText = measureText;
  }

  /** @param picture pixels of the picture that the marks are on */
  boundsOf(mark: Annotation, picture: Size): Bounds {
    // Pins turn away from the edges.
    if (picture !== this.#picture) this.forget();
    this.#picture = picture;
    const known = this.#bounds.get(mark);
    if (known) return known;
    const bounds = markBounds(mark, picture, this.#measureText);
    this.#bounds.set(mark, bounds);
    return bounds;
  }

  /** Texts were laid out since. */
  forget(): void {
    this.#bounds = new WeakMap();
  }

  /**
   * Ids of the marks at a place, the smallest first. Everything is in image pixels.
   *
   * @param marks in drawing order
   * @param withLocked whether locked ones are found, too
   */
  find(
    marks: readonly Annotation[],
    { x, y }: Point,
    tolerance: number,
    picture: Size,
    hidden: ReadonlySet<string>,
    withLocked = false,
  ): string[] {
    const found: { id: string; bounds: Bounds; order: number }[] = [];
    for (const [order, mark] of marks.entries()) {
      const bounds = this.boundsOf(mark, picture);
      if (x < bounds.left - tolerance || x > bounds.right + tolerance) continue;
      if (hidden.has(mark.id) || mark.style.opacity === 0 || (!withLocked && isLocked(mark))) continue;
      if (hitsMark(mark, [x, y], tolerance, bounds, this.#measureText))
        found.push({ id: mark.id, bounds, order });
    }
    return found.sort(bySize).map(({ id }) => id);
  }
}
