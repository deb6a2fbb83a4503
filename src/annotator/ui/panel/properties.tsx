import type { VNode } from "preact";
import { TEXT_MAX } from "../../../protocol/limits.ts";
import type { Annotation } from "../../../protocol/model/annotation.ts";
import { authorOf, updaterOf } from "../../../protocol/model/person.ts";
import { colorOf, describeMark, measureMark } from "../../editor/describe-mark.ts";
import { reviewOfAll, reviews, setReview } from "../../editor/review.ts";
import { useAnnotator } from "../annotator-context.ts";
import { CommentButton } from "../comments/comment-button.tsx";
import { Icon } from "../icon.tsx";
import { Dot } from "../parts/dot.tsx";
import type { Words } from "../../words/en.ts";
import type { People } from "../people.ts";
import { MarkActions } from "./mark-actions.tsx";

/** What the selected marks are: labels, note, review, and what can be done with them. */
export function Properties(): VNode {
  const { editor, surface, words, language } = useAnnotator();
  const marks = editor.selected.value;
  const [mark] = marks;
  const canEdit = editor.canEdit.value;
  const told = mark && marks.length === 1 ? tellPeople(mark, surface.people, words) : null;
  return (
    <section class="foot properties" aria-label={words.marks.properties}>
      <h2>
        {mark && marks.length === 1 ? (
          <>
            <Dot color={colorOf(mark)} />
            <span class="what">{describeMark(mark, words).name}</span>
            <span class="quietly">
              {words.marks.kindAndSize(words.tools[mark.type], measureMark(mark, words, language))}
            </span>
          </>
        ) : (
          words.marks.selected(marks.length)
        )}
      </h2>
      {(canEdit || marks.some(({ labels }) => labels.length > 0)) && <LabelChips marks={marks} />}
      {mark && marks.length === 1 && (canEdit || mark.text !== "") && <NoteField key={mark.id} mark={mark} />}
      {mark && marks.length === 1 && <CommentButton mark={mark} />}
      {canEdit && <ReviewChoice marks={marks} />}
      {told !== null && <p class="quietly by">{told}</p>}
      {canEdit && <MarkActions marks={marks} />}
    </section>
  );
}

/** Who drew a mark, and who changed it last. null: nobody knows. */
function tellPeople(mark: Annotation, people: People, { marks: t }: Words): string | null {
  const [author, updater] = [authorOf(mark), updaterOf(mark)];
  const maker = author.id === null ? null : people.nameOf(author);
  const changer = updater.id === null || updater.id === author.id ? null : people.nameOf(updater);
  if (changer === null) return maker && t.madeBy(maker);
  return maker === null ? t.changedBy(changer) : t.madeAndChangedBy(maker, changer);
}

/** The labels that all selected marks have. */
function LabelChips({ marks }: { marks: readonly Annotation[] }): VNode {
  const { editor, words } = useAnnotator();
  const [first, ...others] = marks;
  const common = (first?.labels ?? []).filter((name) => others.every(({ labels }) => labels.includes(name)));
  const canEdit = editor.canEdit.value;
  return (
    <div class="chips" role="group" aria-label={words.labels.title}>
      {common.map((name) => (
        <span key={name} class="chip">
          <Dot color={editor.labels.value.find((label) => label.name === name)?.color ?? "#000000"} />
          {name}
          {canEdit && (
            <button
              type="button"
              aria-label={words.labels.takeOff(name)}
              onClick={() => editor.toggleLabel(name)}
            >
              <Icon name="x" small />
            </button>
          )}
        </span>
      ))}
      {canEdit && (
        <button type="button" class="chip" onClick={() => (editor.finderOpen.value = true)}>
          <Icon name="plus" small />
          {words.labels.label}
        </button>
      )}
    </div>
  );
}

/** The note of a mark; of a text, what it says. Typing is one step of undo until it pauses. */
function NoteField({ mark }: { mark: Annotation }): VNode {
  const { editor, words } = useAnnotator();
  const isText = mark.type === "text";
  return (
    <label class="field note">
      <span class="only-read">{isText ? words.marks.text : words.marks.note}</span>
      <textarea
        rows={1}
        placeholder={isText ? words.marks.text : words.marks.note}
        value={mark.text}
        maxLength={TEXT_MAX}
        readOnly={!editor.canEdit.value}
        onInput={({ currentTarget }) => {
          const text = currentTarget.value;
          // A text without words would be invisible: the service refuses it.
          if (!isText || text.trim() !== "") editor.room.annotations.update(mark.id, { text });
        }}
        onKeyDown={(event) => event.key !== "Escape" && event.stopPropagation()}
      />
    </label>
  );
}

function ReviewChoice({ marks }: { marks: readonly Annotation[] }): VNode {
  const { editor, words } = useAnnotator();
  const current = reviewOfAll(marks);
  return (
    <div class="choice" role="radiogroup" aria-label={words.marks.reviewTitle}>
      {reviews.map((review) => (
        <label key={review}>
          <input
            type="radio"
            name="review"
            checked={current === review}
            onChange={() => setReview(editor, review)}
            onKeyDown={(event) => event.key.startsWith("Arrow") && event.stopPropagation()}
          />
          {words.marks.reviewShort[review]}
        </label>
      ))}
    </div>
  );
}
