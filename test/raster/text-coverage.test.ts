import { describe, expect, it } from "vitest";
import { CoverageBuffer } from "../../src/raster/draw/coverage-buffer.ts";
import { FillCoverage } from "../../src/raster/draw/fill-coverage.ts";
import { HaloCoverage } from "../../src/raster/draw/halo-coverage.ts";
import type { EdgeSink } from "../../src/raster/draw/trace-text.ts";

const size = { width: 12, height: 8 };

function addRing(sink: EdgeSink, points: readonly (readonly [number, number])[]): void {
  for (const [index, [ax, ay]] of points.entries()) {
    const [bx, by] = points[(index + 1) % points.length] ?? [0, 0];
    sink.addEdge(ax, ay, bx, by);
  }
}

const rect = (left: number, top: number, right: number, bottom: number) =>
  [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ] as const;

function fill(...rings: (readonly (readonly [number, number])[])[]): number[][] {
  const shape = new FillCoverage();
  shape.start(size.width, size.height);
  for (const ring of rings) addRing(shape, ring);
  return rowsOf(shape);
}

function halo(radius: number, ...edges: [number, number, number, number][]): number[][] {
  const shape = new HaloCoverage();
  shape.start(size.width, size.height, radius);
  for (const edge of edges) shape.addEdge(...edge);
  return rowsOf(shape);
}

function rowsOf(shape: FillCoverage | HaloCoverage): number[][] {
  const { bytes, stride, width, height } = new CoverageBuffer().cover(size, shape);
  return Array.from({ length: height }, (_, row) => [...bytes.subarray(row * stride, row * stride + width)]);
}

describe("a filled outline", () => {
  it("covers each pixel by its exact area", () => {
    const rows = fill(rect(2.25, 1.5, 5, 3));
    expect(rows[1]?.slice(1, 6)).toEqual([0, 96, 128, 128, 0]);
    expect(rows[2]?.slice(1, 6)).toEqual([0, 191, 255, 255, 0]);
    expect(rows[3]).toEqual(Array.from({ length: 12 }, () => 0));
    // A triangle: half of the pixels on its long side.
    expect(
      fill([
        [1, 1],
        [5, 1],
        [1, 5],
      ])
        .map((row) => row.slice(0, 6))
        .slice(0, 3),
    ).toMatchObject([
      [0, 0, 0, 0, 0, 0],
      [0, 255, 255, 255, 128, 0],
      [0, 255, 255, 128, 0, 0],
    ]);
  });

  it("is full where outlines overlap, and empty in a hole that runs the other way round", () => {
    const hole = rect(3, 2, 5, 4).toReversed();
    expect(fill(rect(1, 1, 8, 6), hole)[3]?.slice(1, 8)).toEqual([255, 255, 0, 0, 255, 255, 255]);
    expect(fill(rect(1, 1, 6, 6), rect(4, 2, 8, 5))[3]?.slice(0, 9)).toEqual([
      0, 255, 255, 255, 255, 255, 255, 255, 0,
    ]);
    expect(fill(rect(1, 1, 6, 6).toReversed())[3]?.slice(0, 3)).toEqual([0, 255, 255]);
  });

  it("may begin and end outside of the window", () => {
    const rows = fill(rect(-50, -50, 2.5, 500), rect(11, 7, 1e6, 1e6));
    expect(rows[0]).toEqual([255, 255, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(rows[7]).toEqual([255, 255, 128, 0, 0, 0, 0, 0, 0, 0, 0, 255]);
  });

  it("is forgotten once it was written", () => {
    const shape = new FillCoverage();
    shape.start(size.width, size.height);
    addRing(shape, rect(1, 1, 8, 6));
    rowsOf(shape);
    shape.start(size.width, size.height);
    expect(
      rowsOf(shape)
        .flat()
        .every((each) => each === 0),
    ).toBe(true);
  });
});

describe("a halo", () => {
  it("reaches as far as its radius on each side, with a pixel of antialiasing, round at the ends", () => {
    const rows = halo(1.5, [4, 4, 8, 4]);
    expect(rows.map((row) => row[6])).toEqual([0, 0, 128, 255, 255, 128, 0, 0]);
    expect(rows[3]?.[2]).toBeLessThan(160);
    expect(rows[3]?.[1]).toBe(0);
    expect(halo(0.25, [0, 4.5, 12, 4.5])[4]?.[6]).toBe(128);
  });

  it("leaves no seam where the halos of two edges meet", () => {
    // As far apart as the radii reach: no pixel between them is wholly covered by one alone.
    expect(halo(1.5, [3, 0, 3, 8], [6, 0, 6, 8])[4]?.slice(3, 6)).toEqual([255, 255, 255]);
    expect(halo(1, [0, 3, 12, 3], [0, 5, 12, 5]).map((row) => row[6])).toEqual([
      0, 0, 255, 255, 255, 255, 0, 0,
    ]);
    // Both parts of a pixel count, if they are not the whole.
    expect(halo(1, [2, 0, 2, 8], [4.6, 0, 4.6, 8])[4]?.[3]).toBeLessThan(255);
    // But an edge in two pieces is no denser for it.
    const pieces = halo(1.5, [2.2, 1, 4, 4.1], [4, 4.1, 6.2, 7.9]);
    const largest = Math.max(...pieces.flat().filter((each) => each < 255));
    expect(largest).toBeLessThan(255);
  });
});
