import { orCancelled } from "./cancel.ts";

/** @param earlier ends the wait, too */
export async function wait(
  ms: number,
  signal: AbortSignal | undefined,
  earlier: Promise<void>[] = [],
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const rest = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  try {
    await orCancelled(Promise.race([rest, ...earlier]), signal);
  } finally {
    clearTimeout(timer);
  }
}
