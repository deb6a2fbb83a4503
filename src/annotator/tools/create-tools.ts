import { effect, signal, untracked } from "@preact/signals";
import type { Point } from "../../protocol/model/geometry.ts";
import type { Editor } from "../editor/editor.ts";
import { isDrawingTool } from "../editor/tool-name.ts";
import type { Point as StagePoint, Stage, ToolPointer } from "../stage/stage-api.ts";
import type { Words } from "../words/en.ts";
import { ClipboardKeys } from "./clipboard-keys.ts";
import { makeCommands } from "./commands.ts";
import { CommentTool } from "./comment-tool.ts";
import { CornerKeys } from "./corner-keys.ts";
import { describeStage } from "./describe-stage.ts";
import { DrawBetween } from "./drawing/draw-between.ts";
import { DrawCorners } from "./drawing/draw-corners.ts";
import { DrawFreehand } from "./drawing/draw-freehand.ts";
import { DrawPoint } from "./drawing/draw-point.ts";
import { PlaceText } from "./drawing/place-text.ts";
import { followPerson } from "./follow-person.ts";
import { Guides } from "./guides.ts";
import { KeyboardAim } from "./keyboard-aim.ts";
import { KeyboardGrid } from "./keyboard-grid.ts";
import { hostOf, isForAnnotator, listenToKeys } from "./listen-to-keys.ts";
import { drawOverlay } from "./overlay.ts";
import { SelectTool } from "./selecting/select-tool.ts";
import { SelectedHandles } from "./selecting/selected-handles.ts";
import { sharePresence } from "./share-presence.ts";
import { TextField } from "./text-field.ts";
import { type Aim, isNear, readModifiers, readPointer, type Tool } from "./tool.ts";
import type { TextTarget, ToolContext } from "./tool-context.ts";

/** Pointer and keyboard on the picture, for the other parts of the annotator. */
export interface Tools {
  /** Opens a text of the picture to be typed in. */
  editText(target: TextTarget): void;
  close(): void;
}

/** Stage pixels that a mouse must move to take over from the keyboard: a picture that moves beneath it is no move. */
const TAKE_OVER = 3;

/** Chromium takes a quick stroke for a fling, and the next tap for what stops it: a button would not be pressed. */
function noFling(event: TouchEvent): void {
  if (event.cancelable && !(event.target instanceof HTMLTextAreaElement)) event.preventDefault();
}

/** Has pointer and keyboard work on the picture of a stage. */
export function createTools(editor: Editor, stage: Stage, words: Words, service: string): Tools {
  const guides = new Guides(editor, stage);
  const selected = new SelectedHandles(editor, stage);
  const keyboard = new KeyboardAim(editor, stage);
  const grid = new KeyboardGrid(editor, stage, keyboard);
  const corners = new CornerKeys(editor, stage, selected);
  const clipboard = new ClipboardKeys(editor, stage);
  const textField = new TextField(editor, stage, words, service);
  const editText = (target: TextTarget): void => textField.open(target);
  const context: ToolContext = { editor, stage, guides, editText };
  const toolsByName: Readonly<Partial<Record<string, Tool>>> = {
    select: new SelectTool(context, selected),
    box: new DrawBetween(context, "box"),
    ellipse: new DrawBetween(context, "ellipse"),
    line: new DrawBetween(context, "line"),
    arrow: new DrawBetween(context, "arrow"),
    polyline: new DrawCorners(context, "polyline"),
    polygon: new DrawCorners(context, "polygon"),
    freehand: new DrawFreehand(context),
    text: new PlaceText(context),
    point: new DrawPoint(context),
    comment: new CommentTool(context),
  };
  /** While the picture's size is unknown, a place on the stage is no place of the picture. */
  const hasPlaces = (): boolean => editor.document.value !== null;
  const tool = (): Tool | undefined => (hasPlaces() ? toolsByName[editor.tool.value] : undefined);
  const commands = makeCommands({ ...context, selected, keyboard, grid, corners, tool });

  const cursor = signal<Point | null>(null);
  /** The pointer that is down, as it was last: a modifier changes what it does without a move. */
  let held: { tool: Tool; aim: Aim } | null = null;
  let hovering: Aim | null = null;
  let lastPlace: StagePoint | null = null;

  const leaveKeys = (): void => {
    keyboard.hide();
    grid.hide();
  };
  const hear = (pointer: ToolPointer): void => {
    if (!hasPlaces()) return;
    const aim = readPointer(stage, pointer);
    if (!lastPlace || !isNear(lastPlace, aim.on, TAKE_OVER)) {
      lastPlace = aim.on;
      leaveKeys();
    }
    keyboard.pointer = pointer.kind === "leave" || aim.isTouch ? null : aim.at;
    cursor.value = pointer.kind === "leave" || (aim.isTouch && pointer.kind === "up") ? null : aim.at;
    const now = tool();
    switch (pointer.kind) {
      case "down":
        // Clicking elsewhere ends a text. It does not begin another one.
        if (!now || (textField.isBusy && editor.tool.value === "text")) return;
        held = { tool: now, aim };
        return now.press(aim);
      case "move":
        if (held) held.aim = aim;
        else hovering = aim;
        return held ? held.tool.drag(aim) : now?.hover(aim);
      case "up":
        held?.tool.release(aim);
        held = null;
        return;
      case "cancel":
        // The browser took the pointer, as when another window comes up: what was done so far stays.
        if (held && pointer.event.type === "pointercancel") held.tool.release(held.aim);
        else held?.tool.drop();
        held = null;
        return;
      case "leave":
        hovering = null;
        return guides.clear();
    }
  };
  const modify = (event: KeyboardEvent): void => {
    if (held) {
      held.aim = { ...held.aim, ...readModifiers(event), path: [] };
      held.tool.drag(held.aim);
    } else if (hovering && !keyboard.at.value && event.key !== "Control" && event.key !== "Meta")
      tool()?.hover({ ...hovering, ...readModifiers(event), path: [] });
  };
  /** The page may be closed: what is drawn by then is a mark, if it can be one. */
  const keep = (): void => {
    textField.close();
    if (editor.drawing.value === null || editor.drawing.value.canFinish) tool()?.finish();
  };
  window.addEventListener("pagehide", keep);
  stage.element.addEventListener("touchmove", noFling, { passive: false });

  const isMine = (event: Event): boolean => {
    const host = hostOf(stage);
    return host !== null && isForAnnotator(event, host);
  };
  const stops = [
    stage.onPointer(hear),
    watchTool(editor, stage, () => {
      // What can be a mark becomes one: nobody means to throw a polygon away by choosing another tool.
      for (const each of Object.values(toolsByName)) {
        if (editor.drawing.value?.canFinish) each?.finish();
        each?.cancel();
      }
      held = null;
      leaveKeys();
    }),
    listenToKeys({
      stage,
      commands,
      takeFirst: (event) => {
        const now = tool();
        const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
        return isPlain && now !== undefined && grid.take(now, event.code);
      },
      isIdle: () => editor.tool.value === "select" && editor.drawing.value === null,
      modify,
      release: (command) => {
        if (command === "peek") delete stage.element.dataset["peek"];
      },
    }),
    clipboard.listen(isMine),
    drawOverlay({ editor, stage, guides, selected, keyboard, grid, words }),
    () => grid.close(),
    describeStage(editor, stage, words),
    sharePresence(editor, stage, cursor),
    followPerson(editor, stage),
  ];
  return {
    editText,
    close() {
      window.removeEventListener("pagehide", keep);
      stage.element.removeEventListener("touchmove", noFling);
      textField.close();
      for (const each of Object.values(toolsByName)) each?.cancel();
      for (const stop of stops) stop();
    },
  };
}

/** Another tool drops what the one before has begun, and has another cursor. */
function watchTool(editor: Editor, stage: Stage, changed: () => void): () => void {
  return effect(() => {
    const name = editor.tool.value;
    untracked(changed);
    stage.element.dataset["tool"] = name;
    const cursor = isDrawingTool(name) && editor.canEdit.value ? (name === "text" ? "text" : "draw") : "";
    stage.element.dataset["cursor"] = cursor;
  });
}
