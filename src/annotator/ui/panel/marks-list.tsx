import type { VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Annotation } from "../../../protocol/model/annotation.ts";
import { nameKey } from "../../editor/keymap.ts";
import { useAnnotator } from "../annotator-context.ts";
import { useVirtualRows } from "../parts/use-virtual-rows.ts";
import { MarkRow } from "./mark-row.tsx";
import { uncoverPicture } from "./uncover-picture.ts";

interface MarksListProps {
  /** Those that pass the filter, in the order in which they are listed. */
  marks: readonly Annotation[];
  /** How many there are without the filter. */
  total: number;
  onClear: () => void;
}

/**
 * The marks as a list: the way to them for the keyboard and for screen readers, too. Arrow keys select, Shift extends,
 * Ctrl adds, Enter shows the mark on the picture.
 */
export function MarksList({ marks, total, onClear }: MarksListProps): VNode {
  const { editor, stage, surface, words } = useAnnotator();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualRows(scroller, marks.length);
  const selection = editor.selection.value;
  const isSelected = useMemo(() => new Set(selection), [selection]);
  const placeOf = useMemo(() => new Map(marks.map(({ id }, index) => [id, index])), [marks]);
  const [active, setActive] = useState<string | null>(null);
  /** Where a range of rows begins. */
  const anchor = useRef<string | null>(null);

  const last = selection.at(-1) ?? null;
  useEffect(() => {
    // What is selected on the picture is seen in the list.
    if (last === null) return;
    setActive(last);
    rows.show(placeOf.get(last) ?? -1);
  }, [last]);

  const activeIndex = active === null ? -1 : (placeOf.get(active) ?? -1);
  const reveal = (id: string): void => {
    const box = stage.boundsOf(id);
    if (box) stage.reveal(box);
  };
  const selectRange = (index: number): void => {
    const from = placeOf.get(anchor.current ?? "") ?? index;
    const ids = marks.slice(Math.min(from, index), Math.max(from, index) + 1).map(({ id }) => id);
    editor.select(from > index ? ids.reverse() : ids);
  };
  const selectRow = (index: number, event: MouseEvent | KeyboardEvent): void => {
    const id = marks[index]?.id;
    if (id === undefined) return;
    setActive(id);
    if (event.shiftKey && anchor.current !== null) return selectRange(index);
    anchor.current = id;
    if (!event.ctrlKey && !event.metaKey) editor.select([id]);
    else if (isSelected.has(id)) editor.select(selection.filter((other) => other !== id));
    else editor.select([...selection, id]);
  };
  const moveTo = (wanted: number, event: KeyboardEvent): void => {
    const index = Math.max(0, Math.min(wanted, marks.length - 1));
    const id = marks[index]?.id;
    if (id === undefined) return;
    // With Ctrl only the place in the list moves.
    if (event.ctrlKey || event.metaKey) setActive(id);
    else selectRow(index, event);
    rows.show(index);
  };
  const onKey = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rows.rowHeight) - 1);
    if (event.key === "ArrowDown") moveTo(activeIndex + 1, event);
    else if (event.key === "ArrowUp") moveTo(activeIndex - 1, event);
    else if (event.key === "PageDown") moveTo(activeIndex + page, event);
    else if (event.key === "PageUp") moveTo(activeIndex - page, event);
    else if (event.key === "Home") moveTo(0, event);
    else if (event.key === "End") moveTo(marks.length - 1, event);
    else if (event.key === "Enter" && active !== null) reveal(active);
    else if (event.key === " " && activeIndex >= 0) selectRow(activeIndex, event);
    else if (nameKey(event) === "Ctrl+a") editor.select(marks.map(({ id }) => id));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const { first, last: end, rowHeight } = rows;
  const holders = surface.people.holders.value;
  const counts = surface.commentCounts.value;
  return (
    <div ref={scroller} class="rows" role="tabpanel" id="tab-panel" aria-labelledby="tab-marks">
      {marks.length === 0 && (
        <div class="nothing">
          <p>{total === 0 ? words.marks.none : words.marks.noneFound}</p>
          {total > 0 && (
            <button type="button" class="button edge" onClick={onClear}>
              {words.marks.clearFilter}
            </button>
          )}
        </div>
      )}
      <ul
        id="list"
        role="listbox"
        aria-label={words.marks.title}
        aria-multiselectable="true"
        aria-activedescendant={activeIndex >= first && activeIndex < end ? `row-${active}` : undefined}
        tabIndex={0}
        hidden={marks.length === 0}
        style={{
          blockSize: `${marks.length * rowHeight}px`,
          paddingBlockStart: `${first * rowHeight}px`,
        }}
        onKeyDown={onKey}
        onFocus={() => active === null && setActive(marks[0]?.id ?? null)}
      >
        {marks.slice(first, end).map((mark, offset) => (
          <MarkRow
            key={mark.id}
            mark={mark}
            place={first + offset}
            count={marks.length}
            isActive={mark.id === active}
            isSelected={isSelected.has(mark.id)}
            isHidden={editor.hidden.value.has(mark.id)}
            holders={holders.get(mark.id)}
            comments={counts.get(mark.id)}
            onSelect={(event) => {
              selectRow(first + offset, event);
              if (event.shiftKey || event.ctrlKey || event.metaKey) return;
              reveal(mark.id);
              uncoverPicture({ stage, surface });
            }}
          />
        ))}
      </ul>
    </div>
  );
}
