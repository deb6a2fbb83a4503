import { AcetateError } from "../acetate-error.ts";
import { orCancelled } from "./cancel.ts";

/**
 * Loads what sends requests, which many a page never needs. The next call tries again what has failed, but not every
 * browser does: Firefox and Safari remember the failure until the page is loaded anew.
 */
export async function loadRest(signal: AbortSignal | undefined) {
  try {
    return await orCancelled(import("./on-demand.ts"), signal);
  } catch (error) {
    if (error instanceof AcetateError) throw error;
    throw new AcetateError(
      "load_failed",
      "The library could not load a part of itself: try again, or reload the page",
      { cause: error },
    );
  }
}
