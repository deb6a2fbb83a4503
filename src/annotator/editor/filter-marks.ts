import type { Annotation, Review } from "../../protocol/model/annotation.ts";
import type { AnnotationType } from "../../protocol/model/geometry.ts";
import { isLocked } from "./editor.ts";

/** Which marks the list shows. An empty set asks for nothing: all pass. */
export interface MarkFilter {
  text: string;
  types: ReadonlySet<AnnotationType>;
  labels: ReadonlySet<string>;
  people: ReadonlySet<string>;
  reviews: ReadonlySet<Review>;
  /** Only those that are locked, or hidden. Both: either. */
  states: ReadonlySet<MarkState>;
}
export type MarkState = "locked" | "hidden";

export const noFilter: MarkFilter = {
  text: "",
  types: new Set(),
  labels: new Set(),
  people: new Set(),
  reviews: new Set(),
  states: new Set(),
};

/** Whether the filter asks for something beside the text that is typed. */
export function isChosen({ types, labels, people, reviews, states }: MarkFilter): boolean {
  return [types, labels, people, reviews, states].some((set) => set.size > 0);
}

/** The marks of a list, the topmost first. */
export function filterMarks(
  marks: readonly Annotation[],
  filter: MarkFilter,
  hidden: ReadonlySet<string>,
): readonly Annotation[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = marks.filter((mark) => {
    const { types, labels, people, reviews, states } = filter;
    if (types.size > 0 && !types.has(mark.type)) return false;
    if (labels.size > 0 && !mark.labels.some((label) => labels.has(label))) return false;
    if (people.size > 0 && !people.has(mark.author ?? "")) return false;
    if (reviews.size > 0 && !reviews.has(mark.review)) return false;
    if (states.size > 0) {
      const isIn = (states.has("locked") && isLocked(mark)) || (states.has("hidden") && hidden.has(mark.id));
      if (!isIn) return false;
    }
    if (words.length === 0) return true;
    const searched = searchText(mark);
    return words.every((word) => searched.includes(word));
  });
  return found.reverse();
}

/** What is searched in a mark. It is kept, as marks never change: each change makes a new one. */
const searchTexts = new WeakMap<Annotation, string>();
function searchText(mark: Annotation): string {
  let text = searchTexts.get(mark);
  if (text === undefined) {
    text = `${mark.labels.join("\n")}\n${mark.text}\n${mark.type}`.toLowerCase();
    searchTexts.set(mark, text);
  }
  return text;
}
