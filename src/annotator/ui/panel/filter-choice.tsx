import type { Signal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { isLocked } from "../../editor/editor.ts";
import { isChosen, type MarkFilter, noFilter } from "../../editor/filter-marks.ts";
import { reviews } from "../../editor/review.ts";
import { drawingTools } from "../../editor/tool-name.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import { Dot } from "../parts/dot.tsx";

/** Labels that are offered: the most used ones. The others are found by typing. */
const LABELS_MAX = 24;
const PEOPLE_MAX = 12;

/** What the list of marks can be narrowed to, as far as there are such marks. */
export function FilterChoice({ filter }: { filter: Signal<MarkFilter> }): VNode {
  const { editor, surface, words } = useAnnotator();
  const marks = editor.marks.value;
  const types = count(marks.map(({ type }) => type));
  const labels = count(marks.flatMap((mark) => mark.labels));
  const people = count(marks.map(({ author }) => author ?? ""));
  const reviewed = count(marks.map(({ review }) => review));
  const states = {
    locked: marks.filter(isLocked).length,
    hidden: marks.filter(({ id }) => editor.hidden.value.has(id)).length,
  };
  const names = new Map(marks.map(({ author, author_name: name }) => [author ?? "", name]));
  const nameOf = (author: string): string =>
    surface.people.nameOf({ id: author || null, name: names.get(author) ?? null });

  const chips = <T extends string>(
    part: "types" | "labels" | "people" | "reviews" | "states",
    chosen: ReadonlySet<T>,
    options: readonly { value: T; name: string; count: number; sign?: ComponentChildren }[],
  ): VNode | null => {
    const offered = options.filter((option) => option.count > 0 || chosen.has(option.value));
    if (offered.length === 0) return null;
    return (
      <fieldset>
        <legend>{words.marks.parts[part]}</legend>
        <div class="chips">
          {offered.map(({ value, name, count: many, sign }) => (
            <button
              key={value}
              type="button"
              class="chip"
              aria-pressed={chosen.has(value)}
              onClick={() => (filter.value = { ...filter.value, [part]: toggle(chosen, value) })}
            >
              {sign}
              {name} <span class="count">{many}</span>
            </button>
          ))}
        </div>
      </fieldset>
    );
  };
  const { value } = filter;
  return (
    <>
      {chips(
        "types",
        value.types,
        drawingTools.map((type) => ({
          value: type,
          name: words.tools[type],
          count: types.get(type) ?? 0,
          sign: <Icon name={type} small />,
        })),
      )}
      {chips(
        "labels",
        value.labels,
        mostUsed(labels, LABELS_MAX).map(([name, many]) => ({
          value: name,
          name,
          count: many,
          sign: <Dot color={editor.labels.value.find((label) => label.name === name)?.color ?? "#000000"} />,
        })),
      )}
      {people.size > 1 &&
        chips(
          "people",
          value.people,
          mostUsed(people, PEOPLE_MAX).map(([author, many]) => ({
            value: author,
            name: nameOf(author),
            count: many,
          })),
        )}
      {reviewed.size > 1 &&
        chips(
          "reviews",
          value.reviews,
          reviews.map((review) => ({
            value: review,
            name: words.marks.review[review],
            count: reviewed.get(review) ?? 0,
          })),
        )}
      {chips("states", value.states, [
        { value: "locked", name: words.marks.locked, count: states.locked, sign: <Icon name="lock" small /> },
        {
          value: "hidden",
          name: words.marks.hidden,
          count: states.hidden,
          sign: <Icon name="eye-off" small />,
        },
      ])}
      <button
        type="button"
        class="button edge"
        disabled={!isChosen(value)}
        onClick={() => (filter.value = { ...noFilter, text: value.text })}
      >
        {words.marks.clearFilter}
      </button>
    </>
  );
}

function count<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function mostUsed(counts: ReadonlyMap<string, number>, max: number): [string, number][] {
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, max);
}

function toggle<T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}
