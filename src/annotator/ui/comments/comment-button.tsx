import type { VNode } from "preact";
import type { Annotation } from "../../../protocol/model/annotation.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import { uncoverPicture } from "../panel/uncover-picture.ts";

/** From a mark's properties to what is said of it, or to the first word. */
export function CommentButton({ mark }: { mark: Annotation }): VNode | null {
  const { stage, surface, words } = useAnnotator();
  const { comments } = surface;
  const count = comments.counts.value.get(mark.id)?.count ?? 0;
  if (count === 0 && !comments.canWrite.value) return null;
  return (
    <button
      type="button"
      class="button edge"
      aria-haspopup="dialog"
      onClick={() => {
        uncoverPicture({ stage, surface });
        comments.open(mark.id);
      }}
    >
      <Icon name="comment" />
      {count === 0 ? words.comments.comment : words.comments.count(count)}
    </button>
  );
}
