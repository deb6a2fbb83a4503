/*! @vitest-environment jsdom */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Timeline } from "../../../src/annotator/editor/past/timeline.ts";
import { TimeBar } from "../../../src/annotator/ui/history/time-bar.tsx";
import type { Document } from "../../../src/protocol/model/document.ts";
import { makeMark } from "../make-mark.ts";
import { findButton, renderPart } from "./render-part.ts";

const document_: Document = {
  id: "4a3c1f9e-6f0b-4d55-9d52-0f3b6f0c9a11",
  title: "Falls",
  status: "active",
  version: 1,
  seq: 1,
  width: 1_200,
  height: 800,
  image: null,
  metadata: {},
  updated_by: null,
  updated_by_name: null,
  created_at: "2026-11-20T10:00:00.000Z",
  updated_at: "2026-11-20T10:00:00.000Z",
  deleted_at: null,
};
const STEPS = 4;

/** A history of four marks, shown at its end. The first one was made by nobody known. */
async function showPast() {
  const timeline = new Timeline(document_);
  for (let seq = 2; seq < 2 + STEPS; seq++) {
    const annotation = makeMark("box", {
      labels: [`Mark ${seq - 1}`],
      author: seq === 2 ? null : "ana",
      updated_by: seq === 2 ? null : "ana",
    });
    timeline.append({ type: "annotation.created", seq, annotation });
  }
  const part = await renderPart(TimeBar);
  const { past } = part.surface;
  await part.do(() => {
    past.timeline.value = timeline;
    past.length.value = timeline.steps.length;
    past.show(STEPS - 1);
  });
  return { ...part, past, said: () => part.host.querySelector(".when p")?.textContent ?? "" };
}

describe("the past", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("plays from its beginning to its end, and stops there", async () => {
    const { past, press, do: act, host } = await showPast();
    await press("Play");
    expect(past.index.value).toBe(-1);
    expect(findButton(host, "Pause").getAttribute("aria-pressed")).toBe("true");
    const seen: unknown[] = [];
    for (let step = 0; step <= STEPS; step++) {
      await act(() => void vi.advanceTimersByTime(3_000));
      seen.push(past.index.value);
    }
    expect(seen).toEqual([0, 1, 2, 3, 3]);
    expect(findButton(host, "Play").getAttribute("aria-pressed")).toBe("false");
  });

  it("pauses, and plays on from there", async () => {
    const { past, press, do: act } = await showPast();
    await act(() => past.show(1));
    await press("Play");
    await act(() => void vi.advanceTimersByTime(3_000));
    expect(past.index.value).toBe(2);
    await press("Pause");
    await act(() => void vi.advanceTimersByTime(9_000));
    expect(past.index.value).toBe(2);
  });

  it("says what happened, and who did it where that is known", async () => {
    const { past, said, do: act, host } = await showPast();
    expect(said()).toContain("ana: Added Mark 4");
    await act(() => past.show(0));
    expect(said()).toContain("Added Mark 1");
    expect(said()).not.toContain(":  Added");
    await act(() => past.show(-1));
    expect(said()).toContain("The beginning");
    await act(() => past.show(2));
    expect(host.querySelector(".by-whom")?.textContent).toBe("Someone: 1 addedana: 2 added");
    expect(host.querySelector("input[type=range]")?.getAttribute("aria-valuetext")).toContain("3 added");
  });

  it("tells of a later moment what was done until then", async () => {
    const { past, do: act, host } = await showPast();
    await act(() => {
      past.comparedWith.value = STEPS - 1;
      past.show(1);
    });
    const legend = [...host.querySelectorAll(".legend")].map(({ textContent }) => textContent);
    expect(legend).toEqual(["+0 added−2 removed→0 changed", "ana, later: 2 added"]);
  });

  it("has nothing selected, and nothing can be changed in it", async () => {
    const { past, do: act, editor } = await showPast();
    await act(() => past.backToNow());
    editor.select(["of the present"]);
    await act(() => past.show(1));
    expect([editor.selection.value, editor.canEdit.value]).toEqual([[], false]);
    expect(editor.marks.value.flatMap(({ labels }) => labels)).toEqual(["Mark 1", "Mark 2"]);
  });

  it("is left by Escape or its button, and keeps other keys to itself", async () => {
    const { past, key, press, do: act, editor, host } = await showPast();
    const passed: string[] = [];
    host.addEventListener("keydown", (event) => void passed.push(event.key));
    await key(host.querySelector("section"), "x");
    expect([past.index.value, passed]).toEqual([STEPS - 1, []]);
    await key(host.querySelector("section"), "Escape");
    expect([past.index.value, editor.moment.value]).toEqual([null, null]);
    expect(host.textContent).toBe("");
    await act(() => past.show(1));
    await press("Back to now");
    expect(editor.moment.value).toBeNull();
  });
});
