import { parseArgs } from "node:util";
import { exitWithError, UsageError } from "../../../tools/project.ts";
import { Random } from "../../crash/random.ts";
import { type Mishap, mishapNames } from "./mishaps.ts";
import { torture } from "./torture.ts";

/**
 * `npm run test:torture [-- --seed N --edits 10000]`: five clients of the library edit one document while network,
 * service and clients fail. The seed repeats the choices; what the machine makes of them in time it can't repeat.
 */

/** So many edits are made between two mishaps. */
const EDITS_PER_MISHAP = 100;
const RESTART_EVERY = 8;

try {
  const { seed, edits } = readArguments();
  console.log(`${edits} edits, seed ${seed}`);
  const mishaps = chooseMishaps(new Random(`${seed}/mishaps`), Math.ceil(edits / EDITS_PER_MISHAP));
  const { problems, ...counts } = await torture({ seed, edits, mishaps, log: console.log });
  console.log(counts);
  for (const problem of problems) console.log(problem);
  if (problems.length > 0) console.log(`npm run test:torture -- --seed ${seed} --edits ${edits} repeats it`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} catch (error) {
  exitWithError(error);
}

/** Restarts take seconds, so they come now and then only. */
function chooseMishaps(random: Random, count: number): Mishap[] {
  const restarts: readonly Mishap[] = ["killAndCopy", "rollBack", "kill"];
  const others = mishapNames.filter((name) => !restarts.includes(name));
  return Array.from({ length: count }, (_, index): Mishap => {
    const restart = restarts[Math.floor(index / RESTART_EVERY) % restarts.length];
    return restart !== undefined && index % RESTART_EVERY === RESTART_EVERY - 1
      ? restart
      : random.pick(others);
  });
}

function readArguments(): { seed: string; edits: number } {
  const { values } = parseArgs({
    options: { seed: { type: "string" }, edits: { type: "string", default: "10000" } },
  });
  const edits = Number(values.edits);
  if (!Number.isInteger(edits) || edits < 1) throw new UsageError("--edits must be a number from 1 on");
  return { seed: values.seed ?? String(Math.floor(Math.random() * 1e9)), edits };
}
