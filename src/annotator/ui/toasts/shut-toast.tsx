import type { VNode } from "preact";
import type { SaveState } from "../../editor/save-state.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import { tellTrouble } from "../parts/tell-trouble.ts";

/** Why the service does not let this person in, and what to do about it. */
export function ShutToast(): VNode | null {
  const { editor, surface, client, options, words } = useAnnotator();
  const state = surface.saving.state.value;
  if (state.kind !== "shut") return null;
  const { title, detail } = words.status.shutReasons[reasonOf(state)];
  const isDeleted = state.code === "document_deleted" && editor.access.value.canEdit;
  const retry = (): void => editor.room.reconnect();
  const restore = (): void => {
    const told = { key: "restore", title: words.status.notRestored };
    client.documents
      .restore(options.documentId)
      .then(retry)
      .catch((error: unknown) => tellTrouble(surface.notices, words, told, error));
  };
  return (
    <div class="sheet toast shut">
      <Icon name="lock" />
      <p>
        <strong>{title}</strong>
        <span class="quietly">
          {detail} {state.kept > 0 && words.status.keptHere(state.kept)}
        </span>
      </p>
      {options.home !== null && (
        <a class="button edge" href={options.home}>
          {words.status.home}
        </a>
      )}
      <button type="button" class="button ink" onClick={isDeleted ? restore : retry}>
        {isDeleted ? words.status.restore : words.status.tryAgain}
      </button>
    </div>
  );
}

type Reason = "nolink" | "token" | "missing" | "deleted" | "forbidden" | "other";

function reasonOf({ code }: Extract<SaveState, { kind: "shut" }>): Reason {
  switch (code) {
    case "unauthorized":
      return "nolink";
    case "token":
    case "token_invalid":
    case "token_expired":
    case "token_revoked":
      return "token";
    case "document_not_found":
    case "not_found":
    case "invalid":
      return "missing";
    case "document_deleted":
      return "deleted";
    case "forbidden_document":
    case "forbidden_origin":
      return "forbidden";
    default:
      return "other";
  }
}
