import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { TITLE_MAX } from "../../protocol/limits.ts";
import { usePage } from "../page-context.ts";

interface Props {
  title: string;
  onRename: (title: string) => void;
  onClose: () => void;
}

/** Asks for a new name. It is open as long as it is there. */
export function RenameDialog({ title, onRename, onClose }: Props): VNode {
  const { words } = usePage();
  const t = words.documents;
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    field.current?.select();
  }, []);
  const rename = (event: SubmitEvent): void => {
    event.preventDefault();
    const given = field.current?.value.trim() ?? "";
    // Closing gives the focus back to where it was.
    dialog.current?.close();
    if (given !== "" && given !== title) onRename(given);
  };
  return (
    <dialog ref={dialog} aria-labelledby="rename-head" onClose={onClose}>
      <form onSubmit={rename}>
        <div class="dialog-head">
          <h2 id="rename-head">{t.rename}</h2>
        </div>
        <div class="dialog-body">
          <label class="field">
            <span class="only-read">{t.renameTitle}</span>
            <input ref={field} defaultValue={title} dir="auto" maxLength={TITLE_MAX} required />
          </label>
        </div>
        <div class="dialog-foot">
          <button class="button edge" type="button" onClick={() => dialog.current?.close()}>
            {t.cancel}
          </button>
          <button class="button ink">{t.save}</button>
        </div>
      </form>
    </dialog>
  );
}
