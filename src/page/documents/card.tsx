import type { VNode } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../../annotator/ui/icon.tsx";
import { formatTime } from "../../annotator/words/format.ts";
import { CONTRIBUTORS_MAX } from "../../protocol/limits.ts";
import type { DocumentSummary } from "../../protocol/model/document.ts";
import { usePage } from "../page-context.ts";
import { documentAddress } from "../session.ts";
import { CardMenu } from "./card-menu.tsx";
import type { DocumentList } from "./document-list.ts";
import { Picture } from "./picture.tsx";
import { RenameDialog } from "./rename-dialog.tsx";

interface Props {
  document: DocumentSummary;
  list: DocumentList;
  canChange: boolean;
}

/** A document in the list. */
export function Card({ document, list, canChange }: Props): VNode {
  const { words } = usePage();
  const t = words.documents;
  const card = useRef<HTMLLIElement>(null);
  const [isRenaming, setRenaming] = useState(false);
  const isGone = document.status === "deleted";
  const focusNext = useFocusAfter(card, document.status);

  const remove = (): void => {
    focusNext();
    void list.delete(document);
  };
  const restore = (): void => {
    focusNext();
    void list.restore(document.id);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (!canChange || !(event.target instanceof HTMLAnchorElement)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key === "F2") setRenaming(true);
    else if (event.key === "Delete") remove();
    else return;
    event.preventDefault();
  };

  return (
    <li ref={card} class={isGone ? "card gone" : "card"} onKeyDown={onKey}>
      <Picture document={document}>
        {isGone && (
          <div class="state">
            <Icon name="trash" />
          </div>
        )}
      </Picture>
      <div class="caption">
        <h2 dir="auto" title={document.title}>
          {isGone ? (
            document.title
          ) : (
            <a
              href={documentAddress(document.id)}
              draggable={false}
              aria-describedby={`about-${document.id}`}
              aria-keyshortcuts={canChange ? "F2 Delete" : undefined}
            >
              {document.title}
            </a>
          )}
        </h2>
        <p id={`about-${document.id}`}>{isGone ? t.deleted : <Numbers document={document} />}</p>
        {canChange && isGone && (
          <button class="button edge low" aria-label={t.restoreTitle(document.title)} onClick={restore}>
            {t.restore}
          </button>
        )}
        {canChange && !isGone && (
          <CardMenu
            id={document.id}
            title={document.title}
            onRename={() => setRenaming(true)}
            onDelete={remove}
          />
        )}
      </div>
      {isRenaming && (
        <RenameDialog
          title={document.title}
          onRename={(title) => void list.rename(document.id, title)}
          onClose={() => setRenaming(false)}
        />
      )}
    </li>
  );
}

/** "13 marks · 8 min ago", and between them how many threads wait for an answer, and how many people took part. */
function Numbers({ document }: { document: DocumentSummary }): VNode {
  const { words, language } = usePage();
  const t = words.documents;
  const { annotation_count: marks, open_thread_count: threads, contributor_count: people } = document;
  const format = (count: number): string => new Intl.NumberFormat(language).format(count);
  const peopleText = people < CONTRIBUTORS_MAX ? format(people) : `${format(people)}+`;
  return (
    <>
      {marks === 0 ? t.noMarks : t.marks(marks, format(marks))}
      {threads > 0 && (
        <Count icon="comment" number={format(threads)} text={t.openThreads(threads, format(threads))} />
      )}
      {people > 1 && <Count icon="people" number={peopleText} text={t.people(peopleText)} />}
      {" · "}
      <time
        dateTime={document.changed_at}
        title={new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" }).format(
          new Date(document.changed_at),
        )}
      >
        {formatTime(document.changed_at, language)}
      </time>
    </>
  );
}

/** A number with its icon. A card on a phone has no room for it. */
function Count({ icon, number, text }: { icon: string; number: string; text: string }): VNode {
  return (
    <span class="wide number" title={text}>
      <span class="only-read">, {text}</span>
      <Icon name={icon} small />
      <span aria-hidden="true">{number}</span>
    </span>
  );
}

/**
 * After a delete the focus goes to "Restore", after a restore to the title: what had it is gone. Returns what to call
 * before.
 */
function useFocusAfter(card: { current: HTMLElement | null }, status: DocumentSummary["status"]): () => void {
  const isWanted = useRef(false);
  useLayoutEffect(() => {
    if (!isWanted.current) return;
    isWanted.current = false;
    card.current?.querySelector<HTMLElement>("h2 a, .caption > .button.edge")?.focus();
  }, [card, status]);
  return () => {
    isWanted.current = true;
  };
}
