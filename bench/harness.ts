import { writeFile } from "node:fs/promises";
import os from "node:os";

/**
 * Side-by-side measurements. Every case runs once a round, in alternating order, so that what slows the machine down for
 * a while slows all of them; what is shown is the median of the rounds, with its spread.
 */

export interface Case {
  name: string;
  unit: "requests/s" | "updates/s" | "ms";
  /** The case that this one's ratio is to; absent: none is shown. */
  comparedTo?: string;
  /** One measurement, in `unit`. */
  measure: () => Promise<number>;
}

export interface Figure {
  name: string;
  unit: string;
  median: number;
  min: number;
  max: number;
  samples: number[];
  /** Median of the ratios within each round; null: compared to nothing. */
  ratio: number | null;
  comparedTo: string | null;
}

/** Measures every case `rounds` times, after one round that does not count. */
export async function runCases(cases: Case[], rounds: number): Promise<Figure[]> {
  const samples = new Map<string, number[]>(cases.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    const order = round % 2 === 0 ? cases : cases.toReversed();
    for (const { name, measure } of order) {
      const value = await measure();
      // The first round warms compilers and caches.
      if (round > 0) samples.get(name)?.push(value);
    }
    console.error(round === 0 ? "warmed up" : `round ${round} of ${rounds}`);
  }
  return cases.map((one) => toFigure(one, samples));
}

function toFigure({ name, unit, comparedTo }: Case, all: Map<string, number[]>): Figure {
  const samples = all.get(name) ?? [];
  const others = comparedTo === undefined ? undefined : all.get(comparedTo);
  return {
    name,
    unit,
    median: median(samples),
    min: Math.min(...samples),
    max: Math.max(...samples),
    samples,
    ratio: others ? median(samples.map((sample, round) => sample / (others[round] ?? Number.NaN))) : null,
    comparedTo: comparedTo ?? null,
  };
}

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

export function printTable(figures: Figure[]): void {
  const rows = figures.map(({ name, unit, median: middle, min, max, ratio, comparedTo }) => [
    name,
    `${round(middle)} ${unit}`,
    `${round(min)}–${round(max)}`,
    ratio === null ? "" : `${ratio.toFixed(2)} × ${comparedTo}`,
  ]);
  const table = [["case", "median", "min–max", "ratio"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  for (const row of table) {
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  }
}

/** The figures with what they were measured on. */
export async function writeJson(file: string, figures: Figure[]): Promise<void> {
  const machine = { cpus: os.cpus().length, model: os.cpus()[0]?.model, node: process.version };
  const report = { measured_at: new Date().toISOString(), machine, figures };
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
}

function round(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toPrecision(3);
}
