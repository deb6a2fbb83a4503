import type { VNode } from "preact";
import { explainError } from "../../annotator/words/explain-error.ts";
import { Icon } from "../../annotator/ui/icon.tsx";
import { offerReload } from "../../annotator/ui/parts/reload.ts";
import { usePage } from "../page-context.ts";
import type { DocumentList } from "./document-list.ts";

/** What went wrong last, and what to do about it. */
export function Trouble({ list }: { list: DocumentList }): VNode | null {
  const { words } = usePage();
  const error = list.error.value;
  if (error === null) return null;
  const t = words.documents;
  const needsLink = error.status === 401 || error.status === 403;
  const message = needsLink ? t.noAccess : explainError(error, words);
  const help =
    error.code === "load_failed" ? offerReload(words) : { name: t.tryAgain, run: () => void list.reload() };
  return (
    <div class="sheet toast inline" role="alert">
      <Icon name="warn" />
      <p>{message}</p>
      {!needsLink && (
        <button class="button edge low" onClick={help.run}>
          {help.name}
        </button>
      )}
    </div>
  );
}
