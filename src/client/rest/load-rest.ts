import { AcetateError } from "../acetate-error.ts";
import { orCancelled } from "./cancel.ts";

/** Loads what sends requests, which many a page never needs. A load that fails is tried again with the next call. */
export async function loadRest(signal: AbortSignal | undefined) {
  try {
    return await orCancelled(import("./on-demand.ts"), signal);
  } catch (error) {
    if (error instanceof AcetateError) throw error;
    throw new AcetateError(
      "network",
      "The library could not load a part of itself: try again, or reload the page",
      { cause: error },
    );
  }
}
