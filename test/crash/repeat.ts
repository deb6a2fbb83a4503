import { setTimeout as sleep } from "node:timers/promises";
import type { Ledger } from "./ledger.ts";
import { type Operation, isPending } from "./operation.ts";
import type { Random } from "./random.ts";
import { RoomClient } from "./room-client.ts";
import { sendOverRest } from "./rest-operations.ts";

/** Acknowledged operations that are sent again after each restart: of all rounds, and as many of the latest. */
const REPEATS = 60;
const REPEATS_OVER_REST = 8;
const PATIENCE_MS = 15_000;

/**
 * Sends again what was acknowledged in any round, and what was not acknowledged in this one. The ledger checks the
 * answers: an acknowledged one keeps its seq and is a duplicate; of the others, one that is there keeps its place, and
 * one that is not takes a new seq. Throws where an answer does not come.
 */
export async function repeatOperations(service: URL, ledger: Ledger, random: Random): Promise<number> {
  const operations = [...ledger.operations.values()];
  const acked = operations.filter(({ outcome }) => typeof outcome === "number");
  const chosen = [
    ...random.sample(acked.filter(isOverSocket), REPEATS),
    // The latest are those that the crash was closest to.
    ...acked.filter(isOverSocket).slice(-REPEATS),
    ...random.sample(acked.filter(isOverRest), REPEATS_OVER_REST),
    ...acked.filter(isOverRest).slice(-REPEATS_OVER_REST),
    ...operations.filter(isPending),
  ];
  const repeats = [...new Set(chosen)];
  await repeatOverSocket(service, ledger, repeats.filter(isOverSocket), random.chance(0.5));
  for (const operation of repeats.filter(isOverRest)) await sendOverRest(service, ledger, operation);
  return repeats.length;
}

async function repeatOverSocket(
  service: URL,
  ledger: Ledger,
  operations: readonly Operation[],
  batch: boolean,
): Promise<void> {
  const waiting = new Set(operations.map(({ opId }) => opId));
  const answered = (opId: string) => waiting.delete(opId);
  const client = await RoomClient.join({ service, ledger, batch, snapshots: false, answered }, ledger.head);
  if (!client) throw new Error(`no way into ${ledger.documentId} after the restart`);
  client.send(operations);
  for (const end = Date.now() + PATIENCE_MS; waiting.size > 0 && Date.now() < end;) await sleep(10);
  client.close();
  await client.closed;
  const [first] = waiting;
  if (first !== undefined) throw new Error(`${waiting.size} repeats were not answered, ${first} among them`);
}

function isOverSocket({ send }: Operation): boolean {
  return send.via === "socket";
}

function isOverRest({ send }: Operation): boolean {
  return send.via === "rest";
}
