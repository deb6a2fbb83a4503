import type { Annotation } from "../../protocol/model/annotation.ts";
import { isLocked } from "../editor/editor.ts";
import type { Words } from "../words/en.ts";

/** Characters of a note that a screen reader says with a mark's name. */
const NOTE_MAX = 80;

/** A mark as a screen reader says it. */
export function nameMark(mark: Annotation, words: Words): string {
  const note = mark.text.replace(/\s+/g, " ").trim();
  const short = note.length > NOTE_MAX ? `${note.slice(0, NOTE_MAX)}…` : note;
  const name = words.stage.mark(words.tools[mark.type], mark.labels.join(", "), short);
  return isLocked(mark) ? `${name}, ${words.stage.locked}` : name;
}
