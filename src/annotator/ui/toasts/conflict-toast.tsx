import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { Conflict } from "../../../client/room-api.ts";
import { describeMark } from "../../editor/describe-mark.ts";
import type { Words } from "../../words/en.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import { Dot } from "../parts/dot.tsx";
import { showOther } from "./show-other.ts";

/** The same was changed by two people: it stays until this one has chosen. One at a time, or all at once. */
export function ConflictToast(): VNode | null {
  const { editor, surface, stage, words } = useAnnotator();
  const isForAll = useSignal(false);
  // Nobody can choose between two shapes while neither is shown.
  const open = editor.moment.value === null ? surface.conflicts.open.value : [];
  const [conflict] = open;
  useEffect(() => (conflict ? showOther(conflict, editor, stage) : undefined), [conflict, editor, stage]);
  if (!conflict) return null;
  const mark = editor.marks.value.find(({ id }) => id === conflict.annotationId);
  const name = mark ? describeMark(mark, words).name : words.marks.mark;
  const { by } = conflict;
  const what = fieldOf(conflict, words);
  const title = surface.people.isMe(by)
    ? words.status.ownConflictTitle(name, what)
    : words.status.conflictTitle(by === null ? null : surface.people.nameOf(by), name, what);
  const choose = (take: (conflict: Conflict) => void): void => {
    for (const each of isForAll.peek() ? open : [conflict]) take(each);
    isForAll.value = false;
  };
  return (
    <div class="sheet toast conflict">
      <Icon name="warn" />
      <p>
        <strong>{title}</strong>
        <Sides conflict={conflict} />
        {open.length > 1 && (
          <label class="for-all">
            <input
              type="checkbox"
              checked={isForAll.value}
              onChange={({ currentTarget }) => (isForAll.value = currentTarget.checked)}
            />
            {words.status.forAll(open.length)}
          </label>
        )}
      </p>
      <button
        type="button"
        class="button edge"
        onClick={() => choose((each) => surface.conflicts.takeTheirs(each))}
      >
        {words.status.takeTheirs}
      </button>
      <button
        type="button"
        class="button ink"
        onClick={() => choose((each) => surface.conflicts.keepMine(each))}
      >
        {words.status.keepMine}
      </button>
    </div>
  );
}

/** What I had, and what it is now. */
function Sides({ conflict }: { conflict: Conflict }): VNode {
  const { words } = useAnnotator();
  if (conflict.field === "geometry") {
    return (
      <span class="quietly">
        {conflict.kept === "mine" ? words.status.theirsDashed : words.status.yoursDashed}
      </span>
    );
  }
  return (
    <span class="quietly sides">
      <span>{words.status.yours}</span>
      <Value value={conflict.mine} />
      <span>{words.status.theirs}</span>
      <Value value={conflict.theirs} />
    </span>
  );
}

/** Longer ones are cut: they are to be told apart, not to be read. */
const VALUE_MAX = 60;

function Value({ value }: { value: unknown }): VNode {
  const { words } = useAnnotator();
  if (typeof value === "string" && /^#[0-9a-f]{6}/i.test(value)) {
    return (
      <span class="side">
        <Dot color={value.slice(0, 7)} />
        {value}
      </span>
    );
  }
  const isEmpty =
    value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);
  const text = isEmpty
    ? words.status.nothing
    : Array.isArray(value)
      ? value.join(", ")
      : typeof value === "string"
        ? value
        : JSON.stringify(value);
  return <span class="side">{text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)}…` : text}</span>;
}

function fieldOf({ field }: Conflict, { status }: Words): string {
  if (field === "geometry") return status.fields.geometry;
  if (field === "text") return status.fields.text;
  if (field === "labels") return status.fields.labels;
  if (field === "review") return status.fields.review;
  return field.startsWith("style.") ? status.fields.style : status.fields.other;
}
