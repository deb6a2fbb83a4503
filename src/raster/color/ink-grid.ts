import { createYielder } from "../../event-loop.ts";
import { GRID_SIDE, GRID_WHITE } from "../pixel-codec/jpeg-decoder-exports.ts";
import { apply, scale, toSrgb, type Matrix, type Vector } from "./color-space.ts";
import { connectionWhite } from "./connection-space.ts";
import { clamp, type Curve } from "./icc-curve.ts";
import type { InkTable } from "./ink-table.ts";
import { xyzToSrgb } from "./primaries.ts";

const INKS = 4;
/** Each entry of the table has three. */
const NUMBERS = 3;
/** Red, green, blue, and alpha. */
const CHANNELS = 4;
/**
 * How far a colour may be outside sRGB, as a share of its range. Between two colours of the grid, one of which is outside,
 * some are inside. The difference of two must fit into 16 bits.
 */
const OUTSIDE = 0.5;
/** L* = 50. */
const MID_LUMINANCE = 0.1842;

/**
 * Tabulates a profile of inks for the decoder: the sRGB colour for each of `GRID_SIDE` shares of each ink, from none to
 * all, the last ink's next to each other. undefined: the profile makes no sense.
 */
export async function makeInkGrid(table: InkTable): Promise<Int16Array | undefined> {
  const fromXyz = xyzToSrgb();
  if (!fromXyz) return undefined;
  const places = findPlaces(table);
  const [cyan = [], magenta = [], yellow = [], black = []] = places;
  const compensate = compensateBlack(table.black ?? findBlack(table, places));
  const grid = new Int16Array(GRID_SIDE ** INKS * CHANNELS);
  const yieldToEventLoop = createYielder();
  let to = 0;
  for (const c of cyan) {
    for (const m of magenta) {
      for (const y of yellow) {
        const readColumn = mixColumn(table, [c, m, y]);
        for (const k of black) {
          const color = encode(fromXyz, compensate(table.toXyz(readColumn(k))));
          if (!color.every(Number.isFinite)) return undefined;
          grid.set(color, to);
          grid[to + 3] = GRID_WHITE;
          to += CHANNELS;
        }
      }
      await yieldToEventLoop();
    }
  }
  return grid;
}

/** Ink on paper is never as dark as a display's black: this makes it so, as print programs do (black point compensation). */
function compensateBlack(black: number): (xyz: Vector) => Vector {
  const [x, y, z] = scale(connectionWhite, black);
  return (xyz) => scale([xyz[0] - x, xyz[1] - y, xyz[2] - z], 1 / (1 - black));
}

/** The luminance of all inks together, of which a profile that makes no sense has a lot: that of L* = 50 at most, as in littlecms. */
function findBlack(table: InkTable, places: readonly (readonly Place[])[]): number {
  const [cyan, magenta, yellow, black] = places.map((ofInk) => ofInk.at(-1));
  if (!cyan || !magenta || !yellow || !black) return 0;
  const [, luminance] = table.toXyz(mixColumn(table, [cyan, magenta, yellow])(black));
  return Math.min(MID_LUMINANCE, Math.max(0, luminance));
}

/** A colour as the grid has it: sRGB, times `GRID_WHITE`. */
function encode(fromXyz: Matrix, xyz: Vector): Vector {
  const [red, green, blue] = apply(fromXyz, xyz);
  return [encodeChannel(red), encodeChannel(green), encodeChannel(blue)];
}

function encodeChannel(linear: number): number {
  // Beyond sRGB, its curve goes on as if mirrored.
  const value = Math.sign(linear) * toSrgb(Math.abs(linear));
  return Math.round(Math.min(1 + OUTSIDE, Math.max(-OUTSIDE, value)) * GRID_WHITE);
}

/** A share of an ink, between two entries of the table. */
interface Place {
  /** What its lower entry adds to an index in the table, and how far the next one is. */
  index: number;
  stride: number;
  /** How far it is above the lower entry, 0–1. */
  above: number;
}

/** Where the grid's shares of each ink are in the table. */
function findPlaces({ inkCurves, sides }: InkTable): Place[][] {
  return inkCurves.map((curve, ink) => {
    const entries = sides.slice(ink + 1).reduce((product, side) => product * side, 1);
    return Array.from({ length: GRID_SIDE }, (_, level) =>
      findPlace(curve, level / (GRID_SIDE - 1), sides[ink] ?? 0, entries * NUMBERS),
    );
  });
}

function findPlace(curve: Curve, share: number, side: number, stride: number): Place {
  const place = clamp(curve(share)) * (side - 1);
  const lower = Math.min(side - 2, Math.floor(place));
  return { index: lower * stride, stride, above: place - lower };
}

/** Mixes the entries around these shares of three inks, for each share of black. Returns what reads the mixture. */
function mixColumn({ sides, sample }: InkTable, places: readonly Place[]): (black: Place) => Vector {
  const column = new Float64Array((sides[INKS - 1] ?? 0) * NUMBERS);
  for (let corner = 0; corner < 2 ** places.length; corner++) {
    let weight = 1;
    let index = 0;
    for (const [ink, place] of places.entries()) {
      const isAbove = (corner >> ink) & 1;
      weight *= isAbove ? place.above : 1 - place.above;
      index += place.index + isAbove * place.stride;
    }
    if (weight === 0) continue;
    for (let at = 0; at < column.length; at++) column[at] = (column[at] ?? 0) + weight * sample(index + at);
  }
  return ({ index, stride, above }) => {
    const mix = (at: number): number => (column[at] ?? 0) * (1 - above) + (column[at + stride] ?? 0) * above;
    return [mix(index), mix(index + 1), mix(index + 2)];
  };
}
