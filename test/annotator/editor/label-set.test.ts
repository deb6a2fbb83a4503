import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import { Editor } from "../../../src/annotator/editor/editor.ts";
import { LabelSet } from "../../../src/annotator/editor/label-set.ts";
import { LABELS_MAX } from "../../../src/protocol/limits.ts";
import { DrivenRoom } from "../../client/support/driven-room.ts";
import { makeMark } from "../make-mark.ts";

function makeLabels() {
  const room = new DrivenRoom();
  const access = signal({ canEdit: true, canComment: true, canShare: true });
  const editor = new Editor(room, access);
  const kept = () => room.labels.value?.labels.map(({ name, key }) => `${name} ${key ?? "-"}`) ?? [];
  return { room, editor, access, labels: new LabelSet(editor), kept };
}

describe("the document's labels", () => {
  it("get a new one, without a key, in a colour that no other one has", () => {
    const { room, labels, kept } = makeLabels();
    expect(labels.add("Fall")).toBe("Fall");
    labels.add("Moss");
    labels.add("Snow");
    expect(kept()).toEqual(["Fall -", "Moss -", "Snow -"]);
    const colors = room.labels.value?.labels.map(({ color }) => color) ?? [];
    expect(new Set(colors).size).toBe(3);
    for (const color of colors) expect(color).toMatch(/^#[0-9a-f]{6}$/);
  });

  it("give a key to one, and take it from whichever had it", () => {
    const { labels, kept } = makeLabels();
    labels.replace([
      { name: "Fall", color: "#111111", key: "1" },
      { name: "Moss", color: "#222222", key: "2" },
      { name: "Snow", color: "#333333", key: null },
    ]);
    labels.putOnKey("Snow", "1");
    expect(kept()).toEqual(["Fall -", "Moss 2", "Snow 1"]);
    labels.putOnKey("Snow", "2");
    expect(kept()).toEqual(["Fall -", "Moss -", "Snow 2"]);
  });

  it("keep one that only marks had, once it is put on a key", () => {
    const { room, editor, labels, kept } = makeLabels();
    room.receive(makeMark("box", { labels: ["Bridge"] }), makeMark("box", { labels: ["River"] }));
    const color = editor.labels.value.find(({ name }) => name === "Bridge")?.color;
    labels.putOnKey("Bridge", "7");
    expect(kept()).toEqual(["Bridge 7"]);
    expect(room.labels.value?.labels[0]?.color).toBe(color);
  });
});

describe("labels that are given", () => {
  const labelled = (...labels: string[]) => makeMark("box", { labels });

  it("beside others are added and taken away again, on each selected mark", () => {
    const { room, editor } = makeLabels();
    const [one, two] = [labelled("Fall"), labelled("Moss", "Snow")];
    room.receive(one, two);
    const now = () => [one, two].map(({ id }) => room.annotations.get(id)?.labels);
    editor.select([one.id, two.id]);
    editor.toggleLabel("Snow");
    expect(now()).toEqual([["Fall", "Snow"], ["Moss"]]);
    editor.undo();
    expect(now()).toEqual([["Fall"], ["Moss", "Snow"]]);
  });

  it("beside others are for the next mark where nothing is selected", () => {
    const { editor } = makeLabels();
    editor.toggleLabel("Fall");
    editor.toggleLabel("Moss");
    expect(editor.nextLabels.value).toEqual(["Fall", "Moss"]);
    editor.toggleLabel("Fall");
    expect(editor.nextLabels.value).toEqual(["Moss"]);
  });

  it("beside others are as many as a mark can have: the oldest gives way", () => {
    const { editor } = makeLabels();
    const names = Array.from({ length: LABELS_MAX + 1 }, (_, index) => `Label ${index}`);
    for (const name of names.slice(0, -1)) editor.toggleLabel(name);
    expect(editor.nextLabels.value).toEqual(names.slice(0, -1));
    editor.toggleLabel(names.at(-1) ?? "");
    expect(editor.nextLabels.value).toEqual(names.slice(1));
  });

  it("take the place of others, give their colour, and go when they are given again", () => {
    const { room, editor, labels } = makeLabels();
    labels.replace([{ name: "Fall", color: "#123456", key: "1" }]);
    const mark = labelled("Moss", "Snow");
    room.receive(mark);
    const now = () => room.annotations.get(mark.id);
    editor.select([mark.id]);
    editor.applyLabel("Fall");
    expect(now()?.labels).toEqual(["Fall"]);
    expect(now()?.style.stroke).toBe("#123456");
    editor.applyLabel("Fall");
    expect(now()?.labels).toEqual([]);
    editor.select([]);
    editor.applyLabel("Fall");
    expect(editor.nextLabels.value).toEqual(["Fall"]);
    expect(editor.style.value.color).toBe("#123456");
    editor.applyLabel("Fall");
    expect(editor.nextLabels.value).toEqual([]);
  });

  it("come back with the tool that gave them last", () => {
    const { editor } = makeLabels();
    editor.chooseTool("box");
    editor.giveLabel("Fall");
    editor.chooseTool("line");
    editor.giveLabel("Moss");
    editor.chooseTool("box");
    expect(editor.nextLabels.value).toEqual(["Fall"]);
    editor.chooseTool("line");
    expect(editor.nextLabels.value).toEqual(["Moss"]);
  });

  it("are not given to locked marks, nor by who may not edit", () => {
    const { room, editor, access } = makeLabels();
    const [locked, open] = [makeMark("box", { properties: { locked: true } }), labelled("Moss")];
    room.receive(locked, open);
    editor.select([locked.id, open.id]);
    editor.giveLabel("Fall");
    expect(room.annotations.get(locked.id)?.labels).toEqual([]);
    expect(room.annotations.get(open.id)?.labels).toEqual(["Fall"]);
    access.value = { canEdit: false, canComment: false, canShare: false };
    editor.giveLabel("Snow");
    expect(room.annotations.get(open.id)?.labels).toEqual(["Fall"]);
  });
});
