import { growBounds, type Bounds } from "../../scene/bounds.ts";
import type { Drawing } from "../../scene/draw-annotation.ts";
import { badgeDigitsSize, badgeReach, drawBadge, type BadgeText } from "./draw-badge.ts";
import { drawSheet } from "./draw-sheet.ts";
import { balanceColumns, type Column } from "./balance-columns.ts";
import { toMark } from "./mark.ts";
import { shortenNote, type Note } from "./notes.ts";
import { toPaint } from "../../scene/paint.ts";
import { inkOn } from "./ink-on.ts";
import { layoutToFit, type LayoutTextAsync } from "./layout-async.ts";
import type { LaidOutText } from "../../scene/shape.ts";
import { reduceFontSize } from "./font-size.ts";

/** The list of numbered notes, as wide as the frame. */
export interface NoteList {
  /** Image pixels. */
  height: number;
  drawings: Drawing[];
  /** It lists the notes with the numbers 1 to this one. */
  shown: number;
  /** How many of them are shortened. */
  cut: number;
  /** The font size of its text. */
  fontSize: number;
}

/** Where a list goes. */
export interface ListPlace {
  /** Image pixels. */
  frame: Bounds;
  /** Where the list begins: at the lower edge of the frame or, below a legend, further down. */
  top: number;
  /** The height available. */
  room: number;
  /** An opaque colour. */
  ground: string;
  /** The largest one: `fontSizeFor` of the frame. */
  fontSize: number;
}

/**
 * Tried in turn until all notes fit: first smaller type, then less of each note. The last attempt leaves out what does
 * not fit. No attempt lays out more text than there is room for.
 */
const ATTEMPTS: readonly Attempt[] = [
  { fontScale: 1, length: 2_500 },
  { fontScale: 0.8, length: 2_500 },
  { fontScale: 0.65, length: 2_500 },
  { fontScale: 0.5, length: 2_500 },
  { fontScale: 0.5, length: 200 },
  { fontScale: 0.35, length: 100 },
  { fontScale: 0.35, length: 50 },
];
interface Attempt {
  /** Factor of the font size. */
  fontScale: number;
  /** The most characters of a note. */
  length: number;
}

/** In font sizes: padding, gaps between columns, between notes, between a badge and its text. */
const PADDING = 0.75;
const COLUMN_GAP = 2;
const NOTE_GAP = 0.5;
const BADGE_GAP = 0.5;
/** The least width of a column in font sizes, and the most columns. */
const COLUMN_MIN = 24;
const COLUMNS_MAX = 5;
/** The least width of a line in font sizes, even if it reaches beyond the frame. */
const LINE_MIN = 4;

/** Draws the notes in columns. undefined: there is no room for any. */
export async function drawNoteList(
  notes: readonly Note[],
  place: ListPlace,
  layoutText: LayoutTextAsync,
): Promise<NoteList | undefined> {
  for (const [index, attempt] of ATTEMPTS.entries()) {
    const list = await tryList(notes, place, layoutText, attempt);
    if (list?.shown === notes.length || index === ATTEMPTS.length - 1) return list;
  }
  return undefined;
}

interface Entry {
  note: Note;
  badge: BadgeText;
  text: LaidOutText;
  cut: boolean;
  height: number;
}

/** Draws the notes that fit, starting with the first. */
async function tryList(
  notes: readonly Note[],
  place: ListPlace,
  layoutText: LayoutTextAsync,
  attempt: Attempt,
): Promise<NoteList | undefined> {
  const { frame, room, ground } = place;
  const fontSize = reduceFontSize(place.fontSize, attempt.fontScale);
  const padding = PADDING * fontSize;
  const inside = { width: frame.right - frame.left - 2 * padding, height: room - 2 * padding };
  const gap = COLUMN_GAP * fontSize;
  const columns = Math.max(
    1,
    Math.min(COLUMNS_MAX, notes.length, Math.floor((inside.width + gap) / (COLUMN_MIN * fontSize + gap))),
  );
  const columnWidth = (inside.width + gap) / columns - gap;

  const setNumber = (number: number) => layoutText(String(number), badgeDigitsSize(fontSize));
  const reach = badgeReach({ fontSize, digits: await setNumber(notes.length) });
  const indent = 2 * reach.x + BADGE_GAP * fontSize;
  const lineWidth = Math.max(columnWidth - indent, LINE_MIN * fontSize);
  const entries: Entry[] = [];
  let sum = 0;
  for (const [index, note] of notes.entries()) {
    const { text, cut } = shortenNote(note.text, attempt.length);
    const set = await layoutToFit(layoutText, text, fontSize, lineWidth);
    const badge = { fontSize, digits: await setNumber(index + 1) };
    const height = Math.max(2 * reach.y, set.height + textTop(badge, reach.y));
    sum += height;
    // More than all columns have room for: nobody needs to know by how much.
    if (sum > inside.height * columns) break;
    entries.push({ note, badge, text: set, cut, height });
  }
  const noteGap = NOTE_GAP * fontSize;
  const heights = entries.map(({ height }) => height + noteGap);
  const filled = balanceColumns(heights, columns, inside.height + noteGap);
  const shown = entries.slice(0, filled.count);
  if (shown.length === 0) return undefined;

  const height = Math.ceil(filled.height - noteGap + 2 * padding);
  const bounds = { left: frame.left, top: place.top, right: frame.right, bottom: place.top + height };
  const ink = inkOn(ground);
  const columnLeft = (column: Column) => frame.left + padding + column.index * (columnWidth + gap);
  const drawings = filled.columns.flatMap((column) => {
    let top = place.top + padding;
    return shown.slice(column.from, column.to).map(({ note, badge, text, height }) => {
      const left = columnLeft(column);
      const mark = drawBadge(badge, [left + reach.x, top + reach.y], note.color);
      const words = { text, x: left + indent, y: top + textTop(badge, reach.y), ink: toPaint(ink) };
      const box = { left, top, right: left + indent + text.width, bottom: top + height };
      top += height + noteGap;
      const bounds = growBounds(box, fontSize / 2);
      return toMark(`note-${note.id}`, { ...mark, texts: [...mark.texts, words], bounds }, note.id);
    });
  });
  return {
    height,
    drawings: [drawSheet("notes", bounds, ground, fontSize), ...drawings],
    shown: shown.length,
    cut: shown.filter(({ cut }) => cut).length,
    fontSize,
  };
}

/** How far below the top of a note its text begins, so that the first line is level with the badge. */
function textTop({ fontSize, digits }: BadgeText, reach: number): number {
  const lineHeight = (digits.height / badgeDigitsSize(fontSize)) * fontSize;
  return reach - lineHeight / 2;
}
