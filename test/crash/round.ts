import { setTimeout as sleep } from "node:timers/promises";
import type { Service } from "../e2e/support/service.ts";
import type { SeenResources } from "./check-resources.ts";
import type { Ledger } from "./ledger.ts";
import { LibraryWriter } from "./library-writer.ts";
import { OperationMaker } from "./make-operations.ts";
import { isPending } from "./operation.ts";
import type { Random } from "./random.ts";
import { repeatOperations } from "./repeat.ts";
import { RestWriter } from "./rest-writer.ts";
import { SocketWriter, type SocketWriterOptions } from "./socket-writer.ts";
import { type CatalogReport, verifyCatalog, verifyDocument } from "./verify.ts";

/**
 * A document, and what may happen to it. Where neither snapshots nor reverts do, the feed serves everything from seq 1
 * on.
 */
export interface Subject {
  ledger: Ledger;
  snapshots: boolean;
  reverts: boolean;
  /** Updates that its fastest writer has on their way at a time: the more, the less gets through over REST. */
  window: number;
}

export interface Round {
  number: number;
  random: Random;
  /** Compare everything from seq 1 on, not only what came since the last round. */
  deep: boolean;
  /** Nothing is written before D1 is compared, so that only the alarm can bring it what it missed. */
  quiet: boolean;
}

export interface RoundReport {
  killedAfterMs: number;
  acked: number;
  unanswered: number;
  /** Of the unanswered ones those that are there. */
  unansweredThere: number;
  repeated: number;
  /** Before anything else was written, in a quiet round; null: it was not looked at then. */
  untouchedCatalog: CatalogReport | null;
  catalog: CatalogReport;
}

const KILL_MIN_MS = 200;
const KILL_MAX_MS = 2_000;
/** Versions of earlier rounds whose state is read again, of each document. */
const VERSIONS_READ = 2;

/** Writes, kills, starts again on the same state, compares. `restart` starts the service anew. */
export async function playRound(
  service: Service,
  subjects: readonly Subject[],
  round: Round,
  restart: () => Promise<Service>,
): Promise<RoundReport> {
  const ledgers = subjects.map(({ ledger }) => ledger);
  const ackedBefore = count(ledgers, ({ ackedCount }) => ackedCount);
  const killedAfterMs = await writeUntilKilled(service, subjects, round);
  const acked = count(ledgers, ({ ackedCount }) => ackedCount) - ackedBefore;
  const open = ledgers.flatMap(({ operations }) => [...operations.values()].filter(isPending));

  const { url } = await restart();
  const { random } = round;
  const seen = await verifyAll(url, ledgers, { random, deep: round.deep, sampled: VERSIONS_READ });
  const unansweredThere = open.filter((operation) => !isPending(operation)).length;
  const untouchedCatalog = round.quiet ? await verifyCatalog(url, seen) : null;
  let repeated = 0;
  for (const ledger of ledgers) repeated += await repeatOperations(url, ledger, random);
  const after = await verifyAll(url, ledgers, { random, deep: false, sampled: 0 });
  const catalog = await verifyCatalog(url, after);
  const unanswered = open.length;
  return { killedAfterMs, acked, unanswered, unansweredThere, repeated, untouchedCatalog, catalog };
}

async function verifyAll(
  url: URL,
  ledgers: readonly Ledger[],
  { deep, ...choice }: { random: Random; deep: boolean; sampled: number },
): Promise<Map<Ledger, SeenResources>> {
  const seen = new Map<Ledger, SeenResources>();
  for (const ledger of ledgers) {
    seen.set(ledger, await verifyDocument(url, ledger, { ...choice, since: deep ? 0 : ledger.verifiedHead }));
  }
  return seen;
}

/** Returns after how many milliseconds of writing the service was killed. */
async function writeUntilKilled(
  service: Service,
  subjects: readonly Subject[],
  { number, random }: Round,
): Promise<number> {
  const sockets: SocketWriter[] = [];
  const rests: RestWriter[] = [];
  const libraries: LibraryWriter[] = [];
  for (const [index, { ledger, snapshots, reverts, window }] of subjects.entries()) {
    const common = (name: string) => {
      const own = random.fork(`${index}/${name}`);
      const maker = new OperationMaker(`r${number}-d${index}-${name}`, own);
      return { service: service.url, ledger, snapshots, random: own, maker };
    };
    const kinds: Pick<SocketWriterOptions, "batch" | "writes" | "window">[] = [
      { batch: true, writes: "updates", window },
      { batch: false, writes: "updates", window: Math.ceil(window / 8) },
      { batch: index % 2 === 0, writes: "annotations", window: 12 },
    ];
    for (const [place, kind] of kinds.entries()) {
      sockets.push(new SocketWriter({ ...common(`s${place}`), ...kind }));
    }
    rests.push(new RestWriter({ ...common("rest"), reverts }));
    libraries.push(new LibraryWriter(common("lib")));
  }
  await Promise.all([...sockets, ...libraries].map((writer) => writer.open()));
  const killAfterMs = random.int(KILL_MIN_MS, KILL_MAX_MS);
  const writers = [...sockets, ...rests, ...libraries];
  const running = writers.map((writer) => writer.run());
  await sleep(killAfterMs);
  await service.crash();
  for (const writer of writers) writer.stop();
  await Promise.all(running);
  return killAfterMs;
}

function count(ledgers: readonly Ledger[], of: (ledger: Ledger) => number): number {
  return ledgers.reduce((sum, ledger) => sum + of(ledger), 0);
}
