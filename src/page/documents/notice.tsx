import type { VNode } from "preact";
import { Icon } from "../../annotator/ui/icon.tsx";
import { usePage } from "../page-context.ts";

/** What the person should know of what was just done. It stays until they have read it. */
export function Notice({ text, onClose }: { text: string | null; onClose: () => void }): VNode {
  const { words } = usePage();
  return (
    <div class="notices" role="status">
      {text !== null && (
        <div class="sheet toast">
          <Icon name="info" />
          <p>{text}</p>
          <button class="button low square" aria-label={words.documents.close} onClick={onClose}>
            <Icon name="x" />
          </button>
        </div>
      )}
    </div>
  );
}
