import { useComputed, useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { filterMarks, isChosen, noFilter } from "../../editor/filter-marks.ts";
import { isComposing } from "../../editor/is-composing.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import { Field } from "../parts/field.tsx";
import { Popover } from "../parts/popover.tsx";
import { FilterChoice } from "./filter-choice.tsx";
import { MarksList } from "./marks-list.tsx";

/** The list of marks, and what it leaves out. */
export function MarksTab(): VNode {
  const { editor, words } = useAnnotator();
  const filter = useSignal(noFilter);
  const shown = useComputed(() => filterMarks(editor.marks.value, filter.value, editor.hidden.value));
  const isFiltered = isChosen(filter.value);
  return (
    <>
      <div class="tool-row">
        <Field icon="search" label={words.marks.filter}>
          <input
            type="search"
            placeholder={words.marks.filterShort}
            value={filter.value.text}
            onInput={({ currentTarget }) => (filter.value = { ...filter.value, text: currentTarget.value })}
            onKeyDown={(event) => {
              event.stopPropagation();
              if (event.key === "Escape" && !isComposing(event)) filter.value = { ...filter.value, text: "" };
            }}
          />
        </Field>
        <button
          type="button"
          class="button square"
          popovertarget="mark-filter"
          aria-label={isFiltered ? words.marks.filterOn : words.marks.filterBy}
          aria-pressed={isFiltered}
        >
          <Icon name="filter" />
        </button>
        <Popover id="mark-filter" label={words.marks.filterBy} class="filter">
          {() => <FilterChoice filter={filter} />}
        </Popover>
      </div>
      <MarksList
        marks={shown.value}
        total={editor.marks.value.length}
        onClear={() => (filter.value = noFilter)}
      />
    </>
  );
}
