/*! @vitest-environment jsdom */
import { describe, expect, it } from "vitest";
import type { Annotation } from "../../../src/protocol/model/annotation.ts";
import type { Point } from "../../../src/protocol/model/geometry.ts";
import { markOf } from "../stage/marks.ts";
import { useTools } from "./use-tools.ts";

const filled = (x: number, y: number, width: number, height: number, more: Partial<Annotation> = {}) =>
  markOf({ type: "box", geometry: { x, y, width, height } }, { fill: "#ff0000" }, more);

/** A small box in a large one, and one beside them. */
function useBoxes() {
  const tools = useTools();
  const [large, small, beside] = [
    filled(100, 100, 300, 300),
    filled(200, 200, 100, 100),
    filled(600, 100, 100, 100),
  ];
  const names = new Map([
    [large.id, "large"],
    [small.id, "small"],
    [beside.id, "beside"],
  ]);
  tools.room.receive(large, small, beside);
  return {
    ...tools,
    large,
    small,
    beside,
    selected: () => tools.editor.selection.value.map((id) => names.get(id)),
    placeOf: ({ id }: Annotation) => tools.room.annotations.get(id)?.geometry,
  };
}

describe("a press on marks", () => {
  it("selects the smallest, then goes through those below at the same place", () => {
    const { click, selected } = useBoxes();
    click([250, 250]);
    expect(selected()).toEqual(["small"]);
    click([250, 250]);
    expect(selected()).toEqual(["large"]);
    click([250, 250]);
    expect(selected()).toEqual(["small"]);
    click([650, 150]);
    expect(selected()).toEqual(["beside"]);
    click([900, 700]);
    expect(selected()).toEqual([]);
  });

  it("adds and takes away with Shift", () => {
    const { click, selected } = useBoxes();
    click([250, 250]);
    click([650, 150], { shiftKey: true });
    expect(selected()).toEqual(["small", "beside"]);
    click([250, 250], { shiftKey: true });
    expect(selected()).toEqual(["beside"]);
    click([900, 700], { shiftKey: true });
    expect(selected()).toEqual(["beside"]);
  });

  it("chooses one of several that are selected", () => {
    const { click, selected, editor, small, beside } = useBoxes();
    editor.select([small.id, beside.id]);
    click([250, 210]);
    expect(selected()).toEqual(["small"]);
  });
});

describe("a drag over the picture", () => {
  it("selects what is wholly inside, and adds to the selection with Shift", () => {
    const { drag, selected } = useBoxes();
    drag([
      [90, 90],
      [390, 450],
    ]);
    expect(selected()).toEqual(["small"]);
    drag(
      [
        [580, 80],
        [720, 220],
      ],
      { shiftKey: true },
    );
    expect(selected()).toEqual(["small", "beside"]);
    drag([
      [580, 80],
      [690, 220],
    ]);
    expect(selected()).toEqual([]);
  });

  it("is taken back by Escape: the selection is as it was", () => {
    const { click, point, press, selected } = useBoxes();
    click([650, 150]);
    point("down", [90, 90], { shiftKey: true });
    point("move", [450, 450], { shiftKey: true });
    expect(selected()).toHaveLength(3);
    press("Escape");
    expect(selected()).toEqual(["beside"]);
  });
});

describe("a drag of marks", () => {
  it("moves what is selected, also what it selects, and not for a slip of the hand", () => {
    const { drag, placeOf, small, large, selected } = useBoxes();
    drag([
      [250, 250],
      [253, 251],
    ]);
    expect(placeOf(small)).toMatchObject({ x: 200, y: 200 });
    drag([
      [250, 250],
      [260, 280],
    ]);
    expect(placeOf(small)).toMatchObject({ x: 210, y: 230 });
    expect(placeOf(large)).toMatchObject({ x: 100, y: 100 });
    expect(selected()).toEqual(["small"]);
  });

  it("goes straight with Shift, in the direction that the hand goes farther", () => {
    const { click, point, placeOf, small } = useBoxes();
    click([250, 250]);
    const shift = { shiftKey: true };
    point("down", [250, 250]);
    point("move", [290, 260], shift);
    point("up", [290, 260], shift);
    expect(placeOf(small)).toMatchObject({ x: 240, y: 200 });
    point("down", [290, 250]);
    point("move", [295, 290], shift);
    point("up", [295, 290], shift);
    expect(placeOf(small)).toMatchObject({ x: 240, y: 240 });
  });

  it("takes along what Shift adds", () => {
    const { click, drag, placeOf, small, beside } = useBoxes();
    click([250, 250]);
    drag(
      [
        [650, 150],
        [690, 151],
      ],
      { shiftKey: true },
    );
    expect(placeOf(small)).toMatchObject({ x: 240 });
    expect(placeOf(beside)).toMatchObject({ x: 640 });
  });

  it("goes back with Escape, and stays where it is with Enter", () => {
    const { point, press, placeOf, small } = useBoxes();
    point("down", [250, 250]);
    point("move", [300, 250]);
    press("Escape");
    point("up", [300, 250]);
    expect(placeOf(small)).toMatchObject({ x: 200 });
    point("down", [250, 250]);
    point("move", [300, 250]);
    press("Enter");
    point("move", [900, 250]);
    point("up", [900, 250]);
    expect(placeOf(small)).toMatchObject({ x: 250 });
  });
});

describe("the frame of what is selected", () => {
  /** One box, with its frame. Its handles are at its corners and sides. */
  function useFrame() {
    const tools = useTools();
    const box = filled(200, 200, 100, 100);
    tools.room.receive(box);
    tools.editor.select([box.id]);
    const geometry = () => tools.room.annotations.get(box.id)?.geometry;
    return { ...tools, box, geometry };
  }

  it("changes nothing when a handle is only clicked", () => {
    const { click, room, geometry } = useFrame();
    click([300, 300]);
    expect(geometry()).toMatchObject({ x: 200, y: 200, width: 100, height: 100 });
    expect(room.undo()).toBeNull();
  });

  it("has cursors that say what a handle does, turned with it", () => {
    const { point, stage, room, box } = useFrame();
    const cursorAt = (...place: [number, number]) => {
      point("move", place);
      return stage.element.dataset["cursor"];
    };
    expect([
      cursorAt(300, 300),
      cursorAt(200, 300),
      cursorAt(250, 200),
      cursorAt(300, 250),
      cursorAt(250, 250),
      cursorAt(900, 700),
    ]).toEqual(["nwse", "nesw", "ns", "ew", "move", ""]);
    room.receive({
      ...box,
      type: "box",
      geometry: { x: 200, y: 200, width: 100, height: 100, rotation: 45 },
      version: 2,
      seq: 9,
    });
    expect([cursorAt(285.4, 285.4), cursorAt(250, 320.7)]).toEqual(["nwse", "ns"]);
  });

  it("turns in steps of 15° with Shift", () => {
    const { point, geometry, editor, stage } = useFrame();
    const handle = [...Array(80).keys()].find((up) => {
      point("move", [250, 199 - up]);
      return stage.element.dataset["cursor"] === "turn";
    });
    expect(handle).toBeDefined();
    const y = 199 - (handle ?? 0);
    const far = 250 - y;
    const angle = (50 * Math.PI) / 180;
    const to: [number, number] = [250 + far * Math.sin(angle), 250 - far * Math.cos(angle)];
    point("down", [250, y]);
    point("move", to, { shiftKey: true });
    point("up", to, { shiftKey: true });
    expect(geometry()).toMatchObject({ rotation: 45 });
    editor.undo();
    point("down", [250, y]);
    point("move", to);
    point("up", to);
    expect(geometry()).toMatchObject({ rotation: 50 });
  });

  it("makes the lines of a text wider at its sides, and its letters larger at its corners", () => {
    const tools = useTools({ textSize: { width: 200, height: 120 } });
    const text = markOf({ type: "text", geometry: { x: 200, y: 200 } }, { font_size: 20 }, { text: "Exit" });
    tools.room.receive(text);
    tools.editor.select([text.id]);
    const now = () => tools.room.annotations.get(text.id);
    tools.drag([
      [400, 260],
      [450, 260],
    ]);
    expect(now()?.geometry).toMatchObject({ x: 200, width: 250 });
    expect(now()?.style.font_size).toBe(20);
    tools.editor.undo();
    tools.drag([
      [400, 320],
      [600, 440],
    ]);
    expect(now()?.style.font_size).toBe(40);
  });
});

describe("corners", () => {
  const points: Point[] = [
    [200, 200],
    [400, 200],
    [400, 400],
  ];

  it("are moved, straight from the one before with Shift", () => {
    const tools = useTools();
    const mark = markOf({ type: "polyline", geometry: { points } });
    tools.room.receive(mark);
    tools.editor.select([mark.id]);
    const corner = (at: number): Point | undefined => {
      const geometry = tools.room.annotations.get(mark.id)?.geometry;
      return geometry && "points" in geometry ? geometry.points[at] : undefined;
    };
    tools.drag([
      [400, 400],
      [430, 410],
    ]);
    expect(corner(2)).toEqual([430, 410]);
    tools.drag(
      [
        [430, 410],
        [404, 450],
      ],
      { shiftKey: true },
    );
    expect(corner(2)).toEqual([400, 450]);
  });
});

describe("the comment tool", () => {
  it("begins a thread on a mark, also on a locked one, or sets a point; a click beside closes what is open", () => {
    const tools = useTools();
    const box = filled(200, 200, 100, 100, { properties: { locked: true } });
    tools.room.receive(box);
    tools.press("c");
    tools.stage.hitTest = ({ x }, options) => (x < 300 && options?.withLocked ? [box.id] : []);
    tools.click([250, 250]);
    expect(tools.editor.thread.value).toMatchObject({ markId: box.id, isNew: true });
    tools.click([700, 500]);
    expect(tools.editor.thread.value).toBeNull();
    tools.click([700, 500]);
    expect(tools.editor.thread.value?.newMark).toMatchObject({ type: "point", geometry: { x: 700, y: 500 } });
    expect(tools.marks()).toHaveLength(1);
  });

  it("does nothing for a drag, a press that was taken away, or beside the picture", () => {
    const tools = useTools();
    tools.press("c");
    tools.drag([
      [700, 500],
      [760, 500],
    ]);
    tools.point("down", [700, 500]);
    tools.point("cancel", [700, 500]);
    tools.point("up", [700, 500]);
    for (const place of [
      [-1, 5],
      [5, -1],
      [1_201, 5],
      [5, 801],
    ] as const)
      tools.click([...place]);
    expect(tools.editor.thread.value).toBeNull();
    tools.click([1_200, 800]);
    expect(tools.editor.thread.value).not.toBeNull();
  });
});
