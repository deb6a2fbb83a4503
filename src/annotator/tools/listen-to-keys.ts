import { isApple } from "../editor/is-apple.ts";
import { isComposing } from "../editor/is-composing.ts";
import { type Command, digitOf, findBindings, type KeyPress, nameKey } from "../editor/keymap.ts";
import type { Stage } from "../stage/stage-api.ts";
import type { CommandHandler, KeyCommand } from "./commands.ts";

interface KeyListeners {
  stage: Stage;
  commands: Readonly<Record<KeyCommand, CommandHandler>>;
  /** Takes a key on the picture before the keymap does, as the grid takes letters. */
  takeFirst: (event: KeyboardEvent) => boolean;
  /** Whether nothing is drawn, and no tool is on that draws. */
  isIdle: () => boolean;
  /** A modifier was pressed or released. */
  modify: (event: KeyboardEvent) => void;
  /** A key that is held is up again. */
  release: (command: Command) => void;
}

/**
 * Whether a key or a clipboard event is for the annotator, and neither for a field nor for another part of the page.
 */
export function isForAnnotator(event: Event, host: EventTarget): boolean {
  const path = event.composedPath();
  const [target] = path;
  if (event.defaultPrevented || isField(target)) return false;
  // Where nothing has the focus, the page has it: then it is for us if we are the page.
  if (!path.includes(host)) return isBody(target) && isWholePage(host);
  return !path.some((each) => each instanceof Element && each.matches("dialog, [popover]"));
}

/** Whether the annotator is all that a page has, and no dialog of it is open. */
function isWholePage(host: EventTarget): boolean {
  return (
    host instanceof Element &&
    host.parentElement === document.body &&
    !host.shadowRoot?.querySelector("dialog[open]")
  );
}

/** Runs the command of each key, wherever the focus is in the annotator. */
export function listenToKeys({
  stage,
  commands,
  takeFirst,
  isIdle,
  modify,
  release,
}: KeyListeners): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  /** Held keys by their place on the keyboard: with a modifier pressed meanwhile, the name is another one. */
  const held = new Map<string, Command>();
  /** Escape with nothing to stop but the selection: the next Tab leaves the picture. */
  let isLeaving = false;

  const takeDigit = (digit: string): boolean =>
    findBindings(digit).some(
      ({ command }) => !isOfBrowser(command) && commands[command](digit, false) !== false,
    );
  const press = (event: KeyboardEvent): void => {
    const host = hostOf(stage);
    if (!host || !isForAnnotator(event, host) || isComposing(event)) return;
    modify(event);
    if (event.key === "Tab" || event.key.startsWith("Arrow")) stage.picture.removeAttribute("data-pressed");
    if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    const isOnPicture = event.composedPath().includes(stage.picture) || isBody(event.target);
    const keyPress = readKey(event);
    const name = nameKey(keyPress);
    if (name.endsWith("Tab") && isLeaving) return;
    isLeaving = name === "Escape" && isIdle();
    if (isOnPicture && takeFirst(event)) return event.preventDefault();
    const bindings = findBindings(name);
    // A label may have any letter or digit that does nothing else, or nothing now.
    const takesLabel = (): boolean => name.length === 1 && commands.label(name) === true;
    if (bindings.length === 0 && takesLabel()) return event.preventDefault();
    const digit = digitOf(keyPress);
    if (digit !== undefined && takeDigit(digit)) return event.preventDefault();
    for (const { command, isOfPicture, isHeld } of bindings) {
      if (isOfBrowser(command)) return;
      if (isOfPicture && !isOnPicture) continue;
      if (isHeld && event.repeat) return event.preventDefault();
      if (commands[command](name, event.repeat) === false) continue;
      if (isHeld) held.set(event.code, command);
      event.preventDefault();
      return;
    }
    if (takesLabel()) event.preventDefault();
  };
  const lift = (event: KeyboardEvent): void => {
    const command = held.get(event.code);
    held.delete(event.code);
    if (command) release(command);
    const host = hostOf(stage);
    if (host && isForAnnotator(event, host)) modify(event);
  };
  const liftAll = (): void => {
    for (const command of held.values()) release(command);
    held.clear();
  };
  document.addEventListener("keydown", press, { signal });
  document.addEventListener("keyup", lift, { signal });
  window.addEventListener("blur", liftAll, { signal });
  const down = (): void => {
    isLeaving = false;
    // Its focus ring is for those who come by keyboard, and stays away when somebody draws and presses a label's key.
    stage.picture.dataset["pressed"] = "";
  };
  stage.element.addEventListener("pointerdown", down, { signal, capture: true });
  stage.picture.addEventListener("blur", () => stage.picture.removeAttribute("data-pressed"), { signal });
  return () => ending.abort();
}

/** The annotator's element, once the stage is in the page. */
export function hostOf(stage: Stage): Element | null {
  const root = stage.element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

function readKey(event: KeyboardEvent): KeyPress {
  const { key, code, ctrlKey, metaKey, altKey, shiftKey } = event;
  // On a Mac, Firefox calls Option AltGr.
  const isAltGraph = !isApple && event.getModifierState("AltGraph");
  return { key, code, ctrlKey, metaKey, altKey, shiftKey, isAltGraph, isApple };
}

function isBody(target: EventTarget | null | undefined): boolean {
  return target === document.body || target === document.documentElement;
}

const noTextInputs =
  'input:is([type="range"], [type="checkbox"], [type="radio"], [type="button"], [type="color"])';

/** A place where people type. */
function isField(target: EventTarget | undefined): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  return target.matches("input, textarea, select") && !target.matches(noTextInputs);
}

/** The browser's own events bring these. */
function isOfBrowser(command: Command): command is Exclude<Command, KeyCommand> {
  return command === "copy" || command === "cut" || command === "paste";
}
