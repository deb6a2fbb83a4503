import type { Annotation } from "../protocol/model/annotation.ts";
import { NOTES_MAX } from "../protocol/limits.ts";
import type { Point } from "../protocol/model/geometry.ts";
import { findAnchors } from "./anchors.ts";
import type { Bounds } from "./bounds.ts";

/** What is written to an annotation that does not show it itself. */
export interface Note {
  id: string;
  text: string;
  /** `#rrggbb`, as the annotation is drawn. */
  color: string;
  /** Where the note belongs, best first; image pixels. */
  anchors: readonly Point[];
  /** Of the annotation. */
  bounds: Bounds;
  /** The annotation is so small that its badge would hide it: a pin. */
  small: boolean;
}

/** Characters that are kept of a note: what no list has room for needs no memory. One more than any list shows. */
const KEPT_MAX = 2_501;
const DEFAULT_COLOR = "#111827";

/** Gathers notes in the order of creation. */
export class NoteCollection {
  readonly notes: Note[] = [];
  /** Where texts are: a callout over one would hide it. As many as notes. */
  readonly texts: Bounds[] = [];
  /** Notes that can be shown, the kept ones among them. */
  count = 0;
  /** Notes of annotations that are wholly outside of the picture. */
  outside = 0;
  readonly #keep: boolean;

  /** `keep`: they are to be shown; else they are only counted. */
  constructor(keep: boolean) {
    this.#keep = keep;
  }

  /** `seen`: some of the annotation is within the picture. */
  add(annotation: Annotation, bounds: Bounds, seen: boolean): void {
    if (annotation.type === "text" && seen && this.#keep && this.texts.length < NOTES_MAX) {
      this.texts.push(bounds);
    }
    if (!hasNote(annotation)) return;
    if (!seen) {
      this.outside++;
      return;
    }
    this.count++;
    if (!this.#keep || this.notes.length === NOTES_MAX) return;
    const { id, type, text, style } = annotation;
    const color = (style.stroke ?? style.fill ?? DEFAULT_COLOR).slice(0, 7);
    const kept = tidyLines(text).slice(0, KEPT_MAX).toWellFormed();
    const anchors = findAnchors(annotation, bounds);
    this.notes.push({ id, text: kept, color, anchors, bounds, small: type === "point" });
  }
}

/** A `text` shows its text itself. */
function hasNote({ type, text }: Annotation): boolean {
  return type !== "text" && text.trim() !== "";
}

/** Without empty lines, and without spaces around each. */
function tidyLines(text: string): string {
  const lines = text.split(/\r\n?|\n/).map((line) => line.trim());
  return lines.filter((line) => line !== "").join("\n");
}

/** Lines of one note that are kept apart; more are run together. */
const LINES_MAX = 8;
/** Characters of a word that a cut may give up, so that it falls between two words. */
const WORD_MAX = 16;

/** A note of `max` characters at most; in one line where it has many lines, or is cut. */
export function shortenNote(text: string, max: number): { text: string; cut: boolean } {
  if (text.length <= max) {
    return { text: text.split("\n").length > LINES_MAX ? text.replaceAll("\n", " ") : text, cut: false };
  }
  const whole = wholeCharacters(text.slice(0, max).replaceAll("\n", " "));
  const space = whole.lastIndexOf(" ");
  const end = space > whole.length - WORD_MAX && space > 0 ? space : whole.length;
  return { text: `${whole.slice(0, end)}…`, cut: true };
}

/** Without the last character as people see them: it may have been cut in two. */
function wholeCharacters(text: string): string {
  const segments = [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)];
  return text.slice(0, segments.at(-1)?.index ?? 0);
}
