import { type ToolName, toolKeys, toolNames } from "./tool-name.ts";

/** What a key can do, besides choosing a tool. The names for people are in `words.keys`. */
export type CommandName =
  | "again"
  | "label"
  | "noLabel"
  | "find"
  | "finish"
  | "takeBack"
  | "stop"
  | "place"
  | "next"
  | "previous"
  | "selectAll"
  | "duplicate"
  | "copy"
  | "cut"
  | "paste"
  | "delete"
  | "undo"
  | "redo"
  | "nudge"
  | "nudgeFar"
  | "resize"
  | "turn"
  | "turnFar"
  | "hide"
  | "showAll"
  | "lock"
  | "unlockAll"
  | "peek"
  | "forward"
  | "backward"
  | "toFront"
  | "toBack"
  | "editText"
  | "corners"
  | "nextCorner"
  | "previousCorner"
  | "addCorner"
  | "snap"
  | "grid"
  | "whole"
  | "actualSize"
  | "toSelection"
  | "zoomIn"
  | "zoomOut"
  | "keys";
export type Command = CommandName | `tool.${ToolName}`;

/** Where the sheet of keys shows a command. */
export type KeyGroup = "tools" | "labels" | "drawing" | "view" | "marks" | "shape";

export interface KeyBinding {
  command: Command;
  group: KeyGroup;
  /**
   * Each of them does it. Letters are small; `Ctrl` is also ⌘. A sign that needs Shift on some keyboards stands for
   * itself.
   */
  keys: readonly string[];
  /** Only while the picture has the focus: elsewhere these keys belong to buttons and lists. */
  isOfPicture?: boolean;
  /** Goes on until the key is released. */
  isHeld?: boolean;
  /** Not in the sheet of keys: another line there says it. */
  isUnlisted?: boolean;
}

const arrows = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

/** Every key of the annotator. The browser's own events bring copy, cut and paste: they are here for the sheet. */
export const keymap: readonly KeyBinding[] = [
  ...toolNames.map((tool): KeyBinding => ({
    command: `tool.${tool}`,
    group: "tools",
    keys: tool === "box" ? [toolKeys.box, "r"] : [toolKeys[tool]],
  })),
  { command: "again", group: "tools", keys: ["n"] },

  { command: "label", group: "labels", keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"] },
  { command: "noLabel", group: "labels", keys: ["0"] },
  { command: "find", group: "labels", keys: ["/"] },

  { command: "place", group: "drawing", keys: ["Enter"], isOfPicture: true, isUnlisted: true },
  { command: "finish", group: "drawing", keys: ["Enter"], isOfPicture: true },
  { command: "takeBack", group: "drawing", keys: ["Backspace"], isOfPicture: true },
  { command: "stop", group: "drawing", keys: ["Escape"] },
  { command: "snap", group: "drawing", keys: ["s"] },
  { command: "grid", group: "drawing", keys: ["g"], isOfPicture: true },

  { command: "whole", group: "view", keys: ["Shift+1"] },
  { command: "actualSize", group: "view", keys: ["Shift+0"] },
  { command: "toSelection", group: "view", keys: ["Shift+2"] },
  { command: "zoomIn", group: "view", keys: ["+", "="] },
  { command: "zoomOut", group: "view", keys: ["-", "_"] },
  { command: "peek", group: "view", keys: ["x"], isHeld: true },
  { command: "keys", group: "view", keys: ["?"] },

  { command: "next", group: "marks", keys: ["Tab"], isOfPicture: true },
  { command: "previous", group: "marks", keys: ["Shift+Tab"], isOfPicture: true },
  { command: "selectAll", group: "marks", keys: ["Ctrl+a"] },
  { command: "duplicate", group: "marks", keys: ["Ctrl+d"] },
  { command: "copy", group: "marks", keys: ["Ctrl+c"] },
  { command: "cut", group: "marks", keys: ["Ctrl+x"] },
  { command: "paste", group: "marks", keys: ["Ctrl+v"] },
  { command: "delete", group: "marks", keys: ["Delete", "Backspace"], isOfPicture: true },
  { command: "undo", group: "marks", keys: ["Ctrl+z"] },
  { command: "redo", group: "marks", keys: ["Ctrl+Shift+z", "Ctrl+y"] },
  { command: "hide", group: "marks", keys: ["Alt+h"] },
  { command: "showAll", group: "marks", keys: ["Alt+Shift+h"] },
  { command: "lock", group: "marks", keys: ["Alt+l"] },
  { command: "unlockAll", group: "marks", keys: ["Alt+Shift+l"] },
  { command: "forward", group: "marks", keys: ["]"] },
  { command: "backward", group: "marks", keys: ["["] },
  { command: "toFront", group: "marks", keys: ["}", "Alt+]"] },
  { command: "toBack", group: "marks", keys: ["{", "Alt+["] },

  { command: "nudge", group: "shape", keys: arrows, isOfPicture: true },
  { command: "nudgeFar", group: "shape", keys: arrows.map((key) => `Shift+${key}`), isOfPicture: true },
  { command: "resize", group: "shape", keys: arrows.map((key) => `Ctrl+${key}`), isOfPicture: true },
  { command: "turn", group: "shape", keys: ["Alt+,", "Alt+."] },
  { command: "turnFar", group: "shape", keys: ["Alt+Shift+,", "Alt+Shift+."], isUnlisted: true },
  { command: "editText", group: "shape", keys: ["F2"], isOfPicture: true },
  { command: "corners", group: "shape", keys: ["e"] },
  { command: "nextCorner", group: "shape", keys: ["."] },
  { command: "previousCorner", group: "shape", keys: [","] },
  { command: "addCorner", group: "shape", keys: ["i"] },
];

/** What a key event has that matters here. */
export interface KeyPress {
  key: string;
  /** The key's place on the keyboard, as in `KeyA`. */
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  /** AltGr is held: it makes signs such as [ on many keyboards, and on Windows says that Ctrl and Alt are held. */
  isAltGraph?: boolean;
  /** The keyboard is a Mac's: there Option is Alt, and makes signs, too. */
  isApple?: boolean;
}

const byKey = new Map<string, KeyBinding[]>();
for (const binding of keymap) {
  for (const key of binding.keys) byKey.set(key, [...(byKey.get(key) ?? []), binding]);
}

/** What a key of this name does, in the order in which to try it; the first one that has something to do takes it. */
export function findBindings(name: string): readonly KeyBinding[] {
  return byKey.get(name) ?? [];
}

/**
 * The digit of a key in the row of digits that types something else without Shift, as on a French or a Czech keyboard:
 * people mean the digit that is printed on it. undefined: it is no such key.
 */
export function digitOf({
  key,
  code,
  ctrlKey,
  metaKey,
  altKey,
  shiftKey,
  isAltGraph,
}: KeyPress): string | undefined {
  if (ctrlKey || metaKey || altKey || shiftKey || isAltGraph === true || isNamed(key)) return undefined;
  return /^\p{Nd}$/u.test(key) ? undefined : /^Digit(\d)$/.exec(code)?.[1];
}

/** The name of a pressed key in the keymap: `Ctrl+Shift+z`. */
export function nameKey(press: KeyPress): string {
  if (makesSign(press)) return press.key;
  const { key, hasShift } = readKey(press);
  const hasCtrl = press.ctrlKey || press.metaKey;
  return `${hasCtrl ? "Ctrl+" : ""}${press.altKey ? "Alt+" : ""}${hasShift ? "Shift+" : ""}${key}`;
}

/** Whether Alt was held to type a sign, and not for a command. */
function makesSign({ key, code, altKey, isAltGraph, isApple }: KeyPress): boolean {
  if (isAltGraph === true) return !isNamed(key);
  return isApple === true && altKey && isSign(key) && byKey.has(key) && signsByPlace[code] !== key;
}

function readKey({ key, code, altKey, shiftKey }: KeyPress): { key: string; hasShift: boolean } {
  if (isNamed(key)) return { key, hasShift: shiftKey };
  if (/^[a-z]$/i.test(key)) return { key: key.toLowerCase(), hasShift: shiftKey };
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  // A French keyboard has digits with Shift: a digit is one all the same. An Arabic one has other digits.
  if (/^\p{Nd}$/u.test(key)) return { key: digit ?? key, hasShift: false };
  if (digit !== undefined && shiftKey && byKey.has(`Shift+${digit}`)) return { key: digit, hasShift: true };
  const place = /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() ?? digit ?? signsByPlace[code];
  // With Alt a Mac types other letters and signs: then the place counts.
  if (altKey && place !== undefined && !byKey.has(`Alt+${key}`)) return { key: place, hasShift: shiftKey };
  // A sign may need Shift or not: it stands for itself. So does é, but not the ı that is in the place of an i.
  const isOwn = isSign(key) || (/\p{Script=Latin}/u.test(key) && !/^[a-z]$/.test(place ?? ""));
  if (place === undefined || isOwn) return { key, hasShift: altKey && shiftKey };
  // A Cyrillic, Greek or Arabic keyboard has no Latin letters: the place counts.
  const shifted = shiftKey ? shiftedSigns[place] : undefined;
  return shifted === undefined ? { key: place, hasShift: shiftKey } : { key: shifted, hasShift: false };
}

/** Whether a key has a name, such as `Enter`, and types nothing. */
function isNamed(key: string): boolean {
  return /^\w{2,}$/.test(key);
}

function isSign(key: string): boolean {
  return /^[^\p{L}\p{Nd}]$/u.test(key);
}

/** Signs of the keymap by their place on an American keyboard. */
const signsByPlace: Readonly<Record<string, string>> = {
  Comma: ",",
  Period: ".",
  BracketLeft: "[",
  BracketRight: "]",
  Slash: "/",
};
const shiftedSigns: Readonly<Record<string, string>> = { "[": "{", "]": "}", "/": "?" };
