import type { VNode } from "preact";
import type { RefusedOperation } from "../../../client/room-api.ts";
import { explainError } from "../../words/explain-error.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import type { ShownThread } from "./comments.ts";

interface RefusedCommentsProps {
  shown: ShownThread;
  /** Takes the text of one that was not taken, to be written anew. */
  onTakeBack: (text: string) => void;
}

/** What the service did not take of what this person said here. Its text is not lost. */
export function RefusedComments({ shown, onTakeBack }: RefusedCommentsProps): VNode {
  const { editor, surface, words } = useAnnotator();
  const t = words.comments;
  return (
    <>
      {surface.comments.refusedOn(shown).map((operation) => {
        const { opId, error } = operation;
        const text = textOf(operation);
        const canWrite = shown.mark !== null && surface.comments.canWrite.value;
        // Of what is gone for good, the words can only be said anew.
        const isInVain = error.code === "comment_deleted" || error.code === "comment_not_found";
        return (
          <div key={opId} class="not-taken">
            <Icon name="warn" small />
            <p>
              <strong>{sayWhat(operation)}</strong> <span>{explainError(error, words, t.reasons)}</span>
              {text !== null && (
                <span class="quoted" dir="auto">
                  {text}
                </span>
              )}
            </p>
            {canWrite && !isInVain && (
              <button
                type="button"
                class="button low edge"
                onClick={() => surface.comments.tryAgain(operation)}
              >
                {t.tryAgain}
              </button>
            )}
            {text !== null && canWrite && isInVain && (
              <button
                type="button"
                class="button low edge"
                onClick={() => {
                  onTakeBack(text);
                  editor.room.dismiss(opId);
                }}
              >
                {t.writeAgain}
              </button>
            )}
            <button type="button" class="button low" onClick={() => editor.room.dismiss(opId)}>
              {t.dismiss}
            </button>
          </div>
        );
      })}
    </>
  );

  function sayWhat({ message }: RefusedOperation): string {
    if (message.type === "comment.create") return t.notSent;
    if (message.type === "comment.delete") return t.notDeleted;
    if (message.type !== "comment.update") return t.notDone;
    if (message.patch.text !== undefined) return t.notChanged;
    return message.patch.resolved === true ? t.notResolved : t.notReopened;
  }
}

function textOf({ message }: RefusedOperation): string | null {
  if (message.type === "comment.create") return message.comment.text;
  return message.type === "comment.update" ? (message.patch.text ?? null) : null;
}
