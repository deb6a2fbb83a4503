import type { VNode } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { readAccess } from "../../annotator/editor/access.ts";
import { usePage } from "../page-context.ts";
import { documentAddress } from "../session.ts";
import { Card } from "./card.tsx";
import { DocumentList } from "./document-list.ts";
import { DropArea } from "./drop-area.tsx";
import { Empty } from "./empty.tsx";
import { Notice } from "./notice.tsx";
import type { Dropped } from "./read-dropped.ts";
import { ShelfHead } from "./shelf-head.tsx";
import { Topbar } from "./topbar.tsx";
import { Trouble } from "./trouble.tsx";
import { UploadCard } from "./upload-card.tsx";
import { Uploads } from "./uploads.ts";
import { useGridKeys } from "./use-grid-keys.ts";

/** A sheet of paper, lying: A4 at 150 dots an inch. */
const BLANK = { width: 1_754, height: 1_240 };

/** The list of documents, which people know as pictures. */
export function Documents(): VNode {
  const { client, token, words } = usePage();
  const list = useMemo(() => new DocumentList(client), [client]);
  const uploads = useUploads(list);
  const [notice, setNotice] = useState<string | null>(null);
  const grid = useRef<HTMLUListElement>(null);
  const canAdd = readAccess(token).canShare;
  const t = words.documents;

  useEffect(() => void list.reload(), [list]);
  useGridKeys(grid);
  useRefresh(list);

  const { isActive, redrawn } = uploads;
  useEffect(() => {
    // Once, when all of them are there.
    if (!isActive.value && redrawn.value.length > 0) setNotice(t.redrawn(redrawn.value));
  }, [isActive.value, redrawn.value, t]);

  const addBlank = async (): Promise<void> => {
    const made = await list.createBlank(t.newTitle, BLANK);
    if (made) location.assign(documentAddress(made.id));
  };
  const add = useCallback((files: Iterable<File>): void => uploads.add(files), [uploads]);
  const addDropped = useCallback(
    ({ files, skipped }: Dropped): void => {
      uploads.add(files);
      if (files.length === 0) setNotice(t.noPictures);
      else setNotice(skipped > 0 ? t.skipped(skipped) : null);
    },
    [uploads, t],
  );
  const addPasted = useCallback(
    (files: readonly File[]): void => uploads.add(files, t.pastedTitle),
    [uploads, t],
  );
  const refuseText = useCallback(() => setNotice(t.notAFile), [t]);

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
          <Empty list={list} canAdd={canAdd} onBlank={() => void addBlank()} onAdd={add} />
        ) : (
          <>
            <ShelfHead list={list} uploads={uploads} />
            <ul ref={grid} class="grid" aria-label={t.title} aria-busy={list.isLoading.value}>
              {uploads.list.value.map((upload) => (
                <UploadCard key={upload.id} upload={upload} uploads={uploads} />
              ))}
              {documents.map((document) => (
                <Card key={document.id} document={document} list={list} canChange={canAdd} />
              ))}
            </ul>
            <Paging list={list} />
          </>
        )}
        {canAdd && <DropArea onDrop={addDropped} onPaste={addPasted} onText={refuseText} />}
        <Notice text={notice} onClose={() => setNotice(null)} />
      </main>
    </>
  );
}

/** What is behind the last card: more, or why there is none. */
function Paging({ list }: { list: DocumentList }): VNode {
  const { words, language } = usePage();
  const t = words.documents;
  const isNone = list.documents.value.length === 0;
  const isLoading = list.isLoading.value;
  const query = list.query.value;
  return (
    <nav class="paging" aria-label={t.title}>
      {list.hasMore.value && (
        <button class="button edge" onClick={() => void list.loadMore()} disabled={isLoading}>
          {t.more(new Intl.NumberFormat(language).format(list.nextCount.value))}
        </button>
      )}
      {isLoading && isNone && <p>{t.loading}</p>}
      {!isLoading && isNone && query !== "" && (
        <>
          <p>{t.nothingFound(query)}</p>
          <button class="button edge" onClick={() => list.search("")}>
            {t.showAll}
          </button>
        </>
      )}
    </nav>
  );
}

function useUploads(list: DocumentList): Uploads {
  const { client, token } = usePage();
  const uploads = useMemo(
    () => new Uploads({ client, token, onAdded: (document) => list.add(document) }),
    [client, token, list],
  );
  const isUnfinished = uploads.isUnfinished.value;
  useEffect(() => {
    if (!isUnfinished) return undefined;
    const stop = new AbortController();
    const { signal } = stop;
    // Leaving now would end what is being sent.
    addEventListener("beforeunload", (event) => event.preventDefault(), { signal });
    addEventListener("pagehide", () => uploads.leave(), { signal });
    addEventListener("online", () => uploads.resume(), { signal });
    return () => stop.abort();
  }, [isUnfinished, uploads]);
  return uploads;
}

/**
 * Others change documents, too, and so does this person in other windows: a list that is looked at again is read anew.
 */
function useRefresh(list: DocumentList): void {
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    document.addEventListener(
      "visibilitychange",
      () => {
        if (!document.hidden) void list.refresh();
      },
      { signal },
    );
    // The page comes back as it was left: the documents may have been changed in between.
    addEventListener("pageshow", ({ persisted }) => void (persisted && list.refresh()), { signal });
    return () => stop.abort();
  }, [list]);
}
