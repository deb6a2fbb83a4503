import type { VNode } from "preact";
import type { Annotation } from "../../../protocol/model/annotation.ts";
import { colorOf, describeMark } from "../../editor/describe-mark.ts";
import { isLocked } from "../../editor/editor.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import { Dot } from "../parts/dot.tsx";
import { initialOf, type Person } from "../people.ts";
import type { CommentCount } from "../comments/list-threads.ts";

interface MarkRowProps {
  mark: Annotation;
  /** From 0. */
  place: number;
  count: number;
  /** The row where the keyboard is. */
  isActive: boolean;
  isSelected: boolean;
  isHidden: boolean;
  /** Others who have it selected. */
  holders: readonly Person[] | undefined;
  comments: CommentCount | undefined;
  onSelect: (event: MouseEvent) => void;
}

/** A mark in the list: its kind, its colour, its name, and what there is to know of it. */
export function MarkRow(props: MarkRowProps): VNode {
  const { mark, place, count, isActive, isSelected, isHidden, holders, comments, onSelect } = props;
  const { surface, words } = useAnnotator();
  const { name, detail } = describeMark(mark, words);
  return (
    <li
      class={`row${isHidden ? " hid" : ""}${isActive ? " active" : ""}`}
      role="option"
      id={`row-${mark.id}`}
      aria-selected={isSelected}
      aria-posinset={place + 1}
      aria-setsize={count}
      onClick={onSelect}
    >
      <Icon name={mark.type} />
      <span class="only-read">{words.tools[mark.type]}, </span>
      <Dot color={colorOf(mark)} />
      <span class="what">
        {name}
        {detail && <small> {detail}</small>}
      </span>
      {comments && (
        <span
          class={comments.isUnread ? "notes unread" : "notes"}
          onClick={() => surface.comments.open(mark.id)}
        >
          <Icon name="comment" small />
          <span class="only-read">{comments.isUnread ? words.marks.unread : words.marks.comments} </span>
          {comments.count}
        </span>
      )}
      {mark.review !== "none" && (
        <span class={mark.review === "approved" ? "good" : "ask"}>
          <Icon name={mark.review === "approved" ? "approved" : "warn"} />
          <span class="only-read">{words.marks.review[mark.review]}</span>
        </span>
      )}
      {isLocked(mark) && (
        <span class="quietly">
          <Icon name="lock" small />
          <span class="only-read">{words.marks.locked}</span>
        </span>
      )}
      {isHidden && (
        <span class="quietly">
          <Icon name="eye-off" small />
          <span class="only-read">{words.marks.hidden}</span>
        </span>
      )}
      {holders?.slice(0, 2).map((person) => {
        const who = person.name ?? words.people.guest;
        return (
          <span
            key={person.actorId}
            class={`face small ${person.who}`}
            role="img"
            aria-label={words.marks.heldBy(who)}
          >
            {initialOf(who)}
          </span>
        );
      })}
    </li>
  );
}
