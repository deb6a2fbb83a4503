import { writeFile } from "node:fs/promises";
import os from "node:os";

/**
 * Side-by-side measurements. In a scenario every contender is measured once a round, in alternating order, so that what
 * slows the machine down for a while slows all of them; what is shown is the median of the rounds, with its spread.
 */

/** Figures by their unit, for example `{ "updates/s": 8_300 }`. */
export type Measurement = Readonly<Record<string, number>>;

export interface Contender {
  name: string;
  measure: () => Promise<Measurement>;
}

/**
 * One contender's figure as a multiple of another's: of several others, of the best one in each round; of none, as it
 * is.
 */
export interface Comparison {
  unit: string;
  of: string;
  to: string[];
  /** What the ratio should come to. Absent: it is only shown. `atMost` says that less is better. */
  goal?: { atLeast: number } | { atMost: number };
}

export interface Scenario {
  name: string;
  contenders: Contender[];
  comparisons: Comparison[];
  /** A round before the others that does not count: it warms compilers and caches. Default: true. */
  warmUp?: boolean;
}

export interface Spread {
  median: number;
  min: number;
  max: number;
  /** One a round. */
  samples: number[];
}

export interface Result {
  scenario: string;
  figures: ({ contender: string; unit: string } & Spread)[];
  ratios: (Comparison & Spread & { met: boolean | null })[];
}

export async function runScenario(scenario: Scenario, rounds: number): Promise<Result> {
  const { name, contenders, comparisons, warmUp = true } = scenario;
  const measured: Map<string, Measurement>[] = [];
  for (let round = warmUp ? 0 : 1; round <= rounds; round++) {
    const figures = new Map<string, Measurement>();
    for (const { name, measure } of round % 2 === 0 ? contenders : contenders.toReversed()) {
      figures.set(name, await measure());
    }
    if (round > 0) measured.push(figures);
    console.error(`${name}: ${round === 0 ? "warmed up" : `round ${round} of ${rounds}`}`);
  }
  return {
    scenario: name,
    figures: contenders.flatMap(({ name }) =>
      Object.keys(measured[0]?.get(name) ?? {}).map((unit) => ({
        contender: name,
        unit,
        ...spreadOf(measured.map((round) => round.get(name)?.[unit] ?? Number.NaN)),
      })),
    ),
    ratios: comparisons.map((comparison) => compare(comparison, measured)),
  };
}

function compare(comparison: Comparison, rounds: Map<string, Measurement>[]): Result["ratios"][number] {
  const { unit, of, to, goal } = comparison;
  const figure = (round: Map<string, Measurement>, name: string) => round.get(name)?.[unit] ?? Number.NaN;
  const best = goal && "atMost" in goal ? Math.min : Math.max;
  const measureOf = (round: Map<string, Measurement>) =>
    to.length === 0 ? 1 : best(...to.map((name) => figure(round, name)));
  const spread = spreadOf(rounds.map((round) => figure(round, of) / measureOf(round)));
  return { ...comparison, ...spread, met: goal === undefined ? null : meets(spread.median, goal) };
}

function meets(ratio: number, goal: NonNullable<Comparison["goal"]>): boolean {
  return "atLeast" in goal ? ratio >= goal.atLeast : ratio <= goal.atMost;
}

function spreadOf(samples: number[]): Spread {
  return { median: median(samples), min: Math.min(...samples), max: Math.max(...samples), samples };
}

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

export function printResults(results: Result[]): void {
  for (const { scenario, figures, ratios } of results) {
    console.log(`\n${scenario}`);
    printTable(figures.map((figure) => [figure.contender, ...describeSpread(figure), figure.unit]));
    printTable(
      ratios.map((ratio) => [
        `${ratio.of}, ${ratio.unit}`,
        ...describeSpread(ratio),
        describeOthers(ratio.to),
        describeGoal(ratio),
      ]),
    );
  }
}

function describeSpread({ median, min, max }: Spread): string[] {
  return [format(median), `${format(min)}–${format(max)}`];
}

function describeOthers(to: string[]): string {
  if (to.length === 0) return "";
  return `× ${to.length === 1 ? to[0] : `the best of ${to.join(", ")}`}`;
}

function describeGoal({ goal, met }: Result["ratios"][number]): string {
  if (goal === undefined) return "";
  const wanted = "atLeast" in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`;
  return `goal ${wanted}: ${met ? "met" : "MISSED"}`;
}

function printTable(rows: string[][]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
  }
}

function format(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : value.toPrecision(3);
}

/** The results with what they were measured on. */
export async function writeJson(file: string, results: Result[]): Promise<void> {
  const machine = { cpus: os.cpus().length, model: os.cpus()[0]?.model, node: process.version };
  const report = { measured_at: new Date().toISOString(), machine, results };
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
}
