import { describe, expect, it } from "vitest";
import { findBindings, keymap, type KeyPress, nameKey } from "../../../src/annotator/editor/keymap.ts";
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
    // AltGr on Windows says Ctrl and Alt.
    [press("[", "Digit8", { ctrlKey: true, altKey: true, isAltGraph: true }), "["],
    // Alt on a Mac types other signs.
    [press("˙", "KeyH", { altKey: true }), "Alt+h"],
    [press("≥", "Period", { altKey: true }), "Alt+."],
    // A Cyrillic keyboard: the place counts.
    [press("и", "KeyB"), "b"],
    [press("ArrowLeft", "ArrowLeft", { shiftKey: true }), "Shift+ArrowLeft"],
    [press("Tab", "Tab", { shiftKey: true }), "Shift+Tab"],
  ])("names %j", (pressed, name) => {
    expect(nameKey(pressed)).toBe(name);
  });
});

describe("keymap", () => {
  it("has the key of each tool", () => {
    for (const [tool, key] of Object.entries(toolKeys))
      expect(findBindings(press(key, `Key${key.toUpperCase()}`))[0]?.command).toBe(`tool.${tool}`);
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
