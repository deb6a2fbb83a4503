import type { Point } from "../../protocol/model/geometry.ts";
import type { Command } from "../editor/keymap.ts";
import { type Editor, isLocked } from "../editor/editor.ts";
import { boundsOfFrame, frameAround, frameOf } from "../editor/geometry/frame.ts";
import {
  changeStack,
  deleteSelected,
  duplicateSelected,
  nudge,
  resizeBy,
  selectableMarks,
  setLocked,
  turn,
} from "../editor/mark-commands.ts";
import { isDrawingTool, type ToolName } from "../editor/tool-name.ts";
import type { Stage } from "../stage/stage-api.ts";
import { COPY_SHIFT } from "./clipboard-keys.ts";
import type { CornerKeys } from "./corner-keys.ts";
import type { KeyboardAim } from "./keyboard-aim.ts";
import type { KeyboardGrid } from "./keyboard-grid.ts";
import type { SelectedHandles } from "./selecting/selected-handles.ts";
import type { Tool } from "./tool.ts";
import type { ToolContext } from "./tool-context.ts";

/**
 * Does what a command says. `key` is the key that was pressed; it repeats while it is held. false: there is nothing to
 * do, the key is free.
 */
export type CommandHandler = (key: string, isRepeat?: boolean) => boolean | undefined | void;

interface CommandParts extends ToolContext {
  selected: SelectedHandles;
  keyboard: KeyboardAim;
  grid: KeyboardGrid;
  corners: CornerKeys;
  tool: () => Tool | undefined;
}

/** How much a key of the zoom changes the scale. */
const ZOOM_STEP = 1.25;
/** Stage pixels that an arrow key moves the view by. */
const PAN_STEP = 60;

const directions: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The commands that keys bring. The browser's own events bring the others (`clipboard-keys.ts`). */
export type KeyCommand = Exclude<Command, "copy" | "cut" | "paste">;

/** What each command of the keymap does. */
export function makeCommands(parts: CommandParts): Readonly<Record<KeyCommand, CommandHandler>> {
  const { editor, stage, selected, keyboard, grid, corners, tool } = parts;
  const aimingTool = (): Tool | undefined => (canAim(editor) ? tool() : undefined);
  const boundsOf = (id: string) => stage.boundsOf(id);
  // A mark that was deleted meanwhile may still be chosen: with nothing else, there is nothing to change.
  const hasSelection = (): boolean => editor.selected.value.length > 0;
  const ifSelected = (run: () => void) => (): boolean => {
    if (!hasSelection()) return false;
    run();
    return true;
  };
  const moveBy = (key: string, step: "usual" | "far" | "pixel", isRepeat = false): boolean => {
    const [dx, dy] = directions[key.split("+").at(-1) ?? ""] ?? [0, 0];
    const aiming = aimingTool();
    const by = step === "far" ? 10 : 1;
    if (aiming) {
      keyboard.move(aiming, [dx, dy], step, isRepeat);
      grid.restart();
    } else if (corners.nudge(dx * by, dy * by)) return true;
    else if (!hasSelection()) stage.panBy(-dx * PAN_STEP * by, -dy * PAN_STEP * by);
    else if (step === "pixel") resizeBy(editor, boundsOf, dx, dy);
    else nudge(editor, boundsOf, dx * by, dy * by);
    return true;
  };
  const zoom = (factor: number): void => stage.zoomTo(stage.view.value.scale * factor);

  return {
    ...chooseTools(editor),
    again: () => editor.chooseTool(editor.lastDrawingTool.value),
    label: (key) => {
      const label = editor.labels.value.find((each) => each.key === key);
      if (!label || !editor.canEdit.value) return false;
      editor.giveLabel(label.name);
      editor.announce(({ stage: words }) => words.label(label.name));
      return true;
    },
    noLabel: (key) => {
      // An application may have put a label on this very key.
      if (!editor.canEdit.value || editor.labels.value.some((label) => label.key === key)) return false;
      editor.clearLabels();
      editor.announce(({ stage: words }) => words.noLabel);
      return true;
    },
    find: () => {
      if (!editor.canEdit.value) return false;
      editor.finderOpen.value = true;
      return true;
    },
    place: () => {
      const aiming = aimingTool();
      if (!aiming) return false;
      // With the pointer over the picture, Enter ends what the pointer draws.
      if (!keyboard.at.value && editor.drawing.value) return false;
      keyboard.click(aiming);
      grid.restart();
      return true;
    },
    finish: () => tool()?.finish() || openText(parts),
    takeBack: () => {
      const now = tool();
      return now !== undefined && (grid.back(now) || now.takeBack());
    },
    stop: () => stop(parts),
    snap: () => {
      editor.isSnapping.value = !editor.isSnapping.value;
      editor.announce(({ stage: words }) => (editor.isSnapping.value ? words.snapOn : words.snapOff));
    },
    grid: () => {
      if (!aimingTool()) return false;
      grid.toggle();
      return true;
    },
    whole: () => stage.fit(),
    actualSize: () => stage.zoomTo(1),
    toSelection: ifSelected(() => showSelection(editor, stage)),
    zoomIn: () => zoom(ZOOM_STEP),
    zoomOut: () => zoom(1 / ZOOM_STEP),
    peek: () => void (stage.element.dataset["peek"] = ""),
    keys: () => void (editor.keysOpen.value = true),

    next: () => walk(editor, stage, 1),
    previous: () => walk(editor, stage, -1),
    selectAll: () => {
      editor.chooseTool("select");
      editor.select(selectableMarks(editor).map(({ id }) => id));
    },
    duplicate: ifSelected(() => {
      const shift = COPY_SHIFT / stage.view.value.scale;
      duplicateSelected(editor, [shift, shift]);
    }),
    delete: () => {
      if (corners.remove()) return true;
      if (!hasSelection()) return false;
      deleteSelected(editor);
      return true;
    },
    undo: () => {
      // While something is drawn, its last point is what was done last.
      if (!tool()?.takeBack()) editor.undo();
    },
    redo: () => editor.redo(),
    hide: ifSelected(() => {
      const ids = editor.selection.value;
      editor.hide(ids);
      editor.select([]);
      editor.announce((words) => words.stage.hidden(ids.length));
    }),
    showAll: () => editor.show([...editor.hidden.value]),
    lock: ifSelected(() => {
      const marks = editor.selected.value;
      setLocked(editor, marks, !marks.every(isLocked));
    }),
    unlockAll: () => setLocked(editor, editor.present.value.filter(isLocked), false),
    forward: ifSelected(() => changeStack(editor, "forward", boundsOf)),
    backward: ifSelected(() => changeStack(editor, "backward", boundsOf)),
    toFront: ifSelected(() => changeStack(editor, "toFront", boundsOf)),
    toBack: ifSelected(() => changeStack(editor, "toBack", boundsOf)),

    nudge: (key, isRepeat) => moveBy(key, "usual", isRepeat),
    nudgeFar: (key, isRepeat) => moveBy(key, "far", isRepeat),
    resize: (key, isRepeat) => moveBy(key, "pixel", isRepeat),
    turn: ifSelectedKey(hasSelection, (key) => turn(editor, boundsOf, key.endsWith(".") ? 1 : -1)),
    turnFar: ifSelectedKey(hasSelection, (key) => turn(editor, boundsOf, key.endsWith(".") ? 15 : -15)),
    editText: () => openText(parts),
    corners: ifSelected(() => (selected.wantsFrame.value = !selected.wantsFrame.value)),
    nextCorner: () => corners.walk(1),
    previousCorner: () => corners.walk(-1),
    addCorner: () => corners.add(),
  };
}

/** Whether arrow keys move a crosshair: with a tool that makes something where it is. */
function canAim(editor: Editor): boolean {
  const tool = editor.tool.value;
  return tool === "comment" ? editor.access.value.canComment : isDrawingTool(tool) && editor.canEdit.value;
}

function chooseTools(editor: Editor): Record<`tool.${ToolName}`, CommandHandler> {
  const choose = (name: ToolName) => (): boolean => {
    if (isDrawingTool(name) && !editor.canEdit.value) return false;
    if (name === "comment" && !editor.access.value.canComment) return false;
    editor.chooseTool(name);
    editor.announce((words) => words.stage.tool(words.tools[name]));
    return true;
  };
  return {
    "tool.select": choose("select"),
    "tool.hand": choose("hand"),
    "tool.box": choose("box"),
    "tool.ellipse": choose("ellipse"),
    "tool.line": choose("line"),
    "tool.arrow": choose("arrow"),
    "tool.polyline": choose("polyline"),
    "tool.polygon": choose("polygon"),
    "tool.freehand": choose("freehand"),
    "tool.text": choose("text"),
    "tool.point": choose("point"),
    "tool.comment": choose("comment"),
  };
}

function ifSelectedKey(hasSelection: () => boolean, run: (key: string) => void): CommandHandler {
  return (key) => {
    if (!hasSelection()) return false;
    run(key);
    return true;
  };
}

/**
 * One thing after the other: what is drawn, the grid, the tool, the corner, the selection; then Tab may leave the
 * picture.
 */
function stop({ editor, keyboard, grid, corners, tool }: CommandParts): boolean {
  if (tool()?.cancel()) {
    keyboard.rest();
    grid.restart();
    editor.announce((words) => words.stage.dropped);
    return true;
  }
  if (grid.hide()) return true;
  keyboard.hide();
  if (editor.tool.value !== "select") editor.chooseTool("select");
  else if (!corners.leave()) editor.select([]);
  return true;
}

function openText({ editor, editText }: CommandParts): boolean {
  const [mark, ...others] = editor.selected.value;
  if (mark?.type !== "text" || others.length > 0 || isLocked(mark) || !editor.canEdit.value) return false;
  editText({ id: mark.id });
  return true;
}

/** Selects the next mark or the one before. false: there is none left, and the key leaves the picture. */
function walk(editor: Editor, stage: Stage, by: 1 | -1): boolean {
  const marks = selectableMarks(editor);
  const last = editor.selection.value.at(-1);
  const at = marks.findIndex(({ id }) => id === last);
  const next = at < 0 ? marks.at(by > 0 ? 0 : -1) : marks[at + by];
  if (!next) return false;
  if (editor.tool.value !== "select") editor.chooseTool("select");
  editor.select([next.id]);
  const bounds = stage.boundsOf(next.id);
  if (bounds) stage.reveal(bounds);
  return true;
}

function showSelection(editor: Editor, stage: Stage): void {
  const frames = editor.selected.value.map((mark) => frameOf(mark, stage.boundsOf(mark.id)));
  const frame = frameAround(frames);
  if (frame) stage.fitTo(boundsOfFrame(frame));
}
