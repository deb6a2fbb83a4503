import type { VNode } from "preact";
import { useAnnotator } from "../annotator-context.ts";
import { CommentsTab } from "../comments/comments-tab.tsx";
import { Icon } from "../icon.tsx";
import { HistoryTab } from "../history/history-tab.tsx";
import { Foot } from "./foot.tsx";
import { MarksTab } from "./marks-tab.tsx";
import { PeopleHere } from "./people-here.tsx";
import { Tabs } from "./tabs.tsx";

/** People, marks, comments and history. On a phone all but the people is a sheet from below. */
export function Panel(): VNode {
  const { editor, surface, words } = useAnnotator();
  const { dialog, isPanelOpen, tab } = surface.dialogs;
  const canShare = editor.access.value.canShare;
  return (
    <aside class="sheet panel" aria-label={words.marks.panel} data-open={isPanelOpen.value}>
      <div class="panel-head below">
        <PeopleHere />
        <div class="actions wide">
          <ShareAndExport canShare={canShare} />
        </div>
        <button
          type="button"
          class="button square dock"
          aria-label={words.marks.panel}
          aria-expanded={isPanelOpen.value}
          onClick={() => (isPanelOpen.value = !isPanelOpen.value)}
        >
          <Icon name="list" />
        </button>
      </div>
      <div
        class="panel-body"
        onKeyDown={(event) => {
          if (event.key === "Escape" && isPanelOpen.value) isPanelOpen.value = false;
        }}
      >
        <div class="sheet-handle">
          <button
            type="button"
            aria-label={words.marks.closePanel}
            onClick={() => (isPanelOpen.value = false)}
          >
            <svg class="pegs" aria-hidden="true">
              <use href="#i-pegs" />
            </svg>
          </button>
        </div>
        {/* What an application adds to the panel. */}
        <slot name="panel" />
        <Tabs />
        {tab.value === "marks" && <MarksTab />}
        {tab.value === "comments" && <CommentsTab />}
        {tab.value === "history" && <HistoryTab />}
        {tab.value === "marks" && <Foot />}
        <div class="actions dock">
          <ShareAndExport canShare={canShare} />
        </div>
      </div>
    </aside>
  );

  function ShareAndExport({ canShare: isOffered }: { canShare: boolean }): VNode {
    return (
      <>
        {isOffered && (
          <button type="button" class="button" onClick={() => (dialog.value = "share")}>
            {words.marks.share}
          </button>
        )}
        <button type="button" class="button ink" onClick={() => (dialog.value = "export")}>
          {words.marks.export}
        </button>
      </>
    );
  }
}
