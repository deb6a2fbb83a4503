import type { VNode } from "preact";
import type { RefusedOperation } from "../../../client/room-api.ts";
import { describeMark } from "../../editor/describe-mark.ts";
import { explainError } from "../../words/explain-error.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import { useReadable } from "../parts/use-readable.ts";
import { copyText } from "../parts/copy-text.ts";

/** What the service refused for good: it stays until this person has seen it. One at a time. */
export function RefusedToast(): VNode | null {
  const { editor, surface, words } = useAnnotator();
  const { comments } = surface;
  // An open thread tells of its own comments.
  const told = comments.shown.value ? comments.refusedOn(comments.shown.value) : [];
  const refused = useReadable(editor.room.refused).filter((each) => !told.includes(each));
  const [first] = refused;
  if (!first) return null;
  const copy = (): void => {
    void copyText(JSON.stringify(first.message, null, 2)).then((isCopied) =>
      surface.notices.tell(
        isCopied
          ? { key: "copied", icon: "copy", title: words.status.copied }
          : { key: "copied", icon: "warn", title: words.status.notCopied },
      ),
    );
  };
  return (
    <div class="sheet toast refused">
      <Icon name="warn" />
      <p>
        <strong>{words.status.notDone(nameRefused(first))}</strong>
        <span class="quietly">
          {explainError(first.error, words, words.status.reasons)}{" "}
          {refused.length > 1 && words.status.moreRefused(refused.length - 1)}
        </span>
      </p>
      <button type="button" class="button edge" onClick={copy}>
        {words.status.copy}
      </button>
      <button type="button" class="button ink" onClick={() => editor.room.dismiss(first.opId)}>
        {words.status.dismiss}
      </button>
    </div>
  );

  function nameRefused({ message: wanted }: RefusedOperation): string {
    const { doing } = words.status;
    switch (wanted.type) {
      case "annotation.create":
        return doing.create(words.tools[wanted.annotation.type]);
      case "annotation.update":
        return doing.update(nameMark(wanted.id));
      case "annotation.delete":
        return doing.delete(nameMark(wanted.id));
      case "annotation.restore":
        return doing.restore(nameMark(wanted.id));
      default:
        return doing.other;
    }
  }

  function nameMark(id: string): string {
    const mark = editor.room.annotations.get(id);
    return mark ? describeMark(mark, words).name : words.marks.mark;
  }
}
