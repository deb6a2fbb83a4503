import type { Annotation } from "../../protocol/model/annotation.ts";

/** By `z_index`, then in the order of creation (docs/spec.md R49). No two are equal. */
export function compareAnnotations(a: Annotation, b: Annotation): number {
  return a.z_index - b.z_index || a.ordinal - b.ordinal || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Annotations in drawing order. A change costs a binary search, and the move of what lies above. */
export class DrawingOrder {
  #sorted: Annotation[] = [];

  load(annotations: readonly Annotation[]): void {
    this.#sorted = [...annotations].sort(compareAnnotations);
  }

  /** Puts `after` in the place of `before`. undefined: there is none. */
  replace(before: Annotation | undefined, after: Annotation | undefined): void {
    const from = before && this.#search(before);
    if (from !== undefined && after && compareAnnotations(before as Annotation, after) === 0)
      this.#sorted[from] = after;
    else {
      if (from !== undefined) this.#sorted.splice(from, 1);
      if (after) this.#sorted.splice(this.#search(after), 0, after);
    }
  }

  toArray(): readonly Annotation[] {
    return [...this.#sorted];
  }

  /** Where an annotation is, or would be. */
  #search(annotation: Annotation): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = this.#sorted[middle];
      if (at && compareAnnotations(at, annotation) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
