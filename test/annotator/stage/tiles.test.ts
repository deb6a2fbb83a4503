import { expect, it } from "vitest";
import { TILE_SIDE } from "../../../src/annotator/stage/raster/messages.ts";
import { TileRecord } from "../../../src/annotator/stage/raster/tile-record.ts";
import { covers, rangeOf, seenBox } from "../../../src/annotator/stage/tiles.ts";

const everywhere = { left: -1e6, top: -1e6, right: 1e6, bottom: 1e6 };
const stage = { width: 1_000, height: 600 };

it("covers what the stage shows, and no more than a pan of the margin", () => {
  const view = { scale: 0.5, x: -130, y: 40 };
  const range = rangeOf(seenBox(view, stage, 100), 0.5);
  expect(covers(range, 0.5, seenBox(view, stage, 100), everywhere)).toBe(true);
  expect(covers(range, 0.5, seenBox({ ...view, x: view.x - TILE_SIDE - 100 }, stage), everywhere)).toBe(
    false,
  );
  expect(covers(range, 0.5, seenBox({ ...view, y: view.y + TILE_SIDE + 100 }, stage), everywhere)).toBe(
    false,
  );
});

it("needs no tiles where there are no marks", () => {
  const range = rangeOf({ left: 0, top: 0, right: 400, bottom: 300 }, 1);
  const content = { left: 10, top: 10, right: 300, bottom: 200 };
  expect(covers(range, 1, seenBox({ scale: 0.01, x: 500, y: 300 }, stage), content)).toBe(true);
  expect(covers(range, 1, seenBox({ scale: 1, x: 5_000, y: 0 }, stage), content)).toBe(true);
  expect(covers(range, 1, everywhere, { ...content, right: TILE_SIDE + 1 })).toBe(false);
});

function paint(record: TileRecord, scale: number, range: ReturnType<typeof rangeOf>): string[] {
  const places = record.begin(scale, range);
  record.end(places.map((place) => ({ ...place, image: null })));
  return places.map(({ column, row }) => `${column} ${row}`);
}

it("paints tiles once: new ones at the edge, and those with a change", () => {
  const record = new TileRecord();
  const range = { left: -1, top: 0, right: 1, bottom: 2 };
  expect(paint(record, 2, range)).toEqual(["-1 0", "0 0", "-1 1", "0 1"]);
  expect(paint(record, 2, range)).toEqual([]);
  expect(paint(record, 2, { ...range, left: 0, right: 2 })).toEqual(["1 0", "1 1"]);
  // Forgotten meanwhile, as the page has dropped them.
  expect(paint(record, 2, range)).toEqual(["-1 0", "-1 1"]);
  record.taint({ left: 10, top: 10, right: 20, bottom: 20 });
  expect(paint(record, 2, range)).toEqual(["0 0"]);
  // A line that ends at the edge of a tile is smoothed beyond it.
  record.taint({ left: 10, top: 10, right: 20, bottom: TILE_SIDE / 2 });
  expect(paint(record, 2, range)).toEqual(["0 0", "0 1"]);
  expect(paint(record, 1, range)).toHaveLength(4);
});

it("paints again what an ended painting has not delivered", () => {
  const record = new TileRecord();
  const range = { left: 0, top: 0, right: 1, bottom: 1 };
  record.begin(1, range);
  expect(paint(record, 1, range)).toEqual(["0 0"]);
  record.taint({ left: 0, top: 0, right: 5, bottom: 5 });
  record.begin(1, range);
  expect(paint(record, 1, range)).toEqual(["0 0"]);
});
