/*! @vitest-environment jsdom */
import { describe, expect, it } from "vitest";
import { MarksTab } from "../../../src/annotator/ui/panel/marks-tab.tsx";
import { Tabs } from "../../../src/annotator/ui/panel/tabs.tsx";
import { makeMark } from "../make-mark.ts";
import { renderPart } from "./render-part.ts";

const NAMES = ["a", "b", "c", "d", "e"];

/** A list of five marks. The last one is drawn on top of all: it comes first. */
async function showList() {
  const part = await renderPart(MarksTab);
  const marks = NAMES.map((name, index) => makeMark("box", { labels: [name], z_index: -index }));
  await part.do(() => part.room.receive(...marks));
  const list = part.host.querySelector("#list");
  const nameOf = (id: string): string => part.editor.markById.value.get(id)?.labels[0] ?? id;
  const rows = (): HTMLElement[] => [...part.host.querySelectorAll<HTMLElement>("[role=option]")];
  return {
    ...part,
    list,
    rows,
    selected: () => part.editor.selection.value.map(nameOf).join(""),
    active: () => {
      const row = list?.getAttribute("aria-activedescendant")?.replace("row-", "");
      return row === undefined ? null : nameOf(row);
    },
    press: (...keys: string[]) =>
      keys.reduce((before, key) => before.then(() => part.key(list, key)), Promise.resolve()),
    click: (index: number, modifiers: MouseEventInit = {}) =>
      part.do(
        () => void rows()[index]?.dispatchEvent(new MouseEvent("click", { bubbles: true, ...modifiers })),
      ),
  };
}

describe("the keyboard in the list of marks", () => {
  it("selects the next and the previous one, and stays at the ends", async () => {
    const { press, selected } = await showList();
    await press("Home");
    expect(selected()).toBe("a");
    await press("ArrowDown", "ArrowDown");
    expect(selected()).toBe("c");
    await press("ArrowUp");
    expect(selected()).toBe("b");
    await press("ArrowUp", "ArrowUp");
    expect(selected()).toBe("a");
    await press("End", "ArrowDown");
    expect(selected()).toBe("e");
    await press("PageUp");
    expect(selected()).toBe("d");
    await press("PageDown");
    expect(selected()).toBe("e");
  });

  it("selects from where it began with Shift, in both directions", async () => {
    const { press, selected } = await showList();
    await press("Home", "ArrowDown", "ArrowDown", "Shift+ArrowDown");
    expect(selected()).toBe("cd");
    await press("Shift+Home");
    expect(selected()).toBe("cba");
    await press("Shift+End");
    expect(selected()).toBe("cde");
  });

  it("only goes along with Ctrl, and Ctrl+Space adds and takes away", async () => {
    const { press, selected, active } = await showList();
    await press("Home", "Ctrl+ArrowDown", "Ctrl+ArrowDown");
    expect([selected(), active()]).toEqual(["a", "c"]);
    await press("Ctrl+ ");
    expect(selected()).toBe("ac");
    await press("Ctrl+ArrowUp", "Ctrl+ArrowUp", "Ctrl+ ");
    expect(selected()).toBe("c");
  });

  it("selects all with Ctrl+A, and one with Space", async () => {
    const { press, selected } = await showList();
    await press("Home", "Ctrl+a");
    expect(selected()).toBe("abcde");
    await press(" ");
    expect(selected()).toBe("e");
  });

  it("shows the mark on the picture with Enter", async () => {
    const { press, stage } = await showList();
    const shown: unknown[] = [];
    stage.boundsOf = () => ({ left: 1, top: 2, right: 3, bottom: 4 });
    stage.reveal = (box) => void shown.push(box);
    await press("Home");
    expect(shown).toEqual([]);
    await press("Enter");
    expect(shown).toEqual([{ left: 1, top: 2, right: 3, bottom: 4 }]);
  });

  it("has no other key to itself", async () => {
    const { list, host } = await showList();
    const passed: string[] = [];
    host.addEventListener("keydown", (event) => void passed.push(event.key));
    for (const key of ["x", "ArrowDown"])
      list?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    expect(passed).toEqual(["x"]);
  });

  it("begins at the first mark when the list gets the focus", async () => {
    const { list, active, do: act } = await showList();
    expect(active()).toBeNull();
    await act(() => void list?.dispatchEvent(new FocusEvent("focus")));
    expect(active()).toBe("a");
  });
});

describe("the mouse in the list of marks", () => {
  it("selects one, adds and takes away with Ctrl, and selects a range with Shift", async () => {
    const { click, selected } = await showList();
    await click(1);
    expect(selected()).toBe("b");
    await click(3, { ctrlKey: true });
    expect(selected()).toBe("bd");
    await click(1, { metaKey: true });
    expect(selected()).toBe("d");
    await click(3);
    await click(1, { shiftKey: true });
    expect(selected()).toBe("dcb");
  });

  it("shows on the picture what was clicked alone, and closes the list of a phone", async () => {
    const { click, stage, surface } = await showList();
    let shown = 0;
    stage.boundsOf = () => ({ left: 1, top: 2, right: 3, bottom: 4 });
    stage.reveal = () => void shown++;
    surface.dialogs.isPanelOpen.value = true;
    await click(1, { ctrlKey: true });
    expect([shown, surface.dialogs.isPanelOpen.value]).toEqual([0, true]);
    await click(2);
    expect([shown, surface.dialogs.isPanelOpen.value]).toEqual([1, false]);
  });
});

describe("the filter of the list", () => {
  it("says when nothing is found, and shows all again", async () => {
    const { host, rows, type, do: act } = await showList();
    const field = host.querySelector<HTMLInputElement>("input[type=search]");
    await type(field, "nowhere");
    expect(rows()).toHaveLength(0);
    expect(host.textContent).toContain("No marks match.");
    await act(() =>
      [...host.querySelectorAll("button")].find(({ textContent }) => textContent === "Show all")?.click(),
    );
    expect(rows()).toHaveLength(5);
  });

  it("is emptied by Escape, but not where Escape ends a composition", async () => {
    const { host, rows, type, key, do: act } = await showList();
    const field = host.querySelector<HTMLInputElement>("input[type=search]");
    await type(field, "c");
    expect(rows()).toHaveLength(1);
    const composing = new KeyboardEvent("keydown", { key: "Escape", isComposing: true, bubbles: true });
    await act(() => void field?.dispatchEvent(composing));
    expect(rows()).toHaveLength(1);
    await key(field, "Escape");
    expect(rows()).toHaveLength(5);
    expect(field?.value).toBe("");
  });

  it("says so where there is no mark at all", async () => {
    const { host } = await renderPart(MarksTab);
    expect(host.textContent).toContain("No marks yet.");
    expect(host.textContent).not.toContain("Show all");
  });
});

describe("the tabs of the panel", () => {
  it("are gone through by arrow keys, Home and End, round and round", async () => {
    const { host, surface, key } = await renderPart(Tabs);
    const list = host.querySelector("[role=tablist]");
    const { tab } = surface.dialogs;
    const visited: string[] = [];
    for (const name of ["ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "Home", "End"]) {
      await key(list, name);
      visited.push(tab.value);
      expect(document.activeElement?.id).toBe(`tab-${tab.value}`);
    }
    expect(visited).toEqual(["comments", "history", "marks", "history", "marks", "history"]);
  });

  it("are mirrored where one reads from the right", async () => {
    const { host, surface, key } = await renderPart(Tabs);
    host.style.direction = "rtl";
    await key(host.querySelector("[role=tablist]"), "ArrowLeft");
    expect(surface.dialogs.tab.value).toBe("comments");
    await key(host.querySelector("[role=tablist]"), "ArrowRight");
    expect(surface.dialogs.tab.value).toBe("marks");
  });

  it("leave other keys alone", async () => {
    const { host, surface } = await renderPart(Tabs);
    const event = new KeyboardEvent("keydown", { key: "x", bubbles: true, cancelable: true });
    host.querySelector("[role=tablist]")?.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(false);
    expect(surface.dialogs.tab.value).toBe("marks");
  });
});
