import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { COMMENT_MAX } from "../../../protocol/limits.ts";
import { isComposing } from "../../editor/is-composing.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import { initialOf } from "../people.ts";
import { findTypedName, offerNames, type TypedName } from "./comment-text.ts";

interface WriteFieldProps {
  /** Of its parts. One is on the page at a time. */
  id: string;
  label: string;
  value: string;
  sendName: string;
  takesFocus: boolean;
  onInput: (text: string) => void;
  onSend: (text: string) => void;
  onEscape: () => void;
}

/** A field for a comment. Enter sends, Shift with Enter begins a line, @ offers names. */
export function WriteField(props: WriteFieldProps): VNode {
  const { id, label, value, sendName, takesFocus, onInput, onSend, onEscape } = props;
  const { surface, words } = useAnnotator();
  const field = useRef<HTMLTextAreaElement>(null);
  const typed = useSignal<TypedName | null>(null);
  const active = useSignal(0);
  /** Where the caret goes after a name was put in. */
  const caret = useRef<number | null>(null);
  const offered = typed.value ? offerNames(typed.value.query, surface.comments.names.value) : [];
  const chosen = Math.min(active.value, offered.length - 1);

  useEffect(() => {
    const element = field.current;
    if (!takesFocus || !element) return;
    element.focus({ preventScroll: true });
    element.setSelectionRange(element.value.length, element.value.length);
  }, [id]);
  useLayoutEffect(() => {
    if (caret.current !== null) field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });

  const look = (): void => {
    const element = field.current;
    if (element) typed.value = findTypedName(element.value, element.selectionStart);
    active.value = 0;
  };
  const complete = (name: string): void => {
    const element = field.current;
    const start = typed.value?.start;
    if (!element || start === undefined) return;
    const before = `${element.value.slice(0, start)}@${name} `;
    caret.current = before.length;
    typed.value = null;
    onInput((before + element.value.slice(element.selectionStart)).slice(0, COMMENT_MAX));
    element.focus({ preventScroll: true });
  };
  const send = (): void => {
    const text = value.trim();
    if (text === "") return;
    typed.value = null;
    onSend(text);
    field.current?.focus({ preventScroll: true });
  };
  const onKey = (event: KeyboardEvent): void => {
    if (isComposing(event)) return event.stopPropagation();
    const { key } = event;
    const name = offered[chosen];
    if (name !== undefined && (key === "ArrowDown" || key === "ArrowUp"))
      active.value = (chosen + (key === "ArrowDown" ? 1 : -1) + offered.length) % offered.length;
    else if (name !== undefined && !event.shiftKey && (key === "Enter" || key === "Tab")) complete(name);
    else if (name !== undefined && key === "Escape") typed.value = null;
    else if (key === "Escape") onEscape();
    else if (key === "Enter" && !event.shiftKey) send();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="reply">
      {offered.length > 0 && (
        <ul class="sheet mentions" role="listbox" id={`${id}-names`} aria-label={words.comments.people}>
          {offered.map((name, index) => (
            <li
              key={name}
              id={`${id}-name-${index}`}
              role="option"
              class="entry"
              aria-selected={index === chosen}
              onPointerDown={(event) => {
                event.preventDefault();
                complete(name);
              }}
            >
              <span class="face small rest" aria-hidden="true">
                {initialOf(name)}
              </span>
              {name}
            </li>
          ))}
        </ul>
      )}
      <div class="field">
        <textarea
          ref={field}
          id={id}
          rows={1}
          dir="auto"
          aria-label={label}
          aria-autocomplete="list"
          aria-controls={offered.length > 0 ? `${id}-names` : undefined}
          aria-activedescendant={offered.length > 0 ? `${id}-name-${chosen}` : undefined}
          placeholder={label}
          maxLength={COMMENT_MAX}
          value={value}
          onInput={({ currentTarget }) => {
            onInput(currentTarget.value);
            look();
          }}
          onClick={look}
          onBlur={() => (typed.value = null)}
          onKeyDown={onKey}
        />
        <button
          type="button"
          class="button ink low square"
          aria-label={sendName}
          disabled={value.trim() === ""}
          onClick={send}
        >
          <Icon name="send" small />
        </button>
      </div>
    </div>
  );
}
