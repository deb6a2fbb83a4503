// @vitest-environment jsdom
import { act, createElement as h, startTransition, useState, type ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";
import { AcetateError } from "../../../src/client/acetate-error.ts";
import {
  Room,
  useAnnotate,
  useAnnotation,
  useAnnotations,
  useComments,
  useDocument,
  useLabels,
  useExport,
  useHistory,
  useMyPresence,
  useOthers,
  useRefused,
  useRoom,
  useRoomEvent,
  useStatus,
  useUnsaved,
  useUpdateMyPresence,
  useVersions,
} from "../../../src/client/react/index.ts";
import type { Annotation } from "../../../src/protocol/model/annotation.ts";
import type { Comment } from "../../../src/protocol/model/comment.ts";
import { DrivenRoom } from "../support/driven-room.ts";
import { change, mount } from "./dom.ts";

/** A component that shows what `use` returns, and counts its renders. */
function probe<T>(use: () => T, show: (value: T) => ReactNode = String) {
  const seen: T[] = [];
  function Probe() {
    const value = use();
    seen.push(value);
    return h("p", null, show(value));
  }
  return {
    Probe,
    /** What each render got. */
    seen,
    get last(): T {
      const last = seen.at(-1);
      if (last === undefined) throw new Error("it was not rendered");
      return last;
    },
  };
}

/** Shows what a hook returns in a room, without StrictMode, which renders twice. */
async function show<T>(room: DrivenRoom, use: () => T) {
  const probed = probe(use, (value) => JSON.stringify(value) ?? "undefined");
  const mounted = await mount(h(Room, { room }, h(probed.Probe)), { strict: false });
  return Object.assign(probed, { mounted });
}

const xOf = ({ geometry }: Annotation): number => ("x" in geometry ? geometry.x : 0);

describe("useAnnotations", () => {
  it("shows the list, and each change of it", async () => {
    const room = new DrivenRoom();
    room.addPoints(1);
    const shown = await show(room, () => useAnnotations((list) => list.map(xOf)));
    expect(shown.mounted.text).toBe("[1]");
    await change(() => room.addPoints(2));
    expect(shown.mounted.text).toBe("[1,2]");
    await change(() => room.annotations.create({ type: "point", geometry: { x: 3, y: 0 } }));
    expect(shown.mounted.text).toBe("[1,2,3]");
  });

  it("returns the room's own list without a selector", async () => {
    const room = new DrivenRoom();
    const shown = await show(room, () => useAnnotations());
    await change(() => room.addPoints(1, 2));
    expect(shown.last).toBe(room.annotations.value);
  });

  it("does not render for what an inline selector leaves out", async () => {
    const room = new DrivenRoom();
    const [first, second] = room.addPoints(1, 2);
    const shown = await show(room, () => useAnnotations((list) => list.filter((one) => xOf(one) < 2)));
    expect(shown.seen).toHaveLength(1);
    await change(() => room.addPoints(3, 4));
    await change(() => room.annotations.update(second?.id ?? "", { text: "not selected" }));
    expect(shown.seen).toHaveLength(1);
    await change(() => room.annotations.update(first?.id ?? "", { text: "selected" }));
    expect(shown.seen).toHaveLength(2);
    expect(shown.last.map(({ text }) => text)).toEqual(["selected"]);
  });

  it("compares with isEqual, where it is given", async () => {
    const room = new DrivenRoom();
    const count = (list: readonly Annotation[]) => ({ count: list.length });
    const shown = await show(room, () => useAnnotations(count, (a, b) => a.count === b.count));
    const [first] = await change(() => room.addPoints(1));
    expect(shown.seen).toHaveLength(2);
    await change(() => room.annotations.update(first?.id ?? "", { text: "still one" }));
    expect(shown.seen).toHaveLength(2);
  });

  it("selects anew when the selector changes, and keeps what is equal", async () => {
    const room = new DrivenRoom();
    room.addPoints(1, 2, 3);
    let setLeast: (least: number) => void = () => {};
    const shown = await show(room, () => {
      const [least, set] = useState(1);
      setLeast = set;
      return useAnnotations((list) => list.filter((one) => xOf(one) >= least));
    });
    const before = shown.last;
    await change(() => setLeast(0));
    expect(shown.last).toBe(before);
    await change(() => setLeast(2));
    expect(shown.last.map(xOf)).toEqual([2, 3]);
  });

  it("shows the same in all components, also when a change comes while they render", async () => {
    const room = new DrivenRoom();
    room.addPoints(1);
    const counts: number[][] = [];
    let isInterrupted = false;
    function Count({ index }: { index: number }) {
      const count = useAnnotations((list) => list.length);
      // Something else than React changes the room between two components.
      if (index === 1 && !isInterrupted) {
        isInterrupted = true;
        room.addPoints(2);
      }
      return h("b", null, count);
    }
    let reveal = (): void => {};
    function Page() {
      const [isOpen, setOpen] = useState(false);
      reveal = () => startTransition(() => setOpen(true));
      return isOpen ? [0, 1, 2].map((index) => h(Count, { key: index, index })) : null;
    }
    const mounted = await mount(h(Room, { room }, h(Page)), { strict: false });
    const observer = new MutationObserver(() =>
      counts.push([...mounted.container.querySelectorAll("b")].map((b) => Number(b.textContent))),
    );
    observer.observe(mounted.container, { childList: true, subtree: true, characterData: true });
    await change(() => reveal());
    observer.disconnect();
    expect(isInterrupted).toBe(true);
    expect(counts.length).toBeGreaterThan(0);
    for (const shown of counts) expect(shown).toEqual([2, 2, 2]);
  });
});

describe("useAnnotation", () => {
  it("renders only when this one changes, and follows its id", async () => {
    const room = new DrivenRoom();
    const [first, second] = room.addPoints(1, 2);
    let setId: (id: string | null) => void = () => {};
    const shown = await show(room, () => {
      const [id, set] = useState<string | null>(first?.id ?? null);
      setId = set;
      return useAnnotation(id)?.text ?? null;
    });
    await change(() => room.annotations.update(second?.id ?? "", { text: "two" }));
    expect(shown.seen).toEqual([""]);
    await change(() => room.annotations.update(first?.id ?? "", { text: "one" }));
    expect(shown.seen).toEqual(["", "one"]);
    await change(() => setId(second?.id ?? ""));
    expect(shown.mounted.text).toBe('"two"');
    await change(() => room.annotations.delete(second?.id ?? ""));
    expect(shown.mounted.text).toBe("null");
    await change(() => setId(null));
    expect(shown.mounted.text).toBe("null");
  });
});

describe("useAnnotate", () => {
  it("has functions that stay the same and make nothing render", async () => {
    const room = new DrivenRoom();
    const shown = await show(room, () => useAnnotate());
    const { create, update, delete: remove, restore, undo, redo, gesture } = shown.last;
    const { id } = create({ type: "point", geometry: { x: 1, y: 1 } });
    await change(() => update(id, ({ text }) => ({ text: `${text}!` })));
    expect(room.annotations.get(id)?.text).toBe("!");
    remove(id);
    expect(room.annotations.value).toEqual([]);
    restore(id);
    expect(room.annotations.value).toHaveLength(1);
    await change(() => {});
    gesture(() => {
      update(id, { text: "a" });
      update(id, { labels: ["b"] });
    });
    expect(undo()?.annotationIds).toContain(id);
    expect(room.annotations.get(id)).toMatchObject({ text: "!", labels: [] });
    redo();
    expect(room.annotations.get(id)).toMatchObject({ text: "a", labels: ["b"] });
    expect(shown.seen).toHaveLength(1);
    await shown.mounted.render(h(Room, { room }, h(shown.Probe)));
    expect(new Set(shown.seen).size).toBe(1);
  });

  it("lets useHistory know whether there is something to undo", async () => {
    const room = new DrivenRoom();
    const shown = await show(room, useHistory);
    expect(shown.last).toEqual({ canUndo: false, canRedo: false });
    await change(() => room.annotations.create({ type: "point", geometry: { x: 1, y: 1 } }));
    expect(shown.last).toEqual({ canUndo: true, canRedo: false });
    await change(() => room.undo());
    expect(shown.last).toEqual({ canUndo: false, canRedo: true });
  });
});

describe("presence", () => {
  const ann = { connectionId: "c1", actorId: "ann", name: "Ann", state: { x: 1 } };
  const bob = { connectionId: "c2", actorId: "bob", name: "Bob", state: { x: 1 } };

  it("useOthers renders for what it selects", async () => {
    const room = new DrivenRoom();
    const shown = await show(room, () => useOthers((others) => others.map(({ name }) => name)));
    await change(() => room.others.set([ann]));
    await change(() => room.others.set([{ ...ann, state: { x: 2 } }]));
    await change(() => room.others.set([ann, bob]));
    expect(shown.seen).toEqual([[], ["Ann"], ["Ann", "Bob"]]);
  });

  it("useMyPresence shows what is set, and useUpdateMyPresence does not render", async () => {
    const room = new DrivenRoom();
    const shown = await show(room, useMyPresence);
    const updating = await show(room, useUpdateMyPresence);
    await change(() => shown.last[1]({ a: 1 }));
    await change(() => updating.last({ b: 2 }));
    expect(shown.last[0]).toEqual({ a: 1, b: 2 });
    expect(updating.seen).toHaveLength(1);
  });
});

describe("the state of the room", () => {
  it("useStatus, useUnsaved and useDocument follow it", async () => {
    const room = new DrivenRoom();
    const shown = await show(room, () => [
      useStatus(({ state }) => state),
      useUnsaved((count) => count > 0),
      useDocument((document) => document?.title),
    ]);
    await change(() => room.unsaved.set(1));
    await change(() => room.unsaved.set(2));
    await change(() => room.status.set({ ...room.status.value, state: "offline", retryAt: 5 }));
    await change(() => room.status.set({ ...room.status.value, retryAt: 6 }));
    expect(shown.seen.map(([state, isUnsaved]) => [state, isUnsaved])).toEqual([
      ["live", false],
      ["live", true],
      ["offline", true],
    ]);
  });

  it("useLabels follows the label set", async () => {
    const room = new DrivenRoom();
    const shown = await show(room, () => useLabels((set) => set?.labels.map(({ name }) => name).join()));
    const labels = [{ name: "hill", color: "#00c853", key: "h" }];
    await change(() =>
      room.labelSet.set({
        document_id: room.documentId,
        labels,
        version: 2,
        seq: 2,
        updated_by: null,
        updated_by_name: null,
        updated_at: "",
      }),
    );
    expect(shown.seen).toEqual([undefined, "hill"]);
  });

  it("useComments shows them", async () => {
    const room = new DrivenRoom();
    const shown = await show(room, () => useComments((list) => list.map(({ text }) => text)));
    const comment = { text: "Is it here?" } as Comment;
    await change(() => room.comments.set([comment]));
    expect(shown.seen).toEqual([[], ["Is it here?"]]);
  });

  it("useVersions lists, makes and reverts", async () => {
    const room = new DrivenRoom();
    const shown = await show(room, useVersions);
    const first = await change(() => shown.last.create("First"));
    expect(shown.last.versions).toEqual([first]);
    const revert = vi.spyOn(room.versions, "revert");
    await change(() => shown.last.revert(first.id));
    expect(revert).toHaveBeenCalledWith(first.id);
  });

  it("useRefused lists what was refused until it is dismissed", async () => {
    const room = new DrivenRoom();
    const shown = await show(room, useRefused);
    const error = new AcetateError("invalid", "too long");
    const message = { type: "annotation.delete" as const, opId: "o", id: "a" };
    await change(() => room.refused.set([{ opId: "o", message, error }]));
    expect(shown.last.refused).toHaveLength(1);
    await change(() => shown.last.dismiss("o"));
    expect(shown.last.refused).toEqual([]);
  });

  it("useRoomEvent calls the latest listener, and none after the end", async () => {
    const room = new DrivenRoom();
    const heard: unknown[] = [];
    const shown = await show(room, () => {
      const [count, setCount] = useState(0);
      useRoomEvent("broadcast", ({ payload }) => {
        heard.push([count, payload]);
        setCount(count + 1);
      });
      return useRoom();
    });
    expect(shown.last).toBe(room);
    const broadcast = { type: "broadcast" as const, connectionId: "c", actorId: "a", payload: { n: 1 } };
    await change(() => room.events.emit("broadcast", broadcast));
    await change(() => room.events.emit("broadcast", broadcast));
    await shown.mounted.unmount();
    room.events.emit("broadcast", broadcast);
    expect(heard).toEqual([
      [0, { n: 1 }],
      [1, { n: 1 }],
    ]);
  });
});

describe("useExport", () => {
  it("shows the progress and returns the file", async () => {
    const room = new DrivenRoom();
    const shown = await show(room, useExport);
    let result: Promise<Blob | null> = Promise.resolve(null);
    await change(() => {
      result = shown.last.run({ format: "png" });
    });
    expect(shown.last).toMatchObject({ isRunning: true, progress: 0, error: null });
    const [first] = room.exports;
    await change(() => first?.call.onProgress?.(0.5));
    expect(shown.last).toMatchObject({ isRunning: true, progress: 0.5 });
    const blob = new Blob();
    await act(async () => first?.end.resolve(blob));
    expect(await result).toBe(blob);
    expect(shown.last).toMatchObject({ isRunning: false, progress: 1, error: null });
  });

  it("keeps the error of one that failed", async () => {
    const room = new DrivenRoom();
    const shown = await show(room, useExport);
    await act(async () => {
      const result = shown.last.run({ format: "png" });
      room.exports[0]?.end.reject(new AcetateError("export_failed", "no picture"));
      expect(await result).toBeNull();
    });
    expect(shown.last.error?.message).toBe("no picture");
    await change(() => void shown.last.run({ format: "png" }));
    expect(shown.last.error).toBeNull();
  });

  it("cancels: by hand, by a second run, and at the end of the component", async () => {
    const room = new DrivenRoom();
    const shown = await show(room, useExport);
    const results: Promise<Blob | null>[] = [];
    const run = (): Promise<void> => act(async () => void results.push(shown.last.run({ format: "png" })));
    await run();
    await change(() => shown.last.cancel());
    await change(() => room.exports[0]?.call.onProgress?.(0.5));
    expect(shown.last).toMatchObject({ isRunning: false, progress: 0 });
    await run();
    await run();
    await shown.mounted.unmount();
    expect(room.exports.map(({ call }) => call.signal?.aborted)).toEqual([true, true, true]);
    for (const { end } of room.exports) end.resolve(new Blob());
    expect(await Promise.all(results)).toEqual([null, null, null]);
  });
});

describe("<Room room>", () => {
  it("leaves the room open at its end, and stops listening", async () => {
    const room = new DrivenRoom();
    const shown = await show(room, () => useAnnotations((list) => list.length));
    await shown.mounted.unmount();
    room.addPoints(1);
    expect(shown.seen).toEqual([0]);
    expect(room.closed).toBe(0);
    expect(() => room.annotations.create({ type: "point", geometry: { x: 1, y: 1 } })).not.toThrow();
  });

  it("follows to another room", async () => {
    const [first, second] = [new DrivenRoom(), new DrivenRoom()];
    first.addPoints(1);
    second.addPoints(2, 3);
    const { Probe, seen } = probe(() => useAnnotations((list) => list.map(xOf)));
    const mounted = await mount(h(Room, { room: first }, h(Probe)), { strict: false });
    await mounted.render(h(Room, { room: second }, h(Probe)));
    await change(() => first.addPoints(9));
    expect(seen).toEqual([[1], [2, 3]]);
  });

  it("hooks say what is missing without one", async () => {
    const { Probe } = probe(() => useAnnotations());
    vi.spyOn(console, "error").mockImplementation(() => {});
    await expect(mount(h(Probe))).rejects.toThrow("There is no <Room> above this component");
  });
});
