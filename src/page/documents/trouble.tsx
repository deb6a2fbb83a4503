import type { VNode } from "preact";
import { explainError } from "../../annotator/words/explain-error.ts";
import { Icon } from "../../annotator/ui/icon.tsx";
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
  return (
    <div class="sheet toast inline" role="alert">
      <Icon name="warn" />
      <p>{message}</p>
      {!needsLink && (
        <button class="button edge low" onClick={() => void list.reload()}>
          {t.tryAgain}
        </button>
      )}
    </div>
  );
}
