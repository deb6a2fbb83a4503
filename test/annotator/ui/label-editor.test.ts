/*! @vitest-environment jsdom */
import { expect, it } from "vitest";
import { pens } from "../../../src/annotator/editor/mark-style.ts";
import { LabelEditor } from "../../../src/annotator/ui/bottom/label-editor.tsx";
import { makeMark } from "../make-mark.ts";
import { findButton, renderPart } from "./render-part.ts";

const labels = [
  { name: "Fall", color: "#0fa989", key: "1" },
  { name: "Moss", color: "#63d97b", key: "2" },
  { name: "Snow", color: "#ffffff", key: null },
];

/** The dialog, open, with three labels. */
async function openEditor() {
  const part = await renderPart(LabelEditor);
  await part.do(() => {
    part.room.labels.set(labels);
    part.surface.dialogs.dialog.value = "labels";
  });
  const { host } = part;
  const names = (): HTMLInputElement[] => [...host.querySelectorAll<HTMLInputElement>("li input[type=text]")];
  return {
    ...part,
    names,
    listed: () => names().map(({ value }) => value),
    added: host.querySelector<HTMLInputElement>("[placeholder='Add a label']"),
    keys: () => [...host.querySelectorAll("select")].map(({ value }) => value),
    kept: () => part.room.labels.value?.labels.map(({ name, key }) => `${name} ${key ?? "-"}`),
    save: () => part.do(() => findButton(host, "Save labels").click()),
    chooseKey: (index: number, key: string) =>
      part.do(() => {
        const select = host.querySelectorAll("select")[index];
        if (select) select.value = key;
        select?.dispatchEvent(new Event("change", { bubbles: true }));
      }),
  };
}

it("changes nothing until it is saved", async () => {
  const { kept, names, type, press, surface, listed } = await openEditor();
  // The keys that are left go to the labels that have none.
  expect(listed()).toEqual(["Fall", "Moss", "Snow"]);
  await type(names()[0] ?? null, "Waterfall");
  await press("Cancel");
  expect(surface.dialogs.dialog.value).toBeNull();
  expect(kept()).toEqual(["Fall 1", "Moss 2", "Snow -"]);
});

it("puts labels in another order", async () => {
  const { listed, press, save, kept, host } = await openEditor();
  await press("Move Snow up");
  expect(listed()).toEqual(["Fall", "Snow", "Moss"]);
  await press("Move Fall down");
  expect(listed()).toEqual(["Snow", "Fall", "Moss"]);
  expect(findButton(host, "Move Snow up").disabled).toBe(true);
  expect(findButton(host, "Move Moss down").disabled).toBe(true);
  expect(findButton(host, "Move Fall up").disabled).toBe(false);
  await save();
  expect(kept()).toEqual(["Snow 3", "Fall 1", "Moss 2"]);
});

it("takes a key from the label that had it, and can leave one without", async () => {
  const { keys, chooseKey, save, kept } = await openEditor();
  expect(keys()).toEqual(["1", "2", "3"]);
  await chooseKey(1, "1");
  expect(keys()).toEqual(["", "1", "3"]);
  await chooseKey(2, "");
  await save();
  expect(kept()).toEqual(["Fall -", "Moss 1", "Snow -"]);
});

it("adds a label by Enter or by leaving the field, each name once", async () => {
  const { listed, added, type, key, do: act, save, kept, surface } = await openEditor();
  await type(added, " Spray ");
  await key(added, "Enter");
  expect(listed()).toEqual(["Fall", "Moss", "Snow", "Spray"]);
  expect(added?.value).toBe("");
  await type(added, "Moss");
  await key(added, "Enter");
  expect(listed()).toHaveLength(4);
  expect(added?.value).toBe("Moss");
  await type(added, "Bridge");
  await act(() => void added?.dispatchEvent(new FocusEvent("blur")));
  expect(listed()).toEqual(["Fall", "Moss", "Snow", "Spray", "Bridge"]);
  await type(added, "水");
  const composing = new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true });
  await act(() => void added?.dispatchEvent(composing));
  expect(listed()).toHaveLength(5);
  await save();
  expect(kept()?.slice(3)).toEqual(["Spray -", "Bridge -"]);
  expect(surface.dialogs.dialog.value).toBeNull();
});

it("removes a label, and marks keep it", async () => {
  const { room, press, save, kept, do: act } = await openEditor();
  const mark = makeMark("box", { labels: ["Moss"] });
  await act(() => room.receive(mark));
  await press("Remove Moss");
  await save();
  expect(kept()).toEqual(["Fall 1", "Snow 3"]);
  expect(room.annotations.get(mark.id)?.labels).toEqual(["Moss"]);
});

it("renames a label on the marks that have it and on the next mark, in one step of undo", async () => {
  const { room, editor, names, type, save, do: act } = await openEditor();
  const [one, both, none] = [["Fall"], ["Moss", "Fall"], ["Snow"]].map((given) =>
    makeMark("box", { labels: given }),
  );
  if (!one || !both || !none) throw new Error("they are three");
  await act(() => {
    room.receive(one, both, none);
    editor.nextLabels.value = ["Fall", "Snow"];
  });
  await type(names()[0] ?? null, " Waterfall ");
  await save();
  const labelsNow = () => [one, both, none].map(({ id }) => room.annotations.get(id)?.labels);
  expect(labelsNow()).toEqual([["Waterfall"], ["Moss", "Waterfall"], ["Snow"]]);
  expect(editor.nextLabels.value).toEqual(["Waterfall", "Snow"]);
  room.undo();
  expect(labelsNow()).toEqual([["Fall"], ["Moss", "Fall"], ["Snow"]]);
});

it("keeps the name of a label whose field was emptied", async () => {
  const { names, type, save, kept } = await openEditor();
  await type(names()[0] ?? null, "  ");
  await save();
  expect(kept()?.[0]).toBe("Fall 1");
});

it("is not saved while a label is listed twice", async () => {
  const { host, names, type, kept, do: act } = await openEditor();
  await type(names()[0] ?? null, "Moss");
  expect(host.textContent).toContain("Moss is listed twice");
  expect(names().map((name) => name.getAttribute("aria-invalid"))).toEqual(["true", "true", "false"]);
  expect(findButton(host, "Save labels").disabled).toBe(true);
  const submit = new Event("submit", { bubbles: true, cancelable: true });
  await act(() => void host.querySelector("form")?.dispatchEvent(submit));
  expect(kept()?.[0]).toBe("Fall 1");
});

it("has the ten pens as colours, and any other one", async () => {
  const { host, room, openPopover, save, do: act, type } = await openEditor();
  await openPopover("pens-0");
  const choices = [...host.querySelectorAll<HTMLElement>("#pens-0 [role=radio]")];
  expect(choices.map((choice) => choice.getAttribute("aria-label"))).toHaveLength(10);
  await act(() => choices.find((choice) => choice.getAttribute("aria-label") === "Violet")?.click());
  await openPopover("pens-1");
  await type(host.querySelector("#pens-1 input[type=color]"), "#123456");
  await save();
  expect(room.labels.value?.labels.map(({ color }) => color)).toEqual([pens.violet, "#123456", "#ffffff"]);
});
