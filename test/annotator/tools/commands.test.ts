/*! @vitest-environment jsdom */
import { describe, expect, it } from "vitest";
import { PASTE_MAX, writeClipping } from "../../../src/annotator/editor/clipboard.ts";
import { en } from "../../../src/annotator/words/en.ts";
import type { Annotation } from "../../../src/protocol/model/annotation.ts";
import type { Point } from "../../../src/protocol/model/geometry.ts";
import { markOf } from "../stage/marks.ts";
import { useTools } from "./use-tools.ts";

function boxAt(x: number, y: number, more: Partial<Annotation> = {}): Annotation {
  return markOf({ type: "box", geometry: { x, y, width: 100, height: 60 } }, {}, more);
}

/** Two boxes beside each other, and the first one selected. */
function useBoxes() {
  const tools = useTools();
  const [left, right] = [boxAt(100, 100), boxAt(400, 100)];
  tools.room.receive(left, right);
  tools.editor.select([left.id]);
  const now = (id: string): Annotation => {
    const mark = tools.room.annotations.get(id);
    if (!mark) throw new Error("it is gone");
    return mark;
  };
  return { ...tools, left, right, now };
}

function usePolygon() {
  const tools = useTools();
  const points: Point[] = [
    [100, 100],
    [300, 100],
    [300, 300],
    [100, 300],
  ];
  const mark = markOf({ type: "polygon", geometry: { points } });
  tools.room.receive(mark);
  tools.editor.select([mark.id]);
  const corners = (): readonly Point[] => {
    const geometry = tools.room.annotations.get(mark.id)?.geometry;
    return geometry && "points" in geometry ? geometry.points : [];
  };
  return { ...tools, points, corners };
}

describe("keys that change the selection", () => {
  it("move it by a pixel or ten, and size it", () => {
    const { press, left, now } = useBoxes();
    press("ArrowRight", "Shift+ArrowDown");
    expect(now(left.id).geometry).toMatchObject({ x: 101, y: 110 });
    press("Ctrl+ArrowRight", "Ctrl+ArrowUp");
    expect(now(left.id).geometry).toMatchObject({ x: 101, y: 110, width: 101, height: 59 });
  });

  it("turn it by 1° or 15°, to the right and to the left", () => {
    const { press, left, now } = useBoxes();
    const rotation = (): unknown => Reflect.get(now(left.id).geometry, "rotation");
    press("Alt+.");
    expect(rotation()).toBe(1);
    press("Alt+Shift+.");
    expect(rotation()).toBe(16);
    press("Alt+,", "Alt+,");
    expect(rotation()).toBe(14);
    press("Alt+Shift+,");
    expect(rotation()).toBe(-1);
  });

  it("hide it until all are shown, and say so", () => {
    const { press, editor, left, said } = useBoxes();
    press("Alt+h");
    expect([...editor.hidden.value]).toEqual([left.id]);
    expect(editor.selection.value).toEqual([]);
    expect(said()).toBe("1 mark hidden");
    press("Alt+Shift+h");
    expect([...editor.hidden.value]).toEqual([]);
  });

  it("lock it, and unlock all", () => {
    const { press, left, now, said } = useBoxes();
    press("Alt+l");
    expect(now(left.id).properties["locked"]).toBe(true);
    expect(said()).toBe("1 mark locked");
    press("Alt+Shift+l");
    expect(now(left.id).properties["locked"]).not.toBe(true);
    expect(said()).toBe("1 mark unlocked");
  });

  it("copy it beside itself, delete it, and take that back", () => {
    const { press, marks } = useBoxes();
    press("Ctrl+d");
    expect(marks()).toHaveLength(3);
    expect(marks().at(-1)?.geometry).toMatchObject({ x: 116, y: 116 });
    press("Delete");
    expect(marks()).toHaveLength(2);
    press("Ctrl+z");
    expect(marks()).toHaveLength(3);
    press("Ctrl+y");
    expect(marks()).toHaveLength(2);
  });

  it("are free for the page, and arrows move the view, when somebody else has deleted what was selected", () => {
    const { press, room, stage, left } = useBoxes();
    const moves: unknown[] = [];
    stage.panBy = (dx) => void moves.push(dx);
    room.receive({ ...left, status: "deleted", version: 2, seq: 2 });
    expect(press("Alt+h", "Delete")).toEqual([false, false]);
    press("ArrowLeft");
    expect(moves).toEqual([60]);
  });

  it("leave the key to the page where nothing is selected", () => {
    const { press, editor } = useBoxes();
    editor.select([]);
    expect(press("Alt+h", "Alt+l", "Ctrl+d", "Alt+.", "Delete", "Shift+2", "e", "F2")).toEqual(
      Array.from({ length: 8 }, () => false),
    );
  });
});

describe("keys that select", () => {
  it("go from mark to mark, and leave the picture after the last one", () => {
    const { press, editor, left, right } = useBoxes();
    editor.select([]);
    expect(press("Tab")).toEqual([true]);
    expect(editor.selection.value).toEqual([left.id]);
    press("Tab");
    expect(editor.selection.value).toEqual([right.id]);
    expect(press("Tab")).toEqual([false]);
    press("Shift+Tab");
    expect(editor.selection.value).toEqual([left.id]);
    editor.select([]);
    press("Shift+Tab");
    expect(editor.selection.value).toEqual([right.id]);
  });

  it("choose the tool that selects, when another one is on", () => {
    const { press, editor } = useBoxes();
    press("b", "Tab");
    expect(editor.tool.value).toBe("select");
    press("b", "Ctrl+a");
    expect(editor.tool.value).toBe("select");
    expect(editor.selection.value).toHaveLength(2);
  });

  it("leave the picture by Escape, then Tab", () => {
    const { press, editor } = useBoxes();
    press("Escape");
    expect(editor.selection.value).toEqual([]);
    expect(press("Tab")).toEqual([false]);
    expect(editor.selection.value).toEqual([]);
  });
});

describe("keys of the view", () => {
  it("zoom, fit, and show the selection", () => {
    const { press, stage, left, right, editor } = useBoxes();
    const done: unknown[] = [];
    stage.zoomTo = (scale) => void done.push(scale);
    stage.fit = () => void done.push("fit");
    stage.fitTo = ({ left: x, top, right: end, bottom }) =>
      void done.push([x, top, end, bottom].map(Math.round));
    stage.panBy = (dx, dy) => void done.push([dx, dy]);
    press("=", "-", "Shift+0", "Shift+1", "Shift+2");
    expect(done).toEqual([1.25, 0.8, 1, "fit", [100, 100, 200, 160]]);
    editor.select([left.id, right.id]);
    press("Shift+2");
    expect(done.at(-1)).toEqual([100, 100, 500, 160]);
    editor.select([]);
    press("ArrowRight", "Shift+ArrowUp");
    expect(done.slice(-2)).toEqual([
      [-60, -0],
      [-0, 600],
    ]);
  });

  it("hide the marks while X is held", () => {
    const { press, stage } = useBoxes();
    press("x");
    expect(stage.element.dataset["peek"]).toBe("");
    window.dispatchEvent(new Event("blur"));
    expect(stage.element.dataset["peek"]).toBeUndefined();
  });

  it("switch snapping, and open the sheet of keys", () => {
    const { press, editor, said } = useBoxes();
    press("s");
    expect([editor.isSnapping.value, said()]).toEqual([true, "Snapping on"]);
    press("s");
    expect([editor.isSnapping.value, said()]).toEqual([false, "Snapping off"]);
    press("?");
    expect(editor.keysOpen.value).toBe(true);
  });
});

describe("keys of corners", () => {
  it("go round and round, and say where they are", () => {
    const { press, said } = usePolygon();
    press(".");
    expect(said()).toBe("Corner 1 of 4");
    press(",");
    expect(said()).toBe("Corner 4 of 4");
    press(".", ".");
    expect(said()).toBe("Corner 2 of 4");
  });

  it("begin at the last one when they go back", () => {
    const { press, said } = usePolygon();
    press(",");
    expect(said()).toBe("Corner 4 of 4");
  });

  it("move one corner, and the mark when none is chosen any more", () => {
    const { press, corners } = usePolygon();
    press(".", "ArrowRight", "Shift+ArrowUp");
    expect(corners()[0]).toEqual([101, 90]);
    expect(corners()[1]).toEqual([300, 100]);
    press("Escape", "ArrowRight");
    expect(corners().slice(0, 2)).toEqual([
      [102, 90],
      [301, 100],
    ]);
  });

  it("add one in the middle of the line after it, and take it away", () => {
    const { press, corners, points } = usePolygon();
    press(".", ".", "i");
    expect(corners()[2]).toEqual([300, 200]);
    press("ArrowRight");
    expect(corners()[2]).toEqual([301, 200]);
    press("Delete");
    expect(corners()).toEqual(points);
  });

  it("add one after the last corner, before the first", () => {
    const { press, corners } = usePolygon();
    press(",", "i");
    expect(corners()).toHaveLength(5);
    expect(corners().at(-1)).toEqual([100, 200]);
  });

  it("do nothing to a mark without corners", () => {
    const { press } = useBoxes();
    expect(press(".", ",", "i")).toEqual([false, false, false]);
  });
});

describe("keys of who may only look", () => {
  it("change nothing, and are free for the page", () => {
    const { press, access, marks, editor } = useBoxes();
    access.value = { canEdit: false, canComment: false, canShare: false };
    const before = marks();
    expect(press("b", "c", "1", "0", "/", "g")).toEqual(Array.from({ length: 6 }, () => false));
    press("ArrowRight", "Delete", "Alt+.", "Ctrl+d", "Alt+l", "]");
    expect(marks()).toEqual(before);
    expect(editor.tool.value).toBe("select");
  });
});

describe("labels by keys", () => {
  it("are given to the selection, said, and taken off by 0", () => {
    const { press, room, left, now, said } = useBoxes();
    room.labels.set([{ name: "Fall", color: "#0fa989", key: "3" }]);
    press("3");
    expect(now(left.id).labels).toEqual(["Fall"]);
    expect(said()).toBe("Label: Fall");
    press("0");
    expect(now(left.id).labels).toEqual([]);
    expect(said()).toBe("No label");
    expect(press("4")).toEqual([false]);
  });

  it("may be any letter that does nothing else, and 0 is theirs where an application says so", () => {
    const { press, room, left, now } = useBoxes();
    room.labels.set([
      { name: "Quay", color: "#0fa989", key: "q" },
      { name: "Zero", color: "#123456", key: "0" },
    ]);
    expect(press("q")).toEqual([true]);
    expect(now(left.id).labels).toEqual(["Quay"]);
    press("0");
    expect(now(left.id).labels).toEqual(["Zero"]);
  });
});

describe("the clipboard", () => {
  /** jsdom has no clipboard of its own. */
  function sendClipboard(name: "copy" | "cut" | "paste", text = ""): { event: Event; text: string } {
    const data = {
      text,
      getData: () => data.text,
      setData: (_: string, value: string) => void (data.text = value),
    };
    const event = Object.assign(new Event(name, { bubbles: true, cancelable: true }), {
      clipboardData: data,
    });
    document.body.dispatchEvent(event);
    return { event, text: data.text };
  }

  it("takes the selection, and brings it back a step further with each paste", () => {
    const { marks, said } = useBoxes();
    const { text } = sendClipboard("copy");
    expect(said()).toBe("1 mark copied");
    sendClipboard("paste", text);
    sendClipboard("paste", text);
    expect(said()).toBe("1 mark pasted");
    expect(
      marks()
        .slice(2)
        .map(({ geometry }) => geometry),
    ).toMatchObject([
      { x: 116, y: 116 },
      { x: 132, y: 132 },
    ]);
  });

  it("cuts", () => {
    const { marks, left } = useBoxes();
    const { text, event } = sendClipboard("cut");
    expect(event.defaultPrevented).toBe(true);
    expect(marks().map(({ id }) => id)).not.toContain(left.id);
    sendClipboard("paste", text);
    expect(marks()).toHaveLength(2);
  });

  it("puts in the middle of what is seen what would be off the picture", () => {
    const { room, editor, marks } = useBoxes();
    const far = boxAt(5_000, 5_000);
    room.receive(far);
    editor.select([far.id]);
    const { text } = sendClipboard("copy");
    sendClipboard("paste", text);
    // The view is at (0, 0) of the picture.
    expect(marks().at(-1)?.geometry).toMatchObject({ x: -50, y: -30 });
  });

  it("says that there is nothing to paste, or too much, and leaves other things to others", () => {
    const { said, editor, marks } = useBoxes();
    const other = sendClipboard("paste", "a shopping list");
    expect(other.event.defaultPrevented).toBe(false);
    expect(said()).toBe("No marks to paste");
    const [one] = marks();
    if (!one) throw new Error("there are two");
    const many = writeClipping(Array.from({ length: PASTE_MAX + 1 }, () => one));
    sendClipboard("paste", many);
    expect(editor.notice.value?.say(en)).toBe("Too many marks to paste. Take 1000 at a time.");
    expect(marks()).toHaveLength(2);
  });

  it("is of no use to who may only look, but for copying", () => {
    const { access, marks } = useBoxes();
    access.value = { canEdit: false, canComment: false, canShare: false };
    const { text } = sendClipboard("copy");
    expect(text).toContain("box");
    expect(sendClipboard("cut").event.defaultPrevented).toBe(false);
    sendClipboard("paste", text);
    expect(marks()).toHaveLength(2);
  });
});
