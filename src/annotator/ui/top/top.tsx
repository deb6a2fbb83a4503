import type { VNode } from "preact";
import { useAnnotator } from "../annotator-context.ts";
import { DocumentTitle } from "./document-title.tsx";
import { SaveState } from "./save-state.tsx";
import { StyleBar } from "./style-bar.tsx";

/** The title and the state of saving; beside it the style of the selection or the next mark. */
export function Top(): VNode {
  const { editor, options, words } = useAnnotator();
  return (
    <header class="top">
      <div class="sheet head">
        {options.home !== null && (
          <a class="button square" href={options.home} aria-label={words.status.home}>
            <svg class="mark-logo" aria-hidden="true">
              <use href="#i-mark" />
            </svg>
          </a>
        )}
        <DocumentTitle />
        <SaveState />
        <slot name="top" />
      </div>
      {editor.canEdit.value && <StyleBar />}
    </header>
  );
}
