import { signal } from "@preact/signals";
import { onTestFinished } from "vitest";
import { Editor } from "../../../src/annotator/editor/editor.ts";
import { MarkFinder } from "../../../src/annotator/stage/mark-finder.ts";
import type { ToolPointer } from "../../../src/annotator/stage/stage-api.ts";
import { createTools } from "../../../src/annotator/tools/create-tools.ts";
import { en } from "../../../src/annotator/words/en.ts";
import type { Annotation } from "../../../src/protocol/model/annotation.ts";
import { makeDocument } from "../../support/resources.ts";
import { DrivenRoom } from "../../client/support/driven-room.ts";
import { makeStage } from "../ui/make-stage.ts";

type Place = [x: number, y: number];

/**
 * Pointer and keyboard on a picture in jsdom, at 100 %: an image pixel is a pixel of the stage. What the browser makes of
 * real devices is tested in Chromium.
 */
export function useTools({ canEdit = true, isKnown = true, textSize = { width: 70, height: 27 } } = {}) {
  const room = new DrivenRoom();
  if (isKnown) room.document.set(makeDocument());
  const access = signal({ canEdit, canComment: canEdit, canShare: canEdit });
  const editor = new Editor(room, access);
  const stage = makeStage();
  const finder = new MarkFinder(() => textSize);
  const size = stage.size.value;
  stage.boundsOf = (id) => {
    const mark = editor.preview.value.get(id) ?? editor.markById.value.get(id);
    return mark && finder.boundsOf(mark, size);
  };
  stage.hitTest = (point) => finder.find(editor.marks.value, point, 4, size, editor.hidden.value);
  // jsdom has no layout.
  Object.defineProperties(stage.element, {
    clientWidth: { value: size.width },
    clientHeight: { value: size.height },
  });
  let hear: (pointer: ToolPointer) => void = () => {};
  stage.onPointer = (listener) => {
    hear = listener;
    return () => {};
  };
  const host = document.body.appendChild(document.createElement("div"));
  host.attachShadow({ mode: "open" }).append(stage.element);
  stage.element.append(stage.picture);
  const tools = createTools(editor, stage, en, "https://acetate.example");
  onTestFinished(() => {
    tools.close();
    editor.close();
    host.remove();
  });

  const point = (kind: ToolPointer["kind"], [x, y]: Place, modifiers: MouseEventInit = {}): void => {
    const type = kind === "down" ? "pointerdown" : kind === "up" ? "pointerup" : "pointermove";
    const event = new PointerEvent(type, { clientX: x, clientY: y, pointerType: "mouse", ...modifiers });
    hear({ kind, point: { x, y }, event });
  };
  return {
    room,
    editor,
    stage,
    access,
    point,
    marks: (): readonly Annotation[] => room.annotations.value,
    /** Presses, moves through all the places, and releases. */
    drag: (places: readonly Place[], modifiers: MouseEventInit = {}): void => {
      const [first = [0, 0], ...rest] = places;
      point("down", first, modifiers);
      for (const place of rest) point("move", place, modifiers);
      point("up", places.at(-1) ?? first, modifiers);
    },
    click: (place: Place, modifiers: MouseEventInit = {}): void => {
      point("move", place, modifiers);
      point("down", place, modifiers);
      point("up", place, modifiers);
    },
    /** Keys on the picture: "Ctrl+z". @returns for each whether it did something */
    press: (...names: string[]): boolean[] => {
      return names.map((name) => {
        const parts = name.split("+");
        const wanted = parts.at(-1) ?? "";
        const digit = /^\d$/.test(wanted) ? Number(wanted) : null;
        const event = new KeyboardEvent("keydown", {
          // As an American keyboard has them.
          key: digit !== null && parts.includes("Shift") ? ")!@#$%^&*(".charAt(digit) : wanted,
          code: digit === null ? "" : `Digit${digit}`,
          ctrlKey: parts.includes("Ctrl"),
          altKey: parts.includes("Alt"),
          shiftKey: parts.includes("Shift"),
          bubbles: true,
          composed: true,
          cancelable: true,
        });
        stage.picture.dispatchEvent(event);
        return event.defaultPrevented;
      });
    },
    /** The last thing that a screen reader was told. */
    said: (): string | undefined => editor.announcement.value?.say(en),
  };
}
