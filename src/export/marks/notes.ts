import type { Annotation } from "../../protocol/model/annotation.ts";
import type { Comment } from "../../protocol/model/comment.ts";
import { NOTES_MAX } from "../../protocol/limits.ts";
import type { Point } from "../../protocol/model/geometry.ts";
import { describeOpenThreads } from "../threads.ts";
import { findAnchors } from "./anchors.ts";
import type { Bounds } from "../../scene/bounds.ts";

/** What there is to read about an annotation: its text, unless it shows that itself, and its open threads. */
export interface Note {
  id: string;
  text: string;
  /** It has comments, a line each. */
  hasThreads?: boolean;
  /** `#rrggbb`, as the annotation is drawn. */
  color: string;
  /** Where the note can be tied to the annotation, best first; image pixels. */
  anchors: readonly Point[];
  /** Bounds of the annotation. */
  bounds: Bounds;
  /** A badge would hide the annotation, because it is as small as a pin. */
  small: boolean;
}

/** The characters kept of a note: one more than any list shows. */
const KEPT_MAX = 2_501;
const DEFAULT_COLOR = "#111827";

/** Collects notes in the order of creation. */
export class NoteCollection {
  readonly notes: Note[] = [];
  /** Where texts are, so that callouts can avoid them. As many as notes are kept. */
  readonly texts: Bounds[] = [];
  /** Notes that could be shown, whether or not they are kept. */
  count = 0;
  /** Notes of annotations that lie wholly outside the frame. */
  outside = 0;
  readonly #keep: boolean;
  readonly #comments: ReadonlyMap<string, readonly Comment[]>;

  /** `keep`: the notes will be shown; otherwise they are only counted. `comments`: by annotation. */
  constructor(keep: boolean, comments: ReadonlyMap<string, readonly Comment[]> = new Map()) {
    this.#keep = keep;
    this.#comments = comments;
  }

  /** `seen`: part of the annotation is within the frame. */
  add(annotation: Annotation, bounds: Bounds, seen: boolean): void {
    if (annotation.type === "text" && seen && this.#keep && this.texts.length < NOTES_MAX) {
      this.texts.push(bounds);
    }
    const { id, type, style } = annotation;
    const said = describeOpenThreads(this.#comments.get(id) ?? []);
    // An annotation of type `text` shows its text itself.
    const text = type === "text" ? "" : annotation.text;
    if (text.trim() === "" && said === "") return;
    if (!seen) {
      this.outside++;
      return;
    }
    this.count++;
    if (!this.#keep || this.notes.length === NOTES_MAX) return;
    const color = (style.stroke ?? style.fill ?? DEFAULT_COLOR).slice(0, 7);
    const kept = tidyLines(`${text}\n${said}`).slice(0, KEPT_MAX).toWellFormed();
    const anchors = findAnchors(annotation, bounds);
    this.notes.push({
      id,
      text: kept,
      hasThreads: said !== "",
      color,
      anchors,
      bounds,
      small: type === "point",
    });
  }
}

/** Drops empty lines, and spaces around each line. */
function tidyLines(text: string): string {
  const lines = text.split(/\r\n?|\n/).map((line) => line.trim());
  return lines.filter((line) => line !== "").join("\n");
}

/** The most lines of one note that stay separate; more are joined into one. */
const LINES_MAX = 8;
/** The most characters that a cut gives up in order to fall between two words. */
const WORD_MAX = 16;

/** Shortens a note to `max` characters. One that has many lines or is cut becomes a single line. */
export function shortenNote(text: string, max: number): { text: string; cut: boolean } {
  if (text.length <= max) {
    return { text: text.split("\n").length > LINES_MAX ? text.replaceAll("\n", " ") : text, cut: false };
  }
  const whole = wholeCharacters(text.slice(0, max).replaceAll("\n", " "));
  const space = whole.lastIndexOf(" ");
  const end = space > whole.length - WORD_MAX && space > 0 ? space : whole.length;
  return { text: `${whole.slice(0, end)}…`, cut: true };
}

/** Drops the last grapheme, which may have been cut in two. */
function wholeCharacters(text: string): string {
  const segments = [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)];
  return text.slice(0, segments.at(-1)?.index ?? 0);
}
