import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { exitWithError, UsageError } from "../tools/project.ts";
import { onStopSignal } from "../tools/signals.ts";
import { type Result, type Scenario, printResults, runScenario, writeJson } from "./harness.ts";
import { measureDisk } from "./measure-disk.ts";
import { stopServers } from "./server.ts";

/** A scenario that is set up when its turn comes, by the name that `--only` knows it by. */
export type Scenarios = Record<string, () => Promise<Scenario>>;

const DISK_ROUNDS = 5;

/**
 * The command line of a bench: `--rounds 5 --json FILE --only NAME`. Everything is kept in a folder that goes at the
 * end (`TMPDIR=/dev/shm` takes the disk out of it), and what was started is ended, also where the bench fails or is
 * stopped.
 */
export async function runBench(prepare: (state: string) => Scenarios): Promise<void> {
  const state = await mkdtemp(path.join(os.tmpdir(), "acetate-bench-"));
  const cleanUp = async () => {
    await stopServers();
    await rm(state, { recursive: true, force: true, maxRetries: 5 });
  };
  onStopSignal(() => void cleanUp().then(() => process.exit(130)));
  try {
    await runChosen(prepare(state), state);
  } catch (error) {
    await cleanUp();
    exitWithError(error);
  }
  await cleanUp();
}

async function runChosen(scenarios: Scenarios, state: string): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "5" },
      json: { type: "string" },
      only: { type: "string", multiple: true, default: Object.keys(scenarios) },
    },
  });
  const results: Result[] = [];
  const disk = { name: "fdatasync", measure: () => measureDisk(state) };
  results.push(await runScenario({ name: "The disk", contenders: [disk], comparisons: [] }, DISK_ROUNDS));
  for (const name of values.only) {
    const prepareScenario = scenarios[name];
    if (!prepareScenario) throw new UsageError(`--only is one of ${Object.keys(scenarios).join(", ")}`);
    results.push(await runScenario(await prepareScenario(), Number(values.rounds)));
  }
  printResults(results);
  if (values.json !== undefined) await writeJson(values.json, results);
}
