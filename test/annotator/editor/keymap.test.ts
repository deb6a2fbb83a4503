import { describe, expect, it } from "vitest";
import {
  digitOf,
  findBindings,
  keymap,
  type KeyPress,
  nameKey,
} from "../../../src/annotator/editor/keymap.ts";
import { toolKeys } from "../../../src/annotator/editor/tool-name.ts";
import { de } from "../../../src/annotator/words/de.ts";
import { en } from "../../../src/annotator/words/en.ts";

function press(key: string, code: string, more: Partial<KeyPress> = {}): KeyPress {
  return { key, code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more };
}

describe("nameKey", () => {
  it.each([
    [press("b", "KeyB"), "b"],
    [press("B", "KeyB"), "b"],
    [press("Z", "KeyZ", { ctrlKey: true, shiftKey: true }), "Ctrl+Shift+z"],
    [press("z", "KeyZ", { metaKey: true }), "Ctrl+z"],
    [press("!", "Digit1", { shiftKey: true }), "Shift+1"],
    [press("1", "Digit1"), "1"],
    // A French keyboard has digits with Shift: a digit is one all the same.
    [press("1", "Digit1", { shiftKey: true }), "1"],
    [press("?", "Slash", { shiftKey: true }), "?"],
    [press("?", "Minus", { shiftKey: true }), "?"],
    [press("+", "BracketRight"), "+"],
    [press("}", "BracketRight", { shiftKey: true }), "}"],
    [press("Tab", "Tab", { shiftKey: true }), "Shift+Tab"],
    [press("ArrowLeft", "ArrowLeft", { shiftKey: true }), "Shift+ArrowLeft"],
    [press(",", "Comma", { altKey: true }), "Alt+,"],
    [press("<", "Comma", { altKey: true, shiftKey: true }), "Alt+Shift+,"],
    [press("[", "BracketLeft", { altKey: true }), "Alt+["],
    [press("Dead", "Backquote"), "Dead"],
  ])("names %j", (pressed, name) => {
    expect(nameKey(pressed)).toBe(name);
  });
});

/** AltGr, as Windows tells it. */
const altGr = { ctrlKey: true, altKey: true, isAltGraph: true };
const option = { altKey: true, isApple: true };

it.each<[keyboard: string, KeyPress, name: string]>([
  ["German", press("/", "Digit7", { shiftKey: true }), "/"],
  ["German", press("?", "Minus", { shiftKey: true }), "?"],
  ["German", press("[", "Digit8", altGr), "["],
  // Linux says neither Ctrl nor Alt.
  ["German", press("]", "Digit9", { isAltGraph: true }), "]"],
  ["German", press("{", "Digit7", altGr), "{"],
  ["German", press('"', "Digit2", { shiftKey: true }), "Shift+2"],
  ["German", press("=", "Digit0", { shiftKey: true }), "Shift+0"],
  ["German", press("y", "KeyZ", { ctrlKey: true }), "Ctrl+y"],
  ["German", press("ü", "BracketLeft"), "ü"],
  ["Polish", press("ł", "KeyL", altGr), "ł"],
  ["French", press("1", "Digit1", { shiftKey: true }), "1"],
  ["French", press(",", "KeyM"), ","],
  ["French", press(",", "KeyM", { altKey: true }), "Alt+,"],
  ["French", press("é", "Digit2"), "é"],
  ["Turkish", press("ı", "KeyI"), "i"],
  ["Dvorak", press("h", "KeyJ", { altKey: true }), "Alt+h"],
  ["a Mac's", press("z", "KeyZ", { metaKey: true, shiftKey: true, isApple: true }), "Ctrl+Shift+z"],
  ["a Mac's", press("˙", "KeyH", option), "Alt+h"],
  ["a Mac's", press("Ò", "KeyL", { ...option, shiftKey: true }), "Alt+Shift+l"],
  ["a Mac's", press("≥", "Period", option), "Alt+."],
  ["a Mac's", press("“", "BracketLeft", option), "Alt+["],
  ["a German Mac's", press("@", "KeyL", option), "Alt+l"],
  ["a German Mac's", press("[", "Digit5", option), "["],
  ["a German Mac's", press("}", "Digit9", option), "}"],
  ["Russian", press("и", "KeyB"), "b"],
  ["Russian", press("я", "KeyZ", { ctrlKey: true }), "Ctrl+z"],
  ["Russian", press("р", "KeyH", { altKey: true }), "Alt+h"],
  ["Russian", press("ю", "Period"), "."],
  ["Russian", press("х", "BracketLeft"), "["],
  ["Russian", press("Х", "BracketLeft", { shiftKey: true }), "{"],
  ["Russian", press("Б", "Comma", { altKey: true, shiftKey: true }), "Alt+Shift+,"],
  ["Russian", press("?", "Digit7", { shiftKey: true }), "?"],
  ["Greek", press("β", "KeyB"), "b"],
  ["Greek", press("Ζ", "KeyZ", { ctrlKey: true, shiftKey: true }), "Ctrl+Shift+z"],
  ["Hebrew", press("/", "KeyQ"), "/"],
  ["Arabic", press("لا", "KeyB"), "b"],
  ["Persian", press("۱", "Digit1"), "1"],
])("on a %s keyboard %j is %s", (_keyboard, pressed, name) => {
  expect(nameKey(pressed)).toBe(name);
});

it.each<[keyboard: string, KeyPress, digit: string | undefined]>([
  ["French", press("&", "Digit1"), "1"],
  ["French", press("é", "Digit2"), "2"],
  ["French", press("-", "Digit6"), "6"],
  ["French", press("à", "Digit0"), "0"],
  ["Czech", press("+", "Digit1"), "1"],
  // With Shift it types the digit itself.
  ["French", press("1", "Digit1", { shiftKey: true }), undefined],
  ["French", press("{", "Digit4", altGr), undefined],
  ["French", press("-", "NumpadSubtract"), undefined],
  ["American", press("1", "Digit1"), undefined],
  ["American", press("!", "Digit1", { shiftKey: true }), undefined],
  ["American", press("-", "Minus"), undefined],
  ["Persian", press("۱", "Digit1"), undefined],
])("on a %s keyboard %j has the digit %s below its sign", (_keyboard, pressed, digit) => {
  expect(digitOf(pressed)).toBe(digit);
});

describe("keymap", () => {
  it("has the key of each tool", () => {
    for (const [tool, key] of Object.entries(toolKeys))
      expect(findBindings(nameKey(press(key, `Key${key.toUpperCase()}`)))[0]?.command).toBe(`tool.${tool}`);
  });

  it("gives a key to two commands only where one of them may have nothing to do", () => {
    const shared = ["Enter", "Backspace"];
    for (const { keys } of keymap) {
      for (const key of keys) {
        const commands = keymap.filter((binding) => binding.keys.includes(key));
        expect(commands.length, key).toBe(shared.includes(key) ? commands.length : 1);
      }
    }
  });

  it("has words for every command", () => {
    for (const words of [en, de]) {
      const names: Record<string, string> = words.keys.names;
      for (const { command, group } of keymap) {
        expect(words.keys.groups[group]).not.toBe("");
        if (!command.startsWith("tool.")) expect(names[command], command).toBeTypeOf("string");
      }
    }
  });
});
