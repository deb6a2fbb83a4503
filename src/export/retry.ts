import type { ExportJob } from "../protocol/model/export-job.ts";
import { ExportFailure } from "./export-failure.ts";

/** What happens to a job after a failed try: it ends with a reason for a person, or gets another try. */
export type Decision =
  | { failure: string }
  | { delaySeconds: number; counts: boolean; failingSince: number | null };

/** How long a job waits for storage, database or network to recover: longer than most outages last. */
export const OUTAGE_MAX_MS = 60 * 60_000;
/** The longest pause between two tries: after an outage ends, no job waits longer than this. */
const DELAY_MAX_SECONDS = 60;
const DELAY_MIN_SECONDS = 2;
/** Tries after errors of our own code. Most such errors happen again; those caused by a lack of memory may not. */
const OWN_TRIES_MAX = 3;

export const OUTAGE_LASTED =
  "The service could not reach its storage for an hour. Ask for the export again when it has recovered.";
export const GIVEN_UP =
  "The export failed again and again for a reason inside the service. Try it again later, or with a smaller scale.";

/** Decides what happens to a job that was leased `attempts` times, after a try that ended with `error` at `now`. */
export function decideRetry(
  error: unknown,
  { job: { attempts }, failingSince }: { job: Pick<ExportJob, "attempts">; failingSince: number | null },
  now: number,
): Decision {
  if (error instanceof ExportFailure) return { failure: error.message };
  if (isOwnFault(error)) {
    if (attempts >= OWN_TRIES_MAX) return { failure: GIVEN_UP };
    return { delaySeconds: retryDelaySeconds(attempts), counts: true, failingSince };
  }
  const since = failingSince ?? now;
  if (now - since >= OUTAGE_MAX_MS) return { failure: OUTAGE_LASTED };
  // Each pause is as long as the outage has lasted so far.
  const delaySeconds = clampDelay(Math.ceil((now - since) / 1000));
  return { delaySeconds, counts: false, failingSince: since };
}

/** The pause after a try: 2, 4, 8 … seconds after the first, second, third. */
export function retryDelaySeconds(attempts: number): number {
  return clampDelay(2 ** attempts);
}

function clampDelay(seconds: number): number {
  return Math.min(Math.max(seconds, DELAY_MIN_SECONDS), DELAY_MAX_SECONDS);
}

/**
 * Whether our own code or a codec threw the error. Anything else comes from the platform: D1, R2, an object, the
 * network.
 */
function isOwnFault(error: unknown): boolean {
  return (
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof ReferenceError ||
    error instanceof WebAssembly.RuntimeError
  );
}
