import { effect } from "@preact/signals";
import type { Editor } from "../editor/editor.ts";
import { selectableMarks } from "../editor/mark-commands.ts";
import type { Notice } from "../editor/notice.ts";
import type { Stage } from "../stage/stage-api.ts";
import type { Words } from "../words/en.ts";
import { nameMark } from "./name-mark.ts";

/** Milliseconds between emptying a live region and filling it: the same words are said again. */
const SAY_MS = 50;

/**
 * Makes the picture known to screen readers: one place to stop at, which says how many marks there are, which one is
 * selected, and what happens.
 */
export function describeStage(editor: Editor, stage: Stage, words: Words): () => void {
  const { picture } = stage;
  picture.setAttribute("role", "application");
  const list = document.createElement("div");
  list.className = "only-read";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.stage.marks);
  const option = document.createElement("div");
  option.id = "selected-mark";
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "true");
  list.append(option);
  const live = document.createElement("div");
  live.className = "only-read";
  live.setAttribute("aria-live", "polite");
  stage.element.append(list, live);

  let timer: ReturnType<typeof setTimeout> | undefined;
  const say = (notice: Notice | null): void => {
    if (!notice) return;
    clearTimeout(timer);
    live.textContent = "";
    timer = setTimeout(() => (live.textContent = notice.say(words)), SAY_MS);
  };
  const stops = [
    effect(() => picture.setAttribute("aria-label", words.stage.picture(editor.marks.value.length))),
    effect(() => {
      const mark = editor.selected.value.at(-1);
      option.textContent = mark ? nameMark(mark, words) : words.stage.selectedNone;
      option.setAttribute("aria-selected", String(mark !== undefined));
      if (mark) picture.setAttribute("aria-activedescendant", option.id);
      else picture.removeAttribute("aria-activedescendant");
    }),
    effect(() => say(editor.notice.value)),
    effect(() => say(editor.announcement.value)),
    saySelection(editor, words, say),
  ];
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
    list.remove();
    live.remove();
  };
}

/** Says what is selected when that changes, not when the selected mark does. */
function saySelection(editor: Editor, words: Words, say: (notice: Notice) => void): () => void {
  let before: readonly string[] = [];
  return effect(() => {
    const ids = editor.selection.value;
    if (ids === before) return;
    const hadSome = before.length > 0;
    before = ids;
    const marks = selectableMarks(editor);
    const mark = editor.selected.peek().at(-1);
    if (ids.length > 1) say({ say: () => words.stage.selectedMany(ids.length) });
    else if (mark) {
      const place = marks.findIndex(({ id }) => id === mark.id) + 1;
      say({ say: () => words.stage.selected(nameMark(mark, words), place, marks.length) });
    } else if (hadSome) say({ say: () => words.stage.selectedNone });
  });
}
