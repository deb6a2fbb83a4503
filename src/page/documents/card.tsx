import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { Icon } from "../../annotator/ui/icon.tsx";
import { TITLE_MAX } from "../../protocol/limits.ts";
import type { Document } from "../../protocol/model/document.ts";
import { formatTime } from "../../annotator/words/format.ts";
import { usePage } from "../page-context.ts";
import { documentAddress } from "../session.ts";
import type { DocumentList } from "./document-list.ts";
import { Picture } from "./picture.tsx";

interface Props {
  document: Document;
  list: DocumentList;
  canChange: boolean;
}

/** A document in the list. */
export function Card({ document, list, canChange }: Props): VNode {
  const { words, language } = usePage();
  const t = words.documents;
  if (document.status === "deleted") {
    return (
      <li class="card gone">
        <div class="thumb">
          <div class="state">
            <Icon name="trash" />
          </div>
        </div>
        <div class="caption">
          <h2>{document.title}</h2>
          <p>{t.deleted}</p>
          {canChange && (
            <button class="button edge low" onClick={() => void list.restore(document.id)}>
              {t.restore}
            </button>
          )}
        </div>
      </li>
    );
  }
  return (
    <li class="card">
      <div class={document.image ? "thumb" : "thumb blank"}>
        <Picture document={document} />
      </div>
      <div class="caption">
        <h2>
          <a href={documentAddress(document.id)}>{document.title}</a>
        </h2>
        <p>
          <time dateTime={document.updated_at}>{formatTime(document.updated_at, language)}</time>
        </p>
        {canChange && <More document={document} list={list} />}
      </div>
    </li>
  );
}

/** The menu of a card, and the dialog for a new name. */
function More({ document, list }: Omit<Props, "canChange">): VNode {
  const { words } = usePage();
  const t = words.documents;
  const menu = useRef<HTMLDivElement>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const menuId = `menu-${document.id}`;
  const choose = (act: () => void) => (): void => {
    menu.current?.hidePopover();
    act();
  };
  const rename = (event: SubmitEvent): void => {
    event.preventDefault();
    dialog.current?.close();
    const title = field.current?.value.trim() ?? "";
    if (title !== "" && title !== document.title) void list.rename(document.id, title);
  };
  return (
    <>
      <button
        class="button low square more"
        aria-label={t.moreFor(document.title)}
        aria-haspopup="menu"
        popovertarget={menuId}
      >
        <Icon name="more" />
      </button>
      <div ref={menu} id={menuId} class="sheet menu" popover="auto" role="menu">
        <button class="button" role="menuitem" onClick={choose(() => dialog.current?.showModal())}>
          {t.rename}
        </button>
        <button class="button danger" role="menuitem" onClick={choose(() => void list.delete(document))}>
          {t.delete}
        </button>
      </div>
      <dialog ref={dialog} aria-labelledby={`rename-${document.id}`}>
        <form onSubmit={rename}>
          <div class="dialog-head">
            <h2 id={`rename-${document.id}`}>{t.rename}</h2>
          </div>
          <div class="dialog-body">
            <label class="field">
              <span class="only-read">{t.renameTitle}</span>
              <input ref={field} defaultValue={document.title} maxLength={TITLE_MAX} required />
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
    </>
  );
}
