import type { Context } from "hono";
import { isBusy } from "../../export/make-picture.ts";
import { RendererBusy } from "../../export/renderer-mutex.ts";
import type { AppEnv } from "../app-env.ts";
import { refusal, type Refusal } from "./refusal.ts";

/**
 * Waits until a thumbnail or preview is made. Refuses if too many others are waiting, or exports keep the renderer for
 * too long.
 */
export async function waitForPicture(
  c: Context<AppEnv>,
  key: string,
  make: () => Promise<void>,
): Promise<void> {
  if (isBusy(key)) throw comeAgain();
  const making = make();
  // Whoever asked may leave: what was begun is finished, for the next one.
  c.executionCtx.waitUntil(making.catch(() => undefined));
  try {
    await making;
  } catch (error) {
    throw error instanceof RendererBusy ? comeAgain() : error;
  }
}

function comeAgain(): Refusal {
  return refusal("unavailable", "Other pictures are being drawn just now: try again", {
    retryAfterMs: 3_000,
  });
}
