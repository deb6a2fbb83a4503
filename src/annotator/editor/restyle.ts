import type { Annotation, StylePatch } from "../../protocol/model/annotation.ts";
import { type Editor, isLocked } from "./editor.ts";
import { type MarkStyle, toStyle } from "./mark-style.ts";

/** The selected marks that can be changed. */
export function editableSelection(editor: Editor): readonly Annotation[] {
  return editor.canEdit.value ? editor.selected.value.filter((mark) => !isLocked(mark)) : [];
}

/** What the style bar shows: the style of the mark selected last, else that of the next mark. */
export function shownStyle(editor: Editor): MarkStyle {
  const mark = editor.selected.value.at(-1);
  return mark ? readStyle(mark, sideOf(editor)) : editor.style.value;
}

/**
 * Changes the style of the selection, and of the next mark. As one step of undo; while a slider is dragged, all its
 * steps are one.
 */
export function restyle(editor: Editor, change: Partial<MarkStyle>): void {
  editor.style.value = { ...editor.style.value, ...change };
  const marks = editableSelection(editor);
  if (marks.length === 0) return;
  const side = sideOf(editor);
  const { annotations } = editor.room;
  const apply = (): void => {
    for (const mark of marks) annotations.update(mark.id, { style: patchStyle(mark, change, side) });
  };
  if (change.fill === undefined) editor.room.gesture(apply);
  else apply();
}

/** Pixels of the longer side of the picture: widths are parts of it. */
function sideOf(editor: Editor): number {
  const document = editor.document.value;
  return Math.max(document?.width ?? 0, document?.height ?? 0) || FALLBACK_SIDE;
}
/** Of a document without a size. */
const FALLBACK_SIDE = 1_000;

/** The style of a mark in the terms of the bar. A width that is none of the three is shown as the nearest. */
export function readStyle({ style }: Annotation, side: number): MarkStyle {
  const color = (style.stroke ?? style.fill ?? "#000000").slice(0, 7);
  const widths = (["thin", "medium", "thick"] as const).map((width) => ({
    width,
    distance: Math.abs(
      Math.log(strokeWidthOf({ color, width, dashed: false, fill: 0 }, side) / Math.max(style.stroke_width, 0.1)),
    ),
  }));
  const nearest = widths.reduce((best, next) => (next.distance < best.distance ? next : best));
  return { color, width: nearest.width, dashed: style.dash !== undefined, fill: alphaOf(style.fill) };
}

function patchStyle(mark: Annotation, change: Partial<MarkStyle>, side: number): StylePatch {
  const wanted = toStyle({ ...readStyle(mark, side), ...change }, side);
  const patch: StylePatch = {};
  if (change.color !== undefined) {
    patch.stroke = wanted.stroke ?? null;
    if (mark.style.fill !== null) patch.fill = change.color + mark.style.fill.slice(7);
  }
  if (change.fill !== undefined) patch.fill = wanted.fill ?? null;
  if (change.width !== undefined) patch.stroke_width = wanted.stroke_width ?? null;
  const isDashed = change.dashed ?? mark.style.dash !== undefined;
  // Dashes have the width's measure: they change with it.
  if (change.dashed !== undefined || (change.width !== undefined && isDashed))
    patch.dash = isDashed ? (wanted.dash ?? null) : null;
  return patch;
}

function strokeWidthOf(style: MarkStyle, side: number): number {
  return toStyle(style, side).stroke_width ?? 1;
}

/** How opaque a colour is: 0–1. null: not at all. */
function alphaOf(color: string | null): number {
  if (color === null) return 0;
  const alpha = color.slice(7);
  return alpha === "" ? 1 : Number.parseInt(alpha, 16) / 255;
}
