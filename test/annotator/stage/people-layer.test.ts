/*! @vitest-environment jsdom */
import { signal } from "@preact/signals";
import { expect, it, onTestFinished } from "vitest";
import type { Person } from "../../../src/annotator/stage/others.ts";
import { markOf } from "./marks.ts";

// jsdom has none. Here everybody wants less motion: nothing glides.
window.matchMedia ??= (media) =>
  Object.assign(new EventTarget(), {
    media,
    matches: true,
    onchange: null,
    addListener: () => {},
    removeListener: () => {},
  });

async function show() {
  const { PeopleLayer } = await import("../../../src/annotator/stage/people-layer.ts");
  const mark = markOf({ type: "box", geometry: { x: 40, y: 60, width: 10, height: 10 } });
  const people = signal<readonly Person[]>([]);
  const scale = signal(1);
  const layer = new PeopleLayer({
    people,
    scale,
    find: (id) => (id === mark.id ? mark : undefined),
    marks: signal(null),
    boundsOf: () => ({ left: 40, top: 60, right: 50, bottom: 70 }),
  });
  onTestFinished(() => layer.close());
  const placeOf = (selector: string) => layer.element.querySelector<HTMLElement>(selector)?.style.transform;
  return { layer, people, scale, mark, placeOf };
}

const ana = (more: Partial<Person> = {}): Person => ({
  connectionId: "c",
  name: "Ana",
  color: "who-1",
  shown: { cursor: [10, 20] },
  ...more,
});

it("moves cursors and names with the zoom", async () => {
  const { people, scale, mark, placeOf } = await show();
  people.value = [ana({ shown: { cursor: [10, 20], selection: [mark.id] } })];
  expect([placeOf(".person"), placeOf(".tag")]).toEqual(["translate(10px, 20px)", "translate(40px, 60px)"]);
  scale.value = 2;
  expect([placeOf(".person"), placeOf(".tag")]).toEqual(["translate(20px, 40px)", "translate(80px, 120px)"]);
});

it("follows a cursor, calls it by a new name, and takes it away", async () => {
  const { people, layer, placeOf } = await show();
  people.value = [ana()];
  people.value = [ana({ name: "Anna", shown: { cursor: [30, 20] } })];
  expect(layer.element.textContent).toBe("Anna");
  expect(placeOf(".person")).toBe("translate(30px, 20px)");
  people.value = [];
  expect(layer.element.children).toHaveLength(0);
});

it("shows what somebody selects as long as there is such a mark", async () => {
  const { people, layer, mark } = await show();
  people.value = [ana({ shown: { selection: [mark.id, "gone"] } })];
  expect(layer.outlines.querySelectorAll(".their")).toHaveLength(1);
  people.value = [ana({ shown: { selection: ["gone"] } })];
  expect(layer.outlines.children).toHaveLength(0);
  expect(layer.element.querySelector(".tag")).toBeNull();
});
