import { signal } from "@preact/signals";
import { type ComponentType, h, render } from "preact";
import { act } from "preact/test-utils";
import { onTestFinished } from "vitest";
import { Editor } from "../../../src/annotator/editor/editor.ts";
import type { Stage } from "../../../src/annotator/stage/stage-api.ts";
import { AnnotatorProvider } from "../../../src/annotator/ui/annotator-context.ts";
import { createSurface, type Surface } from "../../../src/annotator/ui/surface.ts";
import { en } from "../../../src/annotator/words/en.ts";
import { createClient } from "../../../src/client/rest/create-client.ts";

import { DrivenRoom } from "../../client/support/driven-room.ts";
import { makeStage } from "./make-stage.ts";

interface Rendered {
  room: DrivenRoom;
  editor: Editor;
  surface: Surface;
  stage: Stage;
  host: HTMLElement;
  /** Does something, and waits until what it changes is shown. */
  do: (something: () => void) => Promise<void>;
  press: (name: string) => Promise<void>;
  /** A key on an element, with modifiers before it: "Shift+End". */
  key: (target: Element | null, name: string) => Promise<void>;
  type: (field: HTMLInputElement | HTMLTextAreaElement | null, text: string) => Promise<void>;
  /** Opens a popover by its id, as its button would. */
  openPopover: (id: string) => Promise<void>;
}

// jsdom lays nothing out, so nothing ever changes its size. And it has no modal dialogs.
globalThis.ResizeObserver ??= class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};
Object.assign(HTMLDialogElement.prototype, {
  showModal(this: HTMLDialogElement) {
    this.open = true;
  },
  close(this: HTMLDialogElement) {
    this.open = false;
  },
});
Object.assign(HTMLElement.prototype, { hidePopover() {} });
Object.assign(Element.prototype, { scrollTo() {} });
window.matchMedia ??= (media) =>
  Object.assign(new EventTarget(), {
    media,
    matches: false,
    onchange: null,
    addListener: () => {},
    removeListener: () => {},
  });

/**
 * A part of the annotator's surface in jsdom, for what it says and does: how it looks, and what needs a layout, is
 * tested in Chromium. What others and the service do is what the test says.
 */
export async function renderPart(
  part: ComponentType,
  {
    canEdit = true,
    fetch = globalThis.fetch,
    stage = makeStage(),
  }: { canEdit?: boolean; fetch?: typeof globalThis.fetch; stage?: Stage } = {},
): Promise<Rendered> {
  const room = new DrivenRoom();
  const access = signal({ canEdit, canComment: canEdit, canShare: canEdit });
  const editor = new Editor(room, access);
  const client = createClient({ url: "https://acetate.example", fetch, tries: 1 });
  const me = signal({ id: "mia", name: "Mia" });
  const surface = createSurface(editor, client, en, signal([]), me);
  const options = {
    service: "https://acetate.example",
    documentId: room.documentId,
    token: () => null,
    name: "Mia",
    rename: null,
    home: "/",
    tools: signal(null),
    labels: signal([]),
  };
  const tools = { editText: () => {}, close: () => {} };
  const host = document.body.appendChild(document.createElement("div"));
  const context = { editor, stage, tools, client, words: en, surface, language: "en", options };
  await act(() => render(h(AnnotatorProvider, { value: context, children: h(part, {}) }), host));
  onTestFinished(() => {
    render(null, host);
    host.remove();
    surface.stop();
    editor.close();
  });
  return {
    room,
    editor,
    surface,
    stage,
    host,
    do: (something) => act(something),
    press: (name) => act(() => findButton(host, name).click()),
    key: (target, name) => act(() => void target?.dispatchEvent(keyEvent(name))),
    type: (field, text) =>
      act(() => {
        if (field) field.value = text;
        field?.dispatchEvent(new Event("input", { bubbles: true }));
      }),
    openPopover: (id) =>
      act(() => {
        const event = Object.assign(new Event("beforetoggle"), { newState: "open" });
        host.querySelector(`#${id}`)?.dispatchEvent(event);
      }),
  };
}

function keyEvent(name: string): KeyboardEvent {
  const parts = name.split("+");
  return new KeyboardEvent("keydown", {
    key: parts.at(-1) ?? "",
    shiftKey: parts.includes("Shift"),
    ctrlKey: parts.includes("Ctrl"),
    bubbles: true,
    cancelable: true,
  });
}

/** By its text or its label. */
export function findButton(host: HTMLElement, name: string): HTMLButtonElement {
  const found = [...host.querySelectorAll("button")].find(
    (button) => (button.getAttribute("aria-label") ?? button.textContent) === name,
  );
  if (!found) throw new Error(`There is no button ${name} in ${host.textContent}`);
  return found;
}
