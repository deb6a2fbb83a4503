import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { TITLE_MAX } from "../../../protocol/limits.ts";
import { isComposing } from "../../editor/is-composing.ts";
import { useAnnotator } from "../annotator-context.ts";
import { tellTrouble } from "../parts/tell-trouble.ts";

/** The title of the picture. Who may edit renames it in place: Enter keeps the new title, Escape the old one. */
export function DocumentTitle(): VNode {
  const { editor, surface, words } = useAnnotator();
  const [isRenaming, setRenaming] = useState(false);
  const title = editor.document.value?.title;
  if (title === undefined)
    return <h1 class="title-only">{editor.status.value.state === "refused" ? "" : words.status.opening}</h1>;
  if (!editor.canEdit.value) return <h1 class="title-only">{title || words.status.untitled}</h1>;

  const rename = (wanted: string | null): void => {
    setRenaming(false);
    const next = wanted?.trim();
    if (next === undefined || next === title) return;
    const told = { key: "rename", title: words.status.notRenamed };
    editor.room
      .updateDocument({ title: next })
      .catch((error: unknown) => tellTrouble(surface.notices, words, told, error));
  };
  return (
    <h1>
      {isRenaming ? (
        <TitleField title={title} onEnd={rename} />
      ) : (
        <button
          type="button"
          class="button"
          aria-label={`${title || words.status.untitled}, ${words.status.rename}`}
          data-tip={words.status.rename}
          onClick={() => setRenaming(true)}
        >
          <span>{title || words.status.untitled}</span>
        </button>
      )}
    </h1>
  );
}

function TitleField({ title, onEnd }: { title: string; onEnd: (title: string | null) => void }): VNode {
  const { words } = useAnnotator();
  const field = useRef<HTMLInputElement>(null);
  const isOver = useRef(false);
  /** Once: a field that goes away loses the focus, too. */
  const end = (wanted: string | null): void => {
    if (!isOver.current) onEnd(wanted);
    isOver.current = true;
  };
  useEffect(() => field.current?.select(), []);
  return (
    <input
      ref={field}
      class="title-field"
      aria-label={words.status.title}
      defaultValue={title}
      maxLength={TITLE_MAX}
      size={Math.min(Math.max(title.length, 12), 32)}
      onBlur={({ currentTarget }) => end(currentTarget.value)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (isComposing(event)) return;
        if (event.key === "Escape") end(null);
        if (event.key === "Enter") end(event.currentTarget.value);
      }}
    />
  );
}
