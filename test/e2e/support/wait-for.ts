import { setTimeout as sleep } from "node:timers/promises";
import { PATIENCE_MS } from "../../support/patience.ts";

const POLL_MS = 50;

/** Asks again and again until there is an answer other than undefined; gives up after `patienceMs`. */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    const answer = await probe();
    if (answer !== undefined) return answer;
    await sleep(POLL_MS);
  }
  throw new Error(`waited ${patienceMs} ms in vain for ${what}`);
}
