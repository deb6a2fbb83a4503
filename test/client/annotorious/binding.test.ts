// @vitest-environment jsdom
import type { AnnotationBody, ImageAnnotation } from "@annotorious/annotorious";
import { describe, expect, it, vi } from "vitest";
import { defaultStyle } from "../../../src/protocol/model/default-style.ts";
import { pass } from "../support/tiny-client.ts";
import { draw, openFor, type Person, rectangle, reshape, settle, shapeOf, shownBy } from "./annotators.ts";

function openTwo() {
  const { service, people } = openFor(2);
  const [ann, bob] = people;
  if (!ann || !bob) throw new Error("nobody");
  return { service, people, ann, bob };
}

const comment = (annotation: string, value: string): AnnotationBody => ({
  id: `${annotation}-c`,
  annotation,
  purpose: "commenting",
  value,
});
const tag = (annotation: string, value: string): AnnotationBody => ({
  id: `${annotation}-${value}`,
  annotation,
  purpose: "tagging",
  value,
});
/** What went to the room since the last time. */
function sentBy({ client }: Person) {
  return client.up.map((message) =>
    message.type === "annotation.update"
      ? message.patch
      : message.type === "annotation.create"
        ? message.annotation
        : {},
  );
}

describe("shapes", () => {
  it.each([
    ["RECTANGLE", { x: 1.5, y: 2, w: 30, h: 40, rot: 0 }, "box", { x: 1.5, y: 2, width: 30, height: 40 }],
    ["ELLIPSE", { cx: 50, cy: 60, rx: 7, ry: 8 }, "ellipse", { cx: 50, cy: 60, rx: 7, ry: 8 }],
    [
      "LINE",
      {
        points: [
          [1, 2],
          [3, 4],
        ],
      },
      "line",
      {
        points: [
          [1, 2],
          [3, 4],
        ],
      },
    ],
    [
      "POLYGON",
      {
        points: [
          [1, 2],
          [3, 4],
          [5, 0],
        ],
      },
      "polygon",
      {
        points: [
          [1, 2],
          [3, 4],
          [5, 0],
        ],
      },
    ],
    [
      "POLYLINE",
      {
        closed: false,
        points: [
          [1, 2],
          [3, 4],
        ].map((point) => ({ type: "CORNER", point })),
      },
      "polyline",
      {
        points: [
          [1, 2],
          [3, 4],
        ],
      },
    ],
  ])("a %s that somebody draws is the same for everyone", async (type, shape, wanted, geometry) => {
    const { ann, bob, people } = openTwo();
    const id = draw(ann, shapeOf(type, shape));
    await settle(people);
    expect(bob.room.annotations.get(id)).toMatchObject({ type: wanted, geometry });
    expect(bob.anno.state.store.getAnnotation(id)?.target.selector).toMatchObject({ type, geometry: shape });
    expect(shownBy(ann)).toEqual(shownBy(bob));
  });

  it("a closed path with curves becomes a polygon", async () => {
    const { ann, bob, people } = openTwo();
    const curve = (x: number, y: number) => ({
      type: "CURVE",
      point: [x, y],
      inHandle: [x, y],
      outHandle: [x + 5, y],
    });
    const id = draw(
      ann,
      shapeOf("POLYLINE", { closed: true, points: [curve(0, 0), curve(50, 0), curve(50, 50)] }),
    );
    await settle(people);
    expect(bob.room.annotations.get(id)?.type).toBe("polygon");
    expect(shownBy(ann)).toEqual(shownBy(bob));
    expect(bob.anno.state.store.getAnnotation(id)?.target.selector.type).toBe("POLYGON");
  });

  it("what Acetate has no shape for stays here, and is told of", async () => {
    const onUnsupported = vi.fn<(annotation: ImageAnnotation) => void>();
    const { people } = openFor(1, { onUnsupported });
    const [ann] = people;
    if (!ann) throw new Error("nobody");
    const ring = {
      points: [
        [0, 0],
        [9, 0],
        [9, 9],
      ],
    };
    const polygons = [{ rings: [ring, ring], bounds: {} }];
    const id = draw(ann, shapeOf("MULTIPOLYGON", { polygons }));
    await settle(people);
    expect(onUnsupported).toHaveBeenCalledOnce();
    expect(ann.room.annotations.value).toEqual([]);
    expect(ann.anno.state.store.getAnnotation(id)).toBeDefined();
    reshape(ann, id, shapeOf("MULTIPOLYGON", { polygons: [{ rings: [ring], bounds: {} }] }));
    await settle(people);
    expect(ann.room.annotations.get(id)?.type).toBe("polygon");
  });

  it("an edit keeps what Annotorious can't show: rotation, style, properties, type", async () => {
    const { ann, bob, people } = openTwo();
    const turned = ann.room.annotations.create({
      type: "box",
      geometry: { x: 0, y: 0, width: 10, height: 20, rotation: 29 },
      style: { stroke: "#123456", dash: [3, 4] },
      properties: { task: 7 },
      z_index: 5,
      text: "Look",
    });
    const arrow = ann.room.annotations.create({
      type: "arrow",
      geometry: {
        points: [
          [0, 0],
          [5, 5],
        ],
      },
    });
    const ellipse = ann.room.annotations.create({
      type: "ellipse",
      geometry: { cx: 5, cy: 5, rx: 3, ry: 2, rotation: 90 },
    });
    await settle(people);
    const { selector } = bob.anno.state.store.getAnnotation(turned.id)?.target ?? {};
    if (!selector) throw new Error("not shown");
    reshape(bob, turned.id, { ...selector, geometry: Object.assign({}, selector.geometry, { x: 3 }) });
    reshape(
      bob,
      arrow.id,
      shapeOf("POLYLINE", {
        closed: false,
        points: [
          [0, 0],
          [7, 7],
        ].map((point) => ({ type: "CORNER", point })),
      }),
    );
    reshape(bob, ellipse.id, shapeOf("ELLIPSE", { cx: 6, cy: 5, rx: 2, ry: 3 }));
    await pass();
    expect(sentBy(bob)).toEqual([
      { geometry: { x: 3, y: 0, width: 10, height: 20, rotation: 29 } },
      {
        geometry: {
          points: [
            [0, 0],
            [7, 7],
          ],
        },
      },
      { geometry: { cx: 6, cy: 5, rx: 3, ry: 2, rotation: 90 } },
    ]);
    await settle(people);
    expect(ann.room.annotations.get(turned.id)).toMatchObject({
      geometry: { rotation: 29 },
      style: { ...defaultStyle, stroke: "#123456", dash: [3, 4] },
      properties: { task: 7 },
      z_index: 5,
      text: "Look",
    });
    expect(shownBy(ann)).toEqual(shownBy(bob));
  });

  it("a turn in Annotorious is told in degrees", async () => {
    const { ann, people } = openTwo();
    const id = draw(ann, rectangle(0, 0));
    reshape(ann, id, shapeOf("RECTANGLE", { x: 0, y: 0, w: 10, h: 10, rot: Math.PI / 2 }));
    await settle(people);
    expect(ann.room.annotations.get(id)?.geometry).toMatchObject({ rotation: 90 });
  });

  it("a shape that this kind of annotation can't have goes back to what it was", async () => {
    const { ann, bob, people } = openTwo();
    const { id } = ann.room.annotations.create({
      type: "ellipse",
      geometry: { cx: 5, cy: 5, rx: 3, ry: 2, rotation: 30 },
    });
    await settle(people);
    const before = shownBy(bob);
    expect(before[0]).toMatchObject({ type: "POLYLINE" });
    reshape(bob, id, rectangle(1, 1));
    await settle(people);
    expect(shownBy(bob)).toEqual(before);
    expect(bob.room.annotations.get(id)?.version).toBe(1);
  });

  it("texts, points and dots are not shown, and nothing happens to them", async () => {
    const { ann, bob, people } = openTwo();
    ann.room.annotations.create({ type: "text", text: "Words", geometry: { x: 1, y: 2 } });
    ann.room.annotations.create({ type: "point", geometry: { x: 1, y: 2 } });
    ann.room.annotations.create({ type: "freehand", geometry: { points: [[1, 2]] } });
    await settle(people);
    expect(shownBy(bob)).toEqual([]);
    const stroke = ann.room.annotations.create({
      type: "freehand",
      geometry: {
        points: [
          [1, 2],
          [3, 4],
        ],
      },
    });
    await settle(people);
    expect(shownBy(bob)).toHaveLength(1);
    ann.room.annotations.update(stroke.id, { geometry: { points: [[1, 2]] } });
    await settle(people);
    expect(shownBy(bob)).toEqual([]);
    ann.room.annotations.delete(stroke.id);
    draw(bob, rectangle(1, 1));
    bob.anno.clearAnnotations();
    await settle(people);
    expect(ann.room.annotations.value.map(({ type, version }) => [type, version])).toEqual([
      ["text", 1],
      ["point", 1],
      ["freehand", 1],
    ]);
  });
});

describe("words", () => {
  it("a comment is the text, tags are the labels, and each edit is its own patch", async () => {
    const { ann, bob, people } = openTwo();
    const id = draw(ann, rectangle(0, 0));
    await settle(people);
    ann.anno.state.store.addBody(comment(id, "Hill"));
    await pass();
    expect(sentBy(ann)).toEqual([{ text: "Hill" }]);
    await settle(people);
    ann.anno.state.store.addBody(tag(id, " green "));
    await pass();
    expect(sentBy(ann)).toEqual([{ labels: ["green"] }]);
    await settle(people);
    expect(shownBy(bob)[0]?.bodies).toEqual(["commenting: Hill", "tagging: green"]);
    const [shown] = bob.anno.getAnnotations();
    const [body] = shown?.bodies ?? [];
    if (!body) throw new Error("no body");
    bob.anno.state.store.updateBody(body, { ...body, value: "Mountain" });
    await settle(people);
    // The component that has this body open goes on with it.
    expect(ann.anno.state.store.getBody(`${id}-c`)?.value).toBe("Mountain");
    ann.anno.state.store.deleteBody(comment(id, ""));
    await settle(people);
    expect(bob.room.annotations.get(id)?.text).toBe("");
    expect(shownBy(bob)[0]?.bodies).toEqual(["tagging: green"]);
  });

  it("tags that two people add at a time both stay", async () => {
    const { ann, bob, people } = openTwo();
    const id = draw(ann, rectangle(0, 0));
    await settle(people);
    ann.anno.state.store.addBody(tag(id, "one"));
    bob.anno.state.store.addBody(tag(id, "two"));
    await settle(people);
    expect(new Set(ann.room.annotations.get(id)?.labels)).toEqual(new Set(["one", "two"]));
    expect(shownBy(ann)).toEqual(shownBy(bob));
  });

  it("replies, links, properties and unknown members come to everyone", async () => {
    const { ann, bob, people } = openTwo();
    const at = new Date("2026-01-02T03:04:05Z");
    const reply = {
      id: "r",
      annotation: "",
      purpose: "replying",
      value: "Really?",
      created: at,
      creator: { id: "u" },
    };
    const unknown = { motivation: "describing" };
    const id = draw(ann, rectangle(0, 0), {
      bodies: [
        comment("", "Hill"),
        reply,
        { id: "l", annotation: "", purpose: "linking", source: "https://x" } as AnnotationBody,
      ],
      properties: { urgent: true },
      ...unknown,
    });
    const drawn = ann.anno.state.store.getBody("r");
    await settle(people);
    expect(ann.anno.state.store.getBody("r")).toBe(drawn);
    const shown = bob.anno.getAnnotationById(id);
    expect(shown).toMatchObject({ properties: { urgent: true }, motivation: "describing" });
    expect(shown?.bodies.map(({ purpose }) => purpose)).toEqual(["commenting", "replying", "linking"]);
    expect(shown?.bodies[1]).toMatchObject({ id: "r", annotation: id, created: at, creator: { id: "u" } });
    bob.anno.state.store.deleteBody({ id: "r", annotation: id });
    bob.anno.state.store.updateAnnotation({
      ...bob.anno.state.store.getAnnotation(id),
      properties: { done: 1 },
    } as ImageAnnotation);
    await settle(people);
    expect(ann.room.annotations.get(id)?.properties).toMatchObject({ done: 1 });
    expect(ann.anno.getAnnotationById(id)?.properties).toEqual({ done: 1 });
    expect(ann.anno.getAnnotationById(id)?.bodies.map(({ id }) => id)).not.toContain("r");
  });

  it("whatever others write into properties breaks nothing", async () => {
    const { ann, bob, people } = openTwo();
    for (const annotorious of [
      1,
      null,
      [],
      { bodies: 5, members: [] },
      { bodies: [null, 1, { id: 2 }, { id: "ok", created: "no date" }], members: { id: "evil", target: 0 } },
    ]) {
      ann.room.annotations.create({
        type: "box",
        geometry: { x: 0, y: 0, width: 1, height: 1 },
        properties: { annotorious },
      });
    }
    await settle(people);
    expect(bob.anno.getAnnotations()).toHaveLength(5);
    expect(bob.anno.getAnnotationById("evil")).toBeUndefined();
  });

  it("the author is the creator, and a user of Annotorious becomes the author", async () => {
    const { ann, bob, people } = openTwo();
    const creator = { id: "u1", name: "Ann" };
    const id = crypto.randomUUID();
    draw(ann, rectangle(0, 0), { id, target: { annotation: id, selector: rectangle(0, 0), creator } });
    const guest = crypto.randomUUID();
    draw(ann, rectangle(0, 0), {
      id: guest,
      target: { annotation: guest, selector: rectangle(0, 0), creator: { id: "x", isGuest: true } },
    });
    await pass();
    expect(sentBy(ann).map((draft) => ("author" in draft ? draft.author : undefined))).toEqual([
      "Ann",
      undefined,
    ]);
    await settle(people);
    const saved = ann.room.annotations.get(id);
    if (!saved) throw new Error("not saved");
    for (const { room } of people) room.receive({ ...saved, author: "Ann", seq: 99 });
    await pass();
    expect(bob.anno.getAnnotationById(id)?.target.creator).toEqual({ id: "Ann", name: "Ann" });
    expect(ann.anno.getAnnotationById(id)?.target.creator).toEqual(creator);
  });
});

describe("several people", () => {
  it("nothing comes back as an echo", async () => {
    const { service, ann, bob, people } = openTwo();
    const id = draw(ann, rectangle(0, 0), { bodies: [comment("", "a"), tag("", "b")] });
    await settle(people);
    expect(service.head).toBe(1);
    const update = vi.spyOn(ann.room.annotations, "update");
    reshape(bob, id, rectangle(5, 5));
    await settle(people);
    expect(service.head).toBe(2);
    expect(update).not.toHaveBeenCalled();
    expect([ann, bob].map(({ client }) => client.up)).toEqual([[], []]);
    const changes = vi.fn<() => void>();
    ann.anno.state.store.observe(changes);
    await settle(people);
    expect(changes).not.toHaveBeenCalled();
  });

  it("who drags goes on dragging while somebody else changes the same annotation", async () => {
    const { ann, bob, people } = openTwo();
    const id = draw(ann, rectangle(0, 0));
    await settle(people);
    ann.anno.setSelected(id);
    ann.anno.element.dispatchEvent(new MouseEvent("pointerdown", { bubbles: true }));
    reshape(ann, id, rectangle(1, 1));
    await settle(people);
    bob.anno.state.store.addBody(comment(id, "Meanwhile"));
    reshape(bob, id, rectangle(50, 50));
    await settle(people);
    expect(ann.anno.state.store.getAnnotation(id)?.target.selector.geometry).toMatchObject({ x: 1, y: 1 });
    reshape(ann, id, rectangle(2, 2));
    await settle(people);
    expect(ann.anno.state.selection.isSelected(id)).toBe(true);
    window.dispatchEvent(new MouseEvent("pointerup"));
    await settle(people);
    expect(shownBy(ann)).toMatchObject([{ geometry: { x: 2, y: 2 }, bodies: ["commenting: Meanwhile"] }]);
    expect(shownBy(ann)).toEqual(shownBy(bob));
  });

  it("editors stay with what is selected, whatever else changes with it", async () => {
    const { ann, bob, people } = openTwo();
    const ids = [0, 20, 40, 60].map((x) => draw(ann, rectangle(x, 0)));
    await settle(people);
    const [first = "", second = "", third = "", fourth = ""] = ids;
    const editors = (): number => ann.anno.element.querySelectorAll(".a9s-annotation.selected").length;
    ann.anno.setSelected([first, second]);
    await vi.waitFor(() => expect(editors()).toBe(2));
    bob.room.gesture(() => {
      reshape(bob, first, rectangle(1, 1));
      reshape(bob, third, rectangle(2, 2));
      reshape(bob, fourth, rectangle(3, 3));
    });
    await settle(people);
    expect(shownBy(ann)).toEqual(shownBy(bob));
    await new Promise((resolve) => setTimeout(resolve));
    expect(editors()).toBe(2);
  });

  it("what somebody deletes is gone for everyone, while it is selected, too", async () => {
    const { ann, bob, people } = openTwo();
    const id = draw(ann, rectangle(0, 0));
    await settle(people);
    ann.anno.setSelected(id);
    bob.anno.removeAnnotation(id);
    await settle(people);
    expect([shownBy(ann), ann.anno.getSelected()]).toEqual([[], []]);
    // And comes back with its id.
    bob.room.undo();
    await settle(people);
    expect(shownBy(ann)).toMatchObject([{ id }]);
  });

  it("end up with the same after random edits", async () => {
    const { people } = openFor(3);
    const random = makeRandom(20261126);
    const below = (limit: number): number => Math.floor(random() * limit);
    const at = () => rectangle(below(500), below(500), 1 + below(50), 1 + below(50));
    for (let step = 0; step < 400; step++) {
      const person = people[below(people.length)];
      if (!person) continue;
      const { store } = person.anno.state;
      const all = store.all();
      const one = all[below(all.length)];
      const action = below(11);
      if (!one || action < 2) draw(person, at(), { bodies: below(2) ? [comment("", `text ${step}`)] : [] });
      else if (action < 5) reshape(person, one.id, at());
      else if (action < 6) store.addBody({ ...tag(one.id, `tag ${below(5)}`), id: `${step}` });
      else if (action < 7) {
        const [body] = one.bodies;
        if (body) store.updateBody(body, { ...body, value: `text ${step}` });
      } else if (action < 8) store.deleteAnnotation(one.id);
      else if (action < 9) person.anno.undo();
      else if (action < 10) person.anno.setSelected(one.id);
      else
        person.room.annotations.create({
          type: "line",
          geometry: {
            points: [
              [0, 0],
              [below(9), 9],
            ],
          },
        });
      if (below(3) === 0) await pass();
      if (below(3) === 0) people[below(people.length)]?.client.deliver();
      if (below(4) === 0) people[below(people.length)]?.client.read();
      await pass();
    }
    await settle(people);
    const [first, ...others] = people;
    if (!first) throw new Error("nobody");
    expect(shownBy(first).length).toBeGreaterThan(3);
    for (const other of others) expect(shownBy(other)).toEqual(shownBy(first));
    for (const { room, anno } of people) {
      expect(new Set(anno.state.store.all().map(({ id }) => id))).toEqual(
        new Set(room.annotations.value.map(({ id }) => id)),
      );
      for (const { id, text } of room.annotations.value) {
        const bodies = anno.getAnnotationById(id)?.bodies ?? [];
        expect(bodies.find(({ purpose }) => purpose === "commenting")?.value ?? "").toBe(text);
      }
    }
  });
});

describe("undo", () => {
  it("by Annotorious' buttons and keys is the room's: what others did stays", async () => {
    const { ann, bob, people } = openTwo();
    const id = draw(ann, rectangle(0, 0));
    await settle(people);
    reshape(ann, id, rectangle(9, 9));
    await settle(people);
    bob.anno.state.store.addBody(comment(id, "Bob's"));
    await settle(people);
    expect(ann.anno.canUndo()).toBe(true);
    ann.anno.undo();
    await settle(people);
    expect(shownBy(bob)).toMatchObject([{ geometry: { x: 0 }, bodies: ["commenting: Bob's"] }]);
    ann.anno.redo();
    await settle(people);
    expect(shownBy(bob)).toMatchObject([{ geometry: { x: 9 }, bodies: ["commenting: Bob's"] }]);

    // In a test of several annotators on a page, the keys are heard by all.
    bob.unbind();
    const press = new KeyboardEvent("keydown", { key: "z", ctrlKey: true, bubbles: true });
    document.body.dispatchEvent(press);
    await settle(people);
    expect(ann.room.annotations.get(id)).toMatchObject({ geometry: { x: 0 }, text: "Bob's" });
    expect(shownBy(ann)).toMatchObject([{ geometry: { x: 0 }, bodies: ["commenting: Bob's"] }]);
  });

  it("leaves the keys to a field that has the focus", async () => {
    const { people } = openFor(1);
    const [ann] = people;
    if (!ann) throw new Error("nobody");
    const id = draw(ann, rectangle(0, 0));
    await settle(people);
    const field = document.body.appendChild(document.createElement("input"));
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "z", ctrlKey: true, bubbles: true }));
    await settle(people);
    expect(shownBy(ann)).toMatchObject([{ id }]);
    expect(ann.room.annotations.get(id)).toBeDefined();
  });
});

describe("what an application does by itself", () => {
  it("annotations that it adds get into the room, with an id that the service takes", async () => {
    const { ann, bob, people } = openTwo();
    ann.anno.addAnnotation({
      id: "#old",
      bodies: [],
      target: { annotation: "#old", selector: rectangle(1, 2) },
    });
    await settle(people);
    expect(shownBy(bob)).toEqual([expect.objectContaining({ id: expect.stringMatching(/^[0-9a-f-]{36}$/) })]);
    expect(shownBy(ann)).toEqual(shownBy(bob));
  });

  it("setAnnotations deletes nothing from the room", async () => {
    const { ann, bob, people } = openTwo();
    const id = draw(bob, rectangle(0, 0));
    await settle(people);
    ann.anno.setAnnotations([]);
    await settle(people);
    expect(shownBy(ann)).toMatchObject([{ id }]);
    expect(shownBy(bob)).toMatchObject([{ id }]);
  });

  it("a binding that ends takes the room's annotations with it, and another shows them again", async () => {
    const { ann, bob, people } = openTwo();
    const id = draw(bob, rectangle(0, 0));
    await settle(people);
    ann.unbind();
    expect(shownBy(ann)).toEqual([]);
    draw(ann, rectangle(7, 7));
    await settle(people);
    expect(shownBy(bob)).toMatchObject([{ id }]);
  });
});

describe("others", () => {
  it("are shown where they point, with what they have selected, and told what this user does", async () => {
    const { people } = openFor(1);
    const [ann] = people;
    if (!ann) throw new Error("nobody");
    const id = draw(ann, rectangle(10, 20, 30, 40));
    await settle(people);
    const state = { cursor: { x: 5, y: 6 }, selection: [id, "unknown", 7] };
    ann.room.others.set([
      { connectionId: "c1", actorId: "bob", name: "Bob", state },
      { connectionId: "c2", actorId: "eve", name: "<b>", state: { cursor: "everywhere", selection: 5 } },
    ]);
    const overlay = ann.anno.element.querySelector(".acetate-others");
    expect(overlay?.textContent).toBe("Bob");
    expect(overlay?.querySelector("circle")?.getAttribute("cx")).toBe("5");
    expect(overlay?.querySelectorAll("rect")).toHaveLength(1);
    ann.anno.setSelected(id);
    await vi.waitFor(() => expect(ann.room.presence.value).toMatchObject({ selection: [id] }));
    ann.unbind();
    expect(ann.anno.element.querySelector(".acetate-others")).toBeNull();
  });
});

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function makeRandom(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
