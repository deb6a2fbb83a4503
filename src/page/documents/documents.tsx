import type { VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { readAccess } from "../../annotator/editor/access.ts";
import { Icon } from "../../annotator/ui/icon.tsx";
import { usePage } from "../page-context.ts";
import { documentAddress, listAddress } from "../session.ts";
import { AddButton } from "./add-button.tsx";
import { Card } from "./card.tsx";
import { DocumentList } from "./document-list.ts";
import { DropArea } from "./drop-area.tsx";
import { Empty } from "./empty.tsx";
import { Trouble } from "./trouble.tsx";
import { UploadCard } from "./upload-card.tsx";
import { Uploads } from "./uploads.ts";

/** A sheet of paper, lying: A4 at 150 dots an inch. */
const BLANK = { width: 1_754, height: 1_240 };

/** The list of documents, which people know as pictures. */
export function Documents(): VNode {
  const { client, token, words } = usePage();
  const list = useMemo(() => new DocumentList(client), [client]);
  const uploads = useMemo(() => new Uploads(client, (document) => list.add(document)), [client, list]);
  const canAdd = readAccess(token).canShare;
  const t = words.documents;

  useEffect(() => void list.reload(), [list]);
  // Leaving now would end what is being sent.
  const isActive = uploads.isActive.value;
  useEffect(() => {
    if (!isActive) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isActive]);

  const addBlank = async (): Promise<void> => {
    const made = await list.createBlank(t.newTitle, BLANK);
    if (made) location.assign(documentAddress(made.id));
  };
  const add = (files: Iterable<File>): void => uploads.add(files);
  const documents = list.documents.value;
  const isEmpty =
    documents.length === 0 &&
    uploads.list.value.length === 0 &&
    list.query.value === "" &&
    !list.isLoading.value &&
    list.error.value === null;

  return (
    <>
      <a class="skip" href="#list">
        {t.goToList}
      </a>
      <Topbar list={list} canAdd={canAdd} onBlank={() => void addBlank()} onAdd={add} />
      <main class="shelf" id="list">
        <Trouble list={list} />
        {isEmpty ? (
          <Empty canAdd={canAdd} onBlank={() => void addBlank()} onAdd={add} />
        ) : (
          <>
            <div class="shelf-head">
              <h1>
                {t.title} <span class="count">{list.total.value || ""}</span>
              </h1>
              <p class="save" role="status">
                {isActive
                  ? t.adding(Math.min(uploads.done.value + 1, uploads.all.value), uploads.all.value)
                  : ""}
              </p>
              <button
                class="button"
                aria-pressed={list.showsDeleted.value}
                onClick={() => list.showDeleted(!list.showsDeleted.value)}
              >
                {t.deletedOnes}
              </button>
            </div>
            <ul class="grid" aria-label={t.title} aria-busy={list.isLoading.value}>
              {uploads.list.value.map((upload) => (
                <UploadCard key={upload.id} upload={upload} uploads={uploads} />
              ))}
              {documents.map((document) => (
                <Card key={document.id} document={document} list={list} canChange={canAdd} />
              ))}
            </ul>
            <nav class="paging" aria-label={t.title}>
              {list.hasMore.value && (
                <button
                  class="button edge"
                  onClick={() => void list.loadMore()}
                  disabled={list.isLoading.value}
                >
                  {t.more}
                </button>
              )}
              {list.isLoading.value && documents.length === 0 && <p>{t.loading}</p>}
              {!list.isLoading.value && documents.length === 0 && list.query.value !== "" && (
                <p>{t.nothingFound(list.query.value)}</p>
              )}
            </nav>
          </>
        )}
        {canAdd && <DropArea onFiles={add} />}
      </main>
    </>
  );
}

interface TopbarProps {
  list: DocumentList;
  canAdd: boolean;
  onBlank: () => void;
  onAdd: (files: Iterable<File>) => void;
}

function Topbar({ list, canAdd, onBlank, onAdd }: TopbarProps): VNode {
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
