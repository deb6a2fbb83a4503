import { render } from "preact";
import { readClaims } from "../annotator/editor/access.ts";
import { createSprite } from "../annotator/ui/create-sprite.ts";
import type { Words } from "../annotator/words/en.ts";
import { loadWords } from "../annotator/words/load-words.ts";
import { createClient } from "../client/rest/create-client.ts";
import { Documents } from "./documents/documents.tsx";
import { PageProvider } from "./page-context.ts";
import { createTokenSource, readActorId, readName, writeName } from "./person.ts";
import { listAddress, readToken } from "./session.ts";
import { watchForMissingParts, watchForUpdate } from "./watch-for-update.ts";

/**
 * The page: `/` lists the documents, `/d/{id}` shows one. A token comes in the fragment (`#token=…`), which never
 * leaves the browser.
 */
async function start(): Promise<void> {
  const documentId = /^\/d\/([^/]+)$/.exec(location.pathname)?.[1];
  // A link with another token that is followed in this window.
  addEventListener("hashchange", () => location.reload());
  const opening = documentId === undefined ? undefined : showDocument(decodeURIComponent(documentId));
  const { language, words } = await loadWords(navigator.languages);
  document.documentElement.lang = language;
  document.body.append(createSprite());
  watchForMissingParts(words);
  watchForUpdate(words);
  if (documentId === undefined) showDocuments(language, words);
  await opening;
}

function showDocuments(language: string, words: Words): void {
  document.title = `${words.documents.title} · Acetate`;
  document.body.className = "documents";
  const token = readToken();
  const surface = document.createElement("div");
  document.body.append(surface);
  render(
    <PageProvider
      value={{
        client: createClient({ url: location.origin, token: () => token, name: readName() ?? undefined }),
        token,
        words,
        language,
      }}
    >
      <Documents />
    </PageProvider>,
    surface,
  );
}

/** Only who opens a document loads the annotator. */
async function showDocument(id: string): Promise<void> {
  const { AnnotatorElement } = await import("../annotator/index.ts");
  const annotator = new AnnotatorElement();
  annotator.setAttribute("service", location.origin);
  annotator.setAttribute("document", id);
  annotator.setAttribute("home", listAddress());
  const link = readToken();
  const setName = (): void => {
    const name = readName();
    if (name !== null) annotator.setAttribute("name", name);
  };
  if (link === null) annotator.setAttribute("actor", readActorId());
  else annotator.getToken = createTokenSource(location.origin, id, link);
  // A token with a name can't be given another one.
  if (link === null || readClaims(link)?.name === undefined) {
    setName();
    annotator.onRename = (name) => {
      writeName(name);
      setName();
    };
  }
  annotator.addEventListener("status", () => {
    const title = annotator.room?.document.value?.title;
    if (title !== undefined) document.title = `${title} · Acetate`;
  });
  document.body.append(annotator);
}

// Not awaited: a rejection is told to the person only outside of the module's own evaluation.
void start();
