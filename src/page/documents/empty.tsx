import type { VNode } from "preact";
import { usePage } from "../page-context.ts";
import { AddButton } from "./add-button.tsx";
import type { DocumentList } from "./document-list.ts";

interface Props {
  list: DocumentList;
  canAdd: boolean;
  onBlank: () => void;
  onAdd: (files: Iterable<File>) => void;
}

/** What is shown before there is a picture: what to do first. */
export function Empty({ list, canAdd, onBlank, onAdd }: Props): VNode {
  const { words } = usePage();
  return (
    <section class="film empty">
      <svg class="pegs" aria-hidden="true">
        <use href="#i-pegs" />
      </svg>
      <h1 class="only-read">{words.documents.title}</h1>
      <div class="thumb lifted blank" aria-hidden="true">
        <span class="paper" style={{ aspectRatio: "1.414", inlineSize: "62%" }} />
        <svg class="overlay" viewBox="0 0 480 320">
          <polyline points="120,210 180,160 240,180 300,110 360,90" stroke="#ffe714" />
          <polygon points="190,240 210,190 270,186 292,226 250,258" stroke="#0fa989" />
          <rect x="120" y="80" width="80" height="56" stroke="#e2271c" />
        </svg>
      </div>
      <h2>{words.documents.emptyTitle}</h2>
      <p>{words.documents.emptyText}</p>
      {canAdd && (
        <div class="actions">
          <AddButton onAdd={onAdd} />
          <button class="button edge" onClick={onBlank}>
            {words.documents.blank}
          </button>
        </div>
      )}
      {list.hasDeleted.value && (
        <button class="button" onClick={() => list.showDeleted(true)}>
          {words.documents.showDeleted}
        </button>
      )}
    </section>
  );
}
