import { AcetateError } from "../acetate-error.ts";

export function toCancelled(signal: AbortSignal): AcetateError {
  return new AcetateError("cancelled", "The call was cancelled", { cause: signal.reason });
}

/** What `work` comes to, but no later than the signal. */
export async function orCancelled<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const end = (): void => reject(toCancelled(signal));
  if (signal.aborted) end();
  signal.addEventListener("abort", end);
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}
