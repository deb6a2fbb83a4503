import type { Annotation, AnnotationDraft } from "../../protocol/model/annotation.ts";
import type { Point } from "../../protocol/model/geometry.ts";
import type { Bounds } from "../../scene/bounds.ts";
import { newId } from "../../client/new-id.ts";
import { type Editor, isLocked } from "./editor.ts";
import { moveDraft } from "./draft.ts";
import { boundsOfFrame, type Frame, frameAround, frameOf, pointInFrame } from "./geometry/frame.ts";
import { type Transform, transformMark } from "./geometry/transform-mark.ts";
import { moveInStack, type StackingMove } from "./stacking.ts";

/** What the scene draws of a mark: only a text's size can't be told from its geometry. */
export type BoundsOf = (id: string) => Bounds | undefined;

/** The selected marks that this person may change, with their frames. */
export function frameSelected(editor: Editor, boundsOf: BoundsOf): Map<string, Frame> {
  const marks = editor.canEdit.value ? editor.selected.value.filter((mark) => !isLocked(mark)) : [];
  return new Map(marks.map((mark) => [mark.id, frameOf(mark, boundsOf(mark.id))]));
}

/**
 * Changes marks as a transform says. Keys call it many times in a row: what they do within half a second is one step of
 * undo, as the room has it.
 */
export function transformMarks(
  editor: Editor,
  frames: ReadonlyMap<string, Frame>,
  transform: Transform,
): void {
  for (const [id, frame] of frames) {
    if (!editor.room.annotations.get(id)) continue;
    editor.room.annotations.update(id, (mark) => transformMark(mark, frameNow(mark, frame), transform));
  }
}

/** The frame of a mark that somebody else may have changed: only a text can't tell it, and keeps the size it had. */
export function frameNow(mark: Annotation, before: Frame): Frame {
  const now = frameOf(mark, undefined);
  if (mark.type !== "text") return now;
  const { x, y, rotation = 0 } = mark.geometry;
  const { width, height } = before;
  return { cx: x + width / 2, cy: y + height / 2, width, height, rotation };
}

export function nudge(editor: Editor, boundsOf: BoundsOf, dx: number, dy: number): void {
  transformMarks(editor, frameSelected(editor, boundsOf), { kind: "move", dx, dy });
}

/** Makes the selection wider or higher by so many pixels: its right and its lower edge move. */
export function resizeBy(editor: Editor, boundsOf: BoundsOf, dx: number, dy: number): void {
  const frames = frameSelected(editor, boundsOf);
  const frame = frameAround([...frames.values()]);
  if (!frame) return;
  const { width, height, rotation: angle } = frame;
  const [sx, sy] = [grow(width, dx), grow(height, dy)];
  transformMarks(editor, frames, { kind: "scale", anchor: pointInFrame(frame, -1, -1), angle, sx, sy });
}

/** By how much to scale a side to make it so many pixels longer, and at least one. */
function grow(side: number, by: number): number {
  return side > 0 ? Math.max(1, side + by) / side : 1;
}

export function turn(editor: Editor, boundsOf: BoundsOf, degrees: number): void {
  const frames = frameSelected(editor, boundsOf);
  const frame = frameAround([...frames.values()]);
  if (frame) transformMarks(editor, frames, { kind: "turn", center: [frame.cx, frame.cy], degrees });
}

export function deleteSelected(editor: Editor): void {
  const marks = editor.canEdit.value ? editor.selected.value.filter((mark) => !isLocked(mark)) : [];
  if (marks.length === 0) return;
  editor.room.gesture(() => {
    for (const { id } of marks) if (editor.room.annotations.get(id)) editor.room.annotations.delete(id);
  });
  editor.select([]);
  editor.announce((words) => words.stage.deleted(marks.length));
}

/** Puts copies beside the originals, and selects them. */
export function duplicateSelected(editor: Editor, by: Point): void {
  addMarks(editor, editor.selected.value.map(copyMark), by);
}

/** A new mark that is the same but for its id, and not locked. */
export function copyMark(mark: Annotation): AnnotationDraft {
  const { type, geometry, style, text, labels, properties, z_index } = mark;
  const { locked: _, ...copied } = properties;
  // The compiler has lost sight of which geometry goes with which type.
  return { type, geometry, style, text, labels, properties: copied, z_index } as AnnotationDraft;
}

/** Makes marks in one gesture, moved by so much, and selects them. */
export function addMarks(editor: Editor, drafts: readonly AnnotationDraft[], [dx, dy]: Point): void {
  if (!editor.canEdit.value || drafts.length === 0) return;
  const ids = editor.room.gesture(() =>
    drafts.map((draft) => editor.room.annotations.create({ ...moveDraft(draft, dx, dy), id: newId() }).id),
  );
  editor.chooseTool("select");
  editor.select(ids);
}

export function changeStack(editor: Editor, move: StackingMove, boundsOf: BoundsOf): void {
  if (!editor.canEdit.value) return;
  const ids = new Set(editor.selected.value.flatMap((mark) => (isLocked(mark) ? [] : mark.id)));
  const bounds = new Map<string, Bounds>();
  const find = (mark: Annotation): Bounds => {
    const known = bounds.get(mark.id) ?? boundsOf(mark.id) ?? boundsOfFrame(frameOf(mark, undefined));
    bounds.set(mark.id, known);
    return known;
  };
  const overlaps = (a: Annotation, b: Annotation): boolean => meet(find(a), find(b));
  const changes = moveInStack(editor.present.value, ids, move, overlaps);
  editor.room.gesture(() => {
    for (const [id, z_index] of changes) {
      if (editor.room.annotations.get(id)) editor.room.annotations.update(id, { z_index });
    }
  });
}

/** Locks marks for everybody, or unlocks them. It is a property of the mark, so that it can be undone. */
export function setLocked(editor: Editor, marks: readonly Annotation[], locked: boolean): void {
  if (!editor.canEdit.value) return;
  editor.room.gesture(() => {
    for (const { id } of marks) {
      if (!editor.room.annotations.get(id)) continue;
      editor.room.annotations.update(id, { properties: { locked: locked ? true : null } });
    }
  });
  if (locked) editor.select([]);
  editor.announce(({ stage }) => (locked ? stage.lockedMany(marks.length) : stage.unlocked(marks.length)));
}

/** Marks that can be selected on the picture, in drawing order. */
export function selectableMarks(editor: Editor): Annotation[] {
  const hidden = editor.hidden.value;
  return editor.marks.value.filter((mark) => !hidden.has(mark.id) && !isLocked(mark));
}

function meet(a: Bounds, b: Bounds): boolean {
  return a.left <= b.right && b.left <= a.right && a.top <= b.bottom && b.top <= a.bottom;
}
