import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useAnnotator } from "../annotator-context.ts";
import { DocumentTitle } from "./document-title.tsx";
import { SaveState } from "./save-state.tsx";
import { StyleBar } from "./style-bar.tsx";

/** Pixels between the bars and the picture. */
const GAP = 16;

/** The title and the state of saving; beside it the style of the selection or the next mark. */
export function Top(): VNode {
  const { editor, options, stage, words } = useAnnotator();
  const header = useRef<HTMLElement>(null);
  const head = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!header.current || !head.current) return undefined;
    const { current: whole } = header;
    const { current: title } = head;
    const observer = new ResizeObserver(() => {
      // Where the style does not fit beside the title, the picture is fitted below both.
      const isWrapped = whole.offsetHeight > title.offsetHeight;
      const covered = whole.offsetTop + whole.offsetHeight + GAP;
      stage.element.style.paddingBlockStart = isWrapped ? `${covered}px` : "";
    });
    observer.observe(whole);
    return () => observer.disconnect();
  }, [stage]);
  return (
    <header ref={header} class="top">
      <div ref={head} class="sheet head">
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
