import { parseArgs } from "node:util";
import { documentSchema } from "../../src/protocol/model/document.ts";
import { exitWithError, offlineEnvironment, UsageError } from "../../tools/project.ts";
import { onStopSignal } from "../../tools/signals.ts";
import { makeStateFolder, Service } from "../e2e/support/service.ts";
import { Ledger } from "./ledger.ts";
import { Random } from "./random.ts";
import { printRound, printSummary } from "./report.ts";
import { write } from "./rest-client.ts";
import { playRound, type Subject } from "./round.ts";

/**
 * `npm run test:crash [-- --rounds 100 --seed N]`: the real `wrangler dev`, killed at a random moment while clients
 * write to several documents as fast as they can, started again on the same state, and compared with everything it had
 * said. The seed repeats the choices; what the machine makes of them in time it can't repeat.
 */

/** Every so many rounds everything is compared from seq 1 on; in the others what came since the last round. */
const DEEP_EVERY = 10;
/** Every so many rounds D1 is compared before anything else is written. */
const QUIET_EVERY = 2;

try {
  const { rounds, seed } = readArguments();
  process.exitCode = (await runRounds(rounds, seed)) ? 0 : 1;
} catch (error) {
  exitWithError(error);
}

/** Plays the rounds, until one shows a violation. Returns whether none did. */
async function runRounds(rounds: number, seed: number): Promise<boolean> {
  const state = await makeStateFolder();
  const start = () =>
    Service.start({
      command: "wrangler dev",
      databaseUrl: state.url,
      args: ["--persist-to", state.path],
      env: offlineEnvironment,
    });
  console.log(`${rounds} rounds, seed ${seed}`);
  let running = start();
  const restart = (): Promise<Service> => (running = start());
  /** One that did not start has ended by itself. */
  const crash = (): Promise<void> => running.then((service) => service.crash()).catch(() => {});
  // It runs in a group of its own, which Ctrl-C does not reach.
  onStopSignal(() => void crash().finally(() => process.exit(130)));
  const random = new Random(String(seed));
  const ledgers: Ledger[] = [];
  let played = 0;
  let passed = false;
  try {
    const subjects = await makeSubjects((await running).url, random);
    ledgers.push(...subjects.map(({ ledger }) => ledger));
    for (let number = 1; number <= rounds; number++) {
      played = number;
      const began = performance.now();
      const round = {
        number,
        random: random.fork(`round ${number}`),
        deep: number === rounds || number % DEEP_EVERY === 0,
        quiet: number % QUIET_EVERY === 0,
      };
      const report = await playRound(await running, subjects, round, restart);
      const violations = ledgers.flatMap((ledger) => ledger.violations);
      printRound(`${number}/${rounds}`, report, violations, performance.now() - began);
      passed = violations.length === 0;
      if (!passed) break;
    }
  } catch (error) {
    passed = false;
    throw error;
  } finally {
    await crash();
    printSummary(played, ledgers);
    if (passed) await state.remove();
    else {
      console.log(
        `Failed in round ${played}: npm run test:crash -- --rounds ${played} --seed ${seed} repeats it`,
      );
      console.log(`The state is left in ${state.path}`);
    }
  }
  return passed;
}

/** Two documents whose feed serves everything, one that is compacted, and one that is reverted too. */
async function makeSubjects(service: URL, random: Random): Promise<Subject[]> {
  const kinds = [
    { snapshots: false, reverts: false, window: 200 },
    { snapshots: false, reverts: false, window: 16 },
    { snapshots: true, reverts: false, window: 200 },
    { snapshots: true, reverts: true, window: 32 },
  ];
  const subjects: Subject[] = [];
  for (const kind of kinds) {
    const body = { id: random.uuid(), title: "Crash test" };
    const outcome = await write(service, { method: "POST", route: "/v1/documents", body });
    if (outcome.status !== "answered") throw new Error("the documents could not be made");
    subjects.push({ ledger: new Ledger(documentSchema.parse(outcome.value).id), ...kind });
  }
  return subjects;
}

function readArguments(): { rounds: number; seed: number } {
  const { values } = parseArgs({
    options: { rounds: { type: "string", default: "100" }, seed: { type: "string" } },
  });
  const rounds = Number(values.rounds);
  const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) : Number(values.seed);
  if (!Number.isInteger(rounds) || rounds < 1) throw new UsageError("--rounds must be a number from 1 on");
  if (!Number.isInteger(seed)) throw new UsageError("--seed must be a whole number");
  return { rounds, seed };
}
