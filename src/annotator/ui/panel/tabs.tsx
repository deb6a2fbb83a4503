import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { useAnnotator } from "../annotator-context.ts";
import type { PanelTab } from "../dialog-state.ts";

const tabs = ["marks", "comments", "history"] as const satisfies readonly PanelTab[];

/** The tabs of the panel: arrow keys go from one to the next. */
export function Tabs(): VNode {
  const { editor, surface, words, language } = useAnnotator();
  const { tab } = surface.dialogs;
  const list = useRef<HTMLDivElement>(null);
  const comments = [...surface.commentCounts.value.values()].reduce((sum, { count }) => sum + count, 0);
  const counts = { marks: editor.marks.value.length, comments, history: 0 };
  const choose = (index: number): void => {
    const next = tabs.at(index % tabs.length) ?? "marks";
    tab.value = next;
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  const onKey = (event: KeyboardEvent): void => {
    const isMirrored = getComputedStyle(event.currentTarget as Element).direction === "rtl";
    const index = tabs.indexOf(tab.value);
    const ahead = isMirrored ? "ArrowLeft" : "ArrowRight";
    if (event.key === ahead) choose(index + 1);
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") choose(index - 1);
    else if (event.key === "Home") choose(0);
    else if (event.key === "End") choose(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={list} class="tabs" role="tablist" aria-label={words.marks.tabs} onKeyDown={onKey}>
      {tabs.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          aria-controls={tab.value === name ? "tab-panel" : undefined}
          aria-selected={tab.value === name}
          tabIndex={tab.value === name ? 0 : -1}
          onClick={() => (tab.value = name)}
        >
          {words.marks.tab[name]}
          {counts[name] > 0 && (
            <span class="count"> {new Intl.NumberFormat(language).format(counts[name])}</span>
          )}
        </button>
      ))}
    </div>
  );
}
