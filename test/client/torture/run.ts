import { parseArgs } from "node:util";
import { exitWithError, UsageError } from "../../../tools/project.ts";
import { Random } from "../../crash/random.ts";
import type { ContentKind } from "./contents.ts";
import { type Mishap, mishapNames } from "./mishaps.ts";
import { torture } from "./torture.ts";

/**
 * `npm run test:torture [-- --seed N --edits 10000 --content bytes]`: five clients of the library edit one document while network,
 * service and clients fail. The seed repeats the choices; what the machine makes of them in time it can't repeat.
 */

/** So many edits are made between two mishaps. */
const EDITS_PER_MISHAP = 100;
const RESTART_EVERY = 8;

try {
  const { seed, edits, content } = readArguments();
  console.log(`${edits} edits, seed ${seed}, content ${content}`);
  const mishaps = chooseMishaps(new Random(`${seed}/mishaps`), Math.ceil(edits / EDITS_PER_MISHAP));
  const { problems, ...counts } = await torture({ seed, edits, content, mishaps, log: console.log });
  console.log(counts);
  for (const problem of problems) console.log(problem);
  if (problems.length > 0)
    console.log(`npm run test:torture -- --seed ${seed} --edits ${edits} --content ${content} repeats it`);
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

function readArguments(): { seed: string; edits: number; content: ContentKind } {
  const { values } = parseArgs({
    options: {
      seed: { type: "string" },
      edits: { type: "string", default: "10000" },
      content: { type: "string", default: "yjs" },
    },
  });
  const edits = Number(values.edits);
  if (!Number.isInteger(edits) || edits < 1) throw new UsageError("--edits must be a number from 1 on");
  const { content } = values;
  if (content !== "bytes" && content !== "yjs") throw new UsageError("--content is bytes or yjs");
  return { content, seed: values.seed ?? String(Math.floor(Math.random() * 1e9)), edits };
}
