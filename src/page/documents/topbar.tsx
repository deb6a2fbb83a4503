import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../../annotator/ui/icon.tsx";
import { usePage } from "../page-context.ts";
import { listAddress } from "../session.ts";
import { AddButton } from "./add-button.tsx";
import type { DocumentList } from "./document-list.ts";

interface Props {
  list: DocumentList;
  canAdd: boolean;
  onBlank: () => void;
  onAdd: (files: Iterable<File>) => void;
}

/** The search, and what makes new documents. */
export function Topbar({ list, canAdd, onBlank, onAdd }: Props): VNode {
  const { words } = usePage();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== "/" || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return (
    <header class="topbar">
      <a class="wordmark" href={listAddress()}>
        <svg class="mark-logo" aria-hidden="true">
          <use href="#i-mark" />
        </svg>
        Acetate
      </a>
      <label class="field">
        <Icon name="search" small />
        <span class="only-read">{words.documents.search}</span>
        <input
          ref={field}
          type="search"
          value={list.query.value}
          placeholder={words.documents.search}
          onInput={(event) => list.search(event.currentTarget.value)}
        />
        <kbd>/</kbd>
      </label>
      <div class="actions">
        {canAdd && (
          <>
            <button class="button wide" onClick={onBlank}>
              {words.documents.blank}
            </button>
            <AddButton onAdd={onAdd} />
          </>
        )}
      </div>
    </header>
  );
}
