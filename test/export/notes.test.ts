import { describe, expect, it } from "vitest";
import type { z } from "zod";
import type { annotationInputSchema } from "../../src/protocol/model/annotation.ts";
import { NOTES_MAX } from "../../src/protocol/limits.ts";
import { findAnchors } from "../../src/export/marks/anchors.ts";
import { drawCallouts } from "../../src/export/marks/draw-callouts.ts";
import { drawNoteList } from "../../src/export/marks/draw-note-list.ts";
import { balanceColumns } from "../../src/export/marks/balance-columns.ts";
import { NoteCollection, shortenNote, type Note } from "../../src/export/marks/notes.ts";
import { placeBadges } from "../../src/export/marks/place-badges.ts";
import { placeCallout, type PlacedCallout } from "../../src/export/marks/place-callouts.ts";
import { layoutToFit, type LayoutTextAsync } from "../../src/export/marks/layout-async.ts";
import { fontSizeFor } from "../../src/export/marks/font-size.ts";
import { sampleAnnotation } from "../support/export/sample-state.ts";
import { setText } from "../support/texts.ts";

type Input = z.input<typeof annotationInputSchema>;
const frame = { left: 0, top: 0, right: 800, bottom: 600 };

/** Every character is half an em wide, every line one em high; a glyph is named like the text. */
const layoutText: LayoutTextAsync = async (text, size, wrap) => {
  const perLine = wrap === undefined ? Infinity : Math.max(1, Math.floor(wrap / (size * 0.5)));
  const lines = text
    .split("\n")
    .flatMap((line) => Array.from({ length: Math.ceil(line.length / perLine) || 1 }));
  const longest = Math.max(...text.split("\n").map((line) => Math.min(line.length, perLine)));
  return setText(text, size, longest * size * 0.5, lines.length * size);
};

function noteAt(x: number, y: number, text = "note", more: Partial<Note> = {}): Note {
  const bounds = { left: x, top: y, right: x + 40, bottom: y + 30 };
  return {
    id: crypto.randomUUID(),
    text,
    color: "#ff0000",
    anchors: [[x, y]],
    bounds,
    small: false,
    ...more,
  };
}
const notesOf = (count: number, text = "note") =>
  Array.from({ length: count }, (_, n) => noteAt((n % 20) * 40, Math.floor(n / 20) * 40, text));

describe("notes", () => {
  const box = (text: string, more: object = {}) =>
    sampleAnnotation({ type: "box", geometry: { x: 1, y: 2, width: 3, height: 4 }, text, ...more });
  const bounds = { left: 0, top: 0, right: 9, bottom: 9 };

  it("are the texts of annotations that do not show them: all but texts, and no blank ones", () => {
    const collection = new NoteCollection(true);
    const inputs: Input[] = [
      { type: "text", geometry: { x: 1, y: 2 }, text: "shows itself" },
      { type: "point", geometry: { x: 1, y: 2 }, text: "  a point\r\n\n  and more " },
      { type: "point", geometry: { x: 1, y: 2 }, text: " \n " },
    ];
    for (const input of inputs) collection.add(sampleAnnotation(input), bounds, true);
    collection.add(box("outside"), bounds, false);
    expect(collection.notes.map(({ text }) => text)).toEqual(["a point\nand more"]);
    expect([collection.count, collection.outside, collection.texts]).toEqual([1, 1, [bounds]]);
  });

  it("have the colour of their annotation: its stroke, else its fill, without alpha", () => {
    const collection = new NoteCollection(true);
    collection.add(box("a", { style: { stroke: "#11223380" } }), bounds, true);
    collection.add(box("b", { style: { stroke: null, fill: "#445566" } }), bounds, true);
    collection.add(box("c", { style: { stroke: null, fill: null } }), bounds, true);
    expect(collection.notes.map(({ color }) => color)).toEqual(["#112233", "#445566", "#111827"]);
  });

  it("are kept up to a number and a length, and only where they are wanted; all are counted", () => {
    const collection = new NoteCollection(true);
    const counted = new NoteCollection(false);
    for (let n = 0; n <= NOTES_MAX; n++) {
      for (const each of [collection, counted]) each.add(box("x".repeat(10_000)), bounds, true);
    }
    expect([collection.notes.length, collection.count]).toEqual([NOTES_MAX, NOTES_MAX + 1]);
    expect(collection.notes[0]?.text).toHaveLength(2_501);
    expect([counted.notes.length, counted.count]).toEqual([0, NOTES_MAX + 1]);
  });

  it("are cut between words and whole characters, and say so", () => {
    expect(shortenNote("just fits", 9)).toEqual({ text: "just fits", cut: false });
    expect(shortenNote("does not fit", 9)).toEqual({ text: "does…", cut: true });
    expect(shortenNote("two\nlines", 9)).toEqual({ text: "two\nlines", cut: false });
    expect(shortenNote("two\nlines and more", 9).text).toBe("two…");
    expect(shortenNote("x".repeat(50), 20).text).toBe(`${"x".repeat(19)}…`);
    expect(shortenNote("👨‍👩‍👧‍👦".repeat(3), 25).text).toBe("👨‍👩‍👧‍👦👨‍👩‍👧‍👦…");
    expect(shortenNote(Array(8).fill("a").join("\n"), 99).text).toContain("\n");
    expect(shortenNote(Array(9).fill("a").join("\n"), 99).text).toBe("a a a a a a a a a");
  });
});

describe("letters beside a picture", () => {
  const sizeOf = (width: number, height: number) =>
    fontSizeFor({ left: 0, top: 0, right: width, bottom: height });
  it.each([
    [1800, 1200, 32.66],
    [540, 540, 12],
    [300, 200, 12],
    [50, 100, 10],
    [40, 30, 6],
    [1, 1, 6],
  ])("of %d × %d are as large as it needs", (width, height, size) => {
    expect(sizeOf(width, height)).toBeCloseTo(size, 2);
  });
});

describe("a note's place", () => {
  const anchorOf = (input: Input) =>
    findAnchors(sampleAnnotation(input), { left: 10, top: 20, right: 30, bottom: 40 })[0]?.map(Math.round);
  it.each([
    [{ type: "box", geometry: { x: 100, y: 50, width: 80, height: 40 } }, [100, 50]],
    [{ type: "box", geometry: { x: 100, y: 50, width: 80, height: 40, rotation: 90 } }, [120, 30]],
    [{ type: "ellipse", geometry: { cx: 100, cy: 50, rx: 20, ry: 20 } }, [86, 36]],
    [
      {
        type: "polygon",
        geometry: {
          points: [
            [90, 90],
            [50, 10],
            [10, 60],
          ],
        },
      },
      [50, 10],
    ],
    [
      {
        type: "arrow",
        geometry: {
          points: [
            [90, 90],
            [50, 10],
          ],
        },
      },
      [90, 90],
    ],
    [{ type: "freehand", geometry: { points: [[7, 8]] } }, [7, 8]],
    [{ type: "point", geometry: { x: 20, y: 40 } }, [30, 20]],
  ] as [Input, number[]][])("is at the top left, or where a line begins: %j", (input, expected) => {
    expect(anchorOf(input)).toEqual(expected);
  });
});

describe("badges", () => {
  const reach = { x: 10, y: 10 };
  it("lie at their annotations, and wholly in the picture", () => {
    const notes = [noteAt(100, 100), noteAt(0, 0), noteAt(799, 599), noteAt(-200, 300)];
    expect(placeBadges(notes, frame, reach)).toEqual([
      [100, 100],
      [10, 10],
      [790, 590],
      [10, 315],
    ]);
  });

  it("leave each other and small annotations to be seen", () => {
    const middle: Note["anchors"] = [[400, 300]];
    const places = placeBadges(
      notesOf(9).map((note) => ({ ...note, anchors: middle })),
      frame,
      reach,
    );
    for (const [index, [x, y]] of places.entries()) {
      for (const other of places.slice(0, index)) {
        expect(Math.max(Math.abs(other[0] - x), Math.abs(other[1] - y))).toBeGreaterThanOrEqual(20);
      }
      expect(Math.hypot(x - 400, y - 300)).toBeLessThan(45);
    }
    const [pin = [0, 0]] = placeBadges([noteAt(100, 100, "pin", { small: true })], frame, reach);
    expect(pin[0] - 10).toBeGreaterThan(100 + 40 / 2);
  });

  it("take the middle where there is no room, however many", () => {
    const tiny = { left: 0, top: 0, right: 12, bottom: 30 };
    for (const [x, y] of placeBadges(notesOf(300), tiny, reach)) {
      expect(x).toBe(6);
      expect(y).toBeGreaterThanOrEqual(10);
      expect(y).toBeLessThanOrEqual(20);
    }
  });
});

describe("columns", () => {
  it("are filled in order, and as evenly as it goes", () => {
    expect(balanceColumns([10, 10, 10, 10], 2, 100)).toMatchObject({
      count: 4,
      height: 20,
      columns: [
        { index: 0, from: 0, to: 2 },
        { index: 1, from: 2, to: 4 },
      ],
    });
    expect(balanceColumns([30, 10, 10], 2, 100)).toMatchObject({
      height: 30,
      columns: [{ to: 1 }, { from: 1, to: 3 }],
    });
  });

  it("leave out what does not fit, from there on", () => {
    expect(balanceColumns([10, 10, 10, 1], 1, 20)).toMatchObject({ count: 2, height: 20 });
    expect(balanceColumns([10, 30, 1], 3, 20)).toMatchObject({ count: 1 });
    expect(balanceColumns([30], 3, 20)).toEqual({ count: 0, height: 0, columns: [] });
    expect(balanceColumns([], 3, 20)).toEqual({ count: 0, height: 0, columns: [] });
  });
});

describe("the list", () => {
  const place = { frame, top: 600, room: 600, ground: "#ffffff", fontSize: 15 };
  const draw = (notes: Note[], more: Partial<typeof place> = {}) =>
    drawNoteList(notes, { ...place, ...more }, layoutText);

  it("has a number and the text of each note, in their order", async () => {
    const list = await draw([noteAt(1, 1, "first"), noteAt(2, 2, "second")]);
    expect(list).toMatchObject({ shown: 2, cut: 0, fontSize: 15 });
    const [sheet, first, second] = list?.drawings ?? [];
    expect(sheet?.bounds).toEqual({ left: 0, top: 600, right: 800, bottom: 600 + (list?.height ?? 0) });
    const words = [first, second].map((note) => note?.texts?.map(({ text }) => text.glyphs[0]?.id));
    expect(words).toEqual([
      ["1", "first"],
      ["2", "second"],
    ]);
  });

  it.each([1, 3, 30, 100, 200])(
    "of %d notes is never higher than its room, and no note is over another",
    async (count) => {
      for (const room of [40, 150, 600]) {
        const list = await draw(notesOf(count, "some words ".repeat(9)), { room });
        expect(list?.height ?? 0).toBeLessThanOrEqual(room);
        const boxes = (list?.drawings ?? []).slice(1).map(({ bounds }) => bounds);
        expect(boxes).toHaveLength(list?.shown ?? 0);
        for (const [index, box] of boxes.entries()) {
          // The bounds of a drawing reach half a font size beyond it.
          const edge = (list?.fontSize ?? 0) / 2;
          expect(box.bottom - edge).toBeLessThanOrEqual(600 + room);
          expect(box.right - edge).toBeLessThanOrEqual(800);
          const below = boxes[index + 1];
          if (below && below.left === box.left)
            expect(below.top + edge).toBeGreaterThanOrEqual(box.bottom - edge);
        }
      }
    },
  );

  it("has smaller letters first, then less of each note, then fewer notes", async () => {
    const sizes = { fontSize: 30 };
    expect(await draw(notesOf(4, "x".repeat(100)), sizes)).toMatchObject({ shown: 4, cut: 0, fontSize: 30 });
    expect(await draw(notesOf(20, "x".repeat(100)), sizes)).toMatchObject({
      shown: 20,
      cut: 0,
      fontSize: 15,
    });
    expect(await draw(notesOf(36, "x".repeat(400)), sizes)).toMatchObject({
      shown: 36,
      cut: 36,
      fontSize: 10.5,
    });
    expect(await draw(notesOf(200, "x".repeat(400)), sizes)).toMatchObject({
      shown: 56,
      cut: 56,
      fontSize: 10.5,
    });
  });

  it("sets no more text than there is room for, however much there is", async () => {
    let characters = 0;
    const counting: LayoutTextAsync = (text, size, wrap) => {
      characters += text.length;
      return layoutText(text, size, wrap);
    };
    await drawNoteList(notesOf(NOTES_MAX, "x".repeat(2_500)), place, counting);
    // Of the two million characters in the four attempts that show all of each note.
    expect(characters).toBeLessThan(100_000);
  });

  it("is none where there is no room", async () => {
    expect(await draw(notesOf(1), { room: 20 })).toBeUndefined();
  });
});

describe("a text from right to left", () => {
  it("is in a box as wide as its lines, so that it begins near its number", async () => {
    const widths: (number | undefined)[] = [];
    const spy: LayoutTextAsync = (text, size, wrap) => {
      widths.push(wrap);
      return layoutText(text, size, wrap);
    };
    await layoutToFit(spy, "abc", 10, 500);
    await layoutToFit(spy, "سماء", 10, 500);
    expect(widths).toEqual([500, 500, 20.01]);
  });
});

describe("callouts", () => {
  const draw = (notes: Note[], texts: Note["bounds"][] = [], size = 20) =>
    drawCallouts({ notes, texts }, frame, size, layoutText);
  const boxesOf = ({ drawings }: Awaited<ReturnType<typeof draw>>) =>
    drawings.filter(({ id }) => id.startsWith("callout")).map(({ bounds }) => bounds);

  it.each([1, 12, 40, 200])("of %d notes are in the picture, and none is over another", async (count) => {
    const callouts = await draw(notesOf(count, "some words ".repeat(3)));
    const boxes = boxesOf(callouts);
    expect(boxes).toHaveLength(callouts.shown);
    expect(callouts.shown).toBeGreaterThanOrEqual(Math.min(count, 30));
    for (const [index, box] of boxes.entries()) {
      // The bounds of a drawing reach half a font size beyond it, and notes are farther apart than that.
      expect(box.left >= -4 && box.top >= -4 && box.right <= 804 && box.bottom <= 604).toBe(true);
      for (const other of boxes.slice(0, index)) {
        const apart =
          box.left >= other.right - 10 ||
          box.right <= other.left + 10 ||
          box.top >= other.bottom - 10 ||
          box.bottom <= other.top + 10;
        expect(apart).toBe(true);
      }
    }
  });

  it("have a line for each comment, and else their words in a row", async () => {
    const set: string[] = [];
    const spy: typeof layoutText = (text, ...rest) => {
      set.push(text);
      return layoutText(text, ...rest);
    };
    const notes = [
      noteAt(100, 100, "a wall\nof stone"),
      noteAt(300, 300, "a wall\nAnn: which?\n– ben: this one", { hasThreads: true }),
    ];
    await drawCallouts({ notes, texts: [] }, frame, 20, spy);
    expect(new Set(set)).toEqual(new Set(["a wall of stone", "a wall\nAnn: which?\n– ben: this one"]));
  });

  it("get the same places each time", async () => {
    const notes = notesOf(30);
    expect((await draw(notes)).drawings).toEqual((await draw(notes)).drawings);
  });

  it("leave their own annotation, others and texts to be seen where they can", () => {
    const size = { width: 100, height: 30 };
    const note = noteAt(400, 300);
    const place = (avoid: Note["bounds"][]): PlacedCallout["box"] | undefined =>
      placeCallout(note, size, { frame, avoid, placed: [], fontSize: 20 })?.box;
    const overlaps = (a: Note["bounds"], b?: Note["bounds"]) =>
      b !== undefined && a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
    const free = place([note.bounds]);
    expect(overlaps(note.bounds, free)).toBe(false);
    const text = free ?? frame;
    expect(overlaps(text, place([note.bounds, text]))).toBe(false);
  });

  it("lie on no other's leader where they can", () => {
    const note = noteAt(400, 300);
    const size = { width: 100, height: 30 };
    const around = { frame, avoid: [note.bounds], fontSize: 20 };
    const free = placeCallout(note, size, { ...around, placed: [] })?.box ?? frame;
    const y = (free.top + free.bottom) / 2;
    const leader: PlacedCallout = {
      box: { left: 780, top: y - 5, right: 790, bottom: y + 5 },
      joint: [780, y],
      anchor: [10, y],
    };
    const placed = placeCallout(note, size, { ...around, placed: [leader] });
    expect(placed && (placed.box.bottom <= y || placed.box.top >= y)).toBe(true);
  });

  it("have leaders below all boxes, from the box to the nearest place of their annotation", async () => {
    const wide = noteAt(100, 100, "x", {
      anchors: [
        [100, 100],
        [500, 100],
      ],
      bounds: { left: 100, top: 100, right: 500, bottom: 500 },
    });
    const { drawings } = await draw([wide, noteAt(10, 550)]);
    expect(drawings.map(({ id }) => id.split("-")[0])).toEqual(["leader", "leader", "callout", "callout"]);
    const box = placeCallout(wide, { width: 50, height: 20 }, { frame, avoid: [], placed: [], fontSize: 20 });
    expect(
      Math.hypot((box?.anchor[0] ?? 0) - (box?.joint[0] ?? 0), (box?.anchor[1] ?? 0) - (box?.joint[1] ?? 0)),
    ).toBeCloseTo(32, 0);
  });

  it("are cut, and left out where the picture is full: they cover a third of it", async () => {
    const long = await draw([noteAt(300, 300, "words ".repeat(100))]);
    expect(long).toMatchObject({ shown: 1, cut: 1 });
    const many = await draw(notesOf(200, "some words and then more ".repeat(4)));
    expect(many.shown).toBeLessThan(200);
    const covered = boxesOf(many).reduce(
      (sum, { left, top, right, bottom }) => sum + (right - left - 10) * (bottom - top - 10),
      0,
    );
    expect(covered).toBeLessThan(0.36 * 800 * 600);
  });

  it("are none in a picture that has no room", async () => {
    const tiny = { left: 0, top: 0, right: 20, bottom: 8 };
    expect(await drawCallouts({ notes: notesOf(2), texts: [] }, tiny, 6, layoutText)).toMatchObject({
      shown: 0,
    });
  });
});
