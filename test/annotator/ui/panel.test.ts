/*! @vitest-environment jsdom */
import { describe, expect, it } from "vitest";
import { MarkActions } from "../../../src/annotator/ui/panel/mark-actions.tsx";
import { PeopleHere } from "../../../src/annotator/ui/panel/people-here.tsx";
import { Properties } from "../../../src/annotator/ui/panel/properties.tsx";
import { ViewBar } from "../../../src/annotator/ui/bottom/view-bar.tsx";
import { StyleControls } from "../../../src/annotator/ui/top/style-controls.tsx";
import { tellCounts, tellDay, tellStep } from "../../../src/annotator/ui/history/tell-step.ts";
import type { Step } from "../../../src/annotator/editor/past/timeline.ts";
import { useAnnotator } from "../../../src/annotator/ui/annotator-context.ts";
import { en } from "../../../src/annotator/words/en.ts";
import { h } from "preact";
import { makeMark } from "../make-mark.ts";
import { findButton, renderPart } from "./render-part.ts";

const names = (host: HTMLElement, selector: string): (string | null)[] =>
  [...host.querySelectorAll(selector)].map((each) => each.getAttribute("aria-label"));

describe("who is here", () => {
  const person = (name: string | null, index: number) => ({
    connectionId: `connection-${index}`,
    actorId: `actor-${index}`,
    name,
    state: {},
    ...(index === 0 && { role: "viewer" as const }),
  });
  const show = async (...people: (string | null)[]) => {
    const part = await renderPart(PeopleHere);
    await part.do(() => part.room.others.set(people.map(person)));
    return part;
  };

  it("has as many faces as there is room for, and the others behind a number", async () => {
    const three = await show("Ana", "Bo", "Cy");
    expect(names(three.host, ".face:not(.rest)")).toEqual(["Follow Ana (Viewer)", "Follow Bo", "Follow Cy"]);
    expect(names(three.host, ".face.rest.wide")).toEqual([]);
    expect(names(three.host, ".face.rest.dock")).toEqual(["1 more person"]);
    const { host } = await show("Ana", "Bo", "Cy", "Di");
    expect(names(host, ".face:not(.rest)")).toEqual(["Follow Ana (Viewer)", "Follow Bo"]);
    expect(names(host, ".face.rest.wide")).toEqual(["2 more people"]);
    expect(names(host, ".face.rest.dock")).toEqual(["2 more people"]);
  });

  it("lists all of them, with what they may do, and whom one follows", async () => {
    const { host, editor, openPopover, do: act } = await show("Ana", null, "Cy", "Di", "Ed");
    await openPopover("all-people");
    const entries = (): HTMLElement[] => [...host.querySelectorAll<HTMLElement>("#all-people .entry")];
    expect(entries()).toHaveLength(5);
    expect(entries()[0]?.textContent).toBe("AAnaViewerFollow");
    expect(entries()[1]?.textContent).toBe("GGuestFollow");
    await act(() => entries()[1]?.click());
    expect(editor.following.value).toBe("connection-1");
    expect(entries()[1]?.textContent).toBe("GGuestFollowing");
    await act(() => entries()[1]?.click());
    expect(editor.following.value).toBeNull();
  });

  it("lets one follow and stop following by the face", async () => {
    const { editor, press } = await show("Bo");
    await press("Follow Bo (Viewer)");
    expect(editor.following.value).toBe("connection-0");
    await press("Stop following Bo (Viewer)");
    expect(editor.following.value).toBeNull();
  });

  it("is nobody else while one is offline", async () => {
    const { host, room, do: act } = await show("Bo");
    await act(() => room.status.set({ state: "offline", error: null, retryAt: null, storeError: null }));
    expect(host.textContent).toBe("Only you");
  });
});

describe("what is selected", () => {
  const show = async (...marks: ReturnType<typeof makeMark>[]) => {
    const part = await renderPart(Properties);
    await part.do(() => {
      part.room.receive(...marks);
      part.editor.select(marks.map(({ id }) => id));
    });
    return part;
  };

  it("says who drew it, and who changed it last, where that is known", async () => {
    const told = async (fields: Parameters<typeof makeMark>[1] & object) =>
      (await show(makeMark("box", fields))).host.querySelector(".by")?.textContent;
    expect(await told({ author: null, updated_by: null })).toBeUndefined();
    expect(await told({ author: "ana", updated_by: "ana" })).toBe("Drawn by ana");
    expect(await told({ author: "ana", updated_by: "bo" })).toBe("Drawn by ana, changed by bo");
    expect(await told({ author: null, updated_by: "bo" })).toBe("Changed by bo");
  });

  it("shows the labels that all have, and takes one off all of them", async () => {
    const [one, two] = [makeMark("box", { labels: ["Door", "Oak"] }), makeMark("box", { labels: ["Oak"] })];
    const { host, room, editor, press } = await show(one, two);
    expect([...host.querySelectorAll("span.chip")].map(({ textContent }) => textContent)).toEqual(["Oak"]);
    await press("Take Oak off");
    expect([one, two].map(({ id }) => room.annotations.get(id)?.labels)).toEqual([["Door"], []]);
    await press("Label");
    expect(editor.finderOpen.value).toBe(true);
  });

  it("has a note, which may be empty, but a text has words", async () => {
    const write = async (type: "box" | "text", value: string) => {
      const mark = makeMark(type, { text: "Exit" });
      const { host, room, do: act } = await show(mark);
      await act(() => {
        const area = host.querySelector("textarea");
        if (area) area.value = value;
        area?.dispatchEvent(new Event("input", { bubbles: true }));
      });
      return room.annotations.get(mark.id)?.text;
    };
    expect(await write("box", "Way out")).toBe("Way out");
    expect(await write("box", "")).toBe("");
    expect(await write("text", "Way out")).toBe("Way out");
    expect(await write("text", " ")).toBe("Exit");
  });

  it("keeps the keys that are typed in it, but for Escape", async () => {
    const { host } = await show(makeMark("box"));
    const passed: string[] = [];
    host.addEventListener("keydown", (event) => void passed.push(event.key));
    const press = (selector: string, key: string): void =>
      void host.querySelector(selector)?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    for (const key of ["b", "Escape"]) press("textarea", key);
    for (const key of ["ArrowLeft", "b"]) press("input[type=radio]", key);
    expect(passed).toEqual(["Escape", "b"]);
  });

  it("goes up and down in the stack by the menu", async () => {
    const [low, high] = [makeMark("box"), makeMark("box")];
    const part = await renderPart(() => h(MarkActions, { marks: [low] }));
    await part.do(() => {
      part.room.receive(low, high);
      part.editor.select([low.id]);
    });
    await part.openPopover("stack-menu");
    await part.press("To the front");
    expect(part.room.annotations.value.at(-1)?.id).toBe(low.id);
    await part.openPopover("stack-menu");
    await part.press("To the back");
    expect(part.room.annotations.value[0]?.id).toBe(low.id);
  });
});

describe("the bar of the view", () => {
  it("zooms, goes to places, and opens the sheet of keys", async () => {
    const { stage, editor, press, openPopover, host, room, do: act } = await renderPart(ViewBar);
    const done: unknown[] = [];
    stage.zoomTo = (scale) => void done.push(scale);
    stage.fit = () => void done.push("fit");
    stage.fitTo = (box) => void done.push(box);
    stage.boundsOf = (id) =>
      id === "b" ? { left: 5, top: 5, right: 9, bottom: 20 } : { left: 1, top: 10, right: 8, bottom: 12 };
    await press("Zoom out");
    await press("Zoom in");
    await openPopover("zoom-menu");
    const entry = (at: number): HTMLButtonElement | undefined =>
      [...host.querySelectorAll<HTMLButtonElement>("#zoom-menu .entry")][at];
    expect(entry(2)?.disabled).toBe(true);
    await act(() => {
      room.receive(makeMark("box", { id: "a" }), makeMark("box", { id: "b" }));
      editor.select(["a", "b"]);
    });
    for (const at of [0, 1, 2]) await act(() => entry(at)?.click());
    expect(done).toEqual([0.8, 1.25, "fit", 1, { left: 1, top: 5, right: 9, bottom: 20 }]);
    await press("Keys");
    expect(editor.keysOpen.value).toBe(true);
  });

  it("offers nothing that changes marks to who may only look", async () => {
    const { host } = await renderPart(ViewBar, { canEdit: false });
    expect(names(host, "button")).not.toContain("Undo");
    expect(names(host, "button")).toContain("Zoom in");
  });
});

describe("the style", () => {
  it("has three widths, and switches snapping", async () => {
    const Part = () => {
      const { editor } = useAnnotator();
      return h(StyleControls, {
        style: editor.shownStyle.value,
        onChange: (change) => editor.applyStyle(change),
      });
    };
    const { editor, press, host } = await renderPart(Part);
    const widths: unknown[] = [];
    for (const name of ["Thin", "Thick", "Medium"]) {
      await press(name);
      widths.push(editor.style.value.width);
      expect(findButton(host, name).getAttribute("aria-checked") ?? findButton(host, name).ariaPressed).toBe(
        "true",
      );
    }
    expect(new Set(widths).size).toBe(3);
    await press("Snap to points and edges");
    expect(editor.isSnapping.value).toBe(true);
    await press("Snap to points and edges");
    expect(editor.isSnapping.value).toBe(false);
  });
});

describe("a step of the history", () => {
  const door = makeMark("box", { labels: ["Door"] });
  const moved = { ...door, geometry: { x: 1, y: 2, width: 3, height: 4 } } as typeof door;
  const step = (kind: Step["kind"], more: Partial<Step> = {}): string =>
    tellStep({ seq: 1, at: 0, who: null, kind, marks: [], ...more }, en);
  const change = (before?: typeof door, after?: typeof door) => ({
    marks: [{ ...(before && { before }), ...(after && { after }) }],
  });

  it("is told by what happened", () => {
    expect(step("added", change(undefined, door))).toBe("Added Door");
    expect(step("removed", change(door))).toBe("Removed Door");
    expect(step("changed", change(door, moved))).toBe("Moved Door");
    expect(step("changed", change(door, { ...moved, text: "new" }))).toBe("Changed Door");
    expect(step("changed", change(door, { ...door, text: "new" }))).toBe("Changed Door");
    expect(step("changed", change(undefined, door))).toBe("Changed Door");
    expect(step("several", { marks: [...change(door, moved).marks, ...change(door, moved).marks] })).toBe(
      "Changed 2 marks at once",
    );
    expect(step("document", { marks: [] })).toBe("Changed the picture or its name");
  });

  it("has a count for each kind of difference that there is", () => {
    expect(tellCounts({ added: 2, changed: 1, removed: 3 }, en)).toBe("2 added, 1 changed, 3 removed");
    expect(tellCounts({ added: 0, changed: 1, removed: 0 }, en)).toBe("1 changed");
    expect(tellCounts({ added: 0, changed: 0, removed: 0 }, en)).toBe("Changed the picture or its name");
  });

  it("was today, yesterday, or on a day", () => {
    const at = (day: number, hour: number) => new Date(2026, 10, day, hour).getTime();
    expect(tellDay(at(26, 1), "en", at(26, 23))).toBe("Today");
    expect(tellDay(at(25, 23), "en", at(26, 1))).toBe("Yesterday");
    expect(tellDay(at(23, 12), "en", at(26, 12))).toBe("Monday, November 23");
    expect(tellDay(at(25, 23), "de", at(26, 1))).toBe("Gestern");
  });
});
