/** The service draws one picture after the other, and refuses more than eight at once. */
const AT_ONCE = 4;

let running = 0;
const waiting: (() => void)[] = [];

/** Runs `load` when few others run. Whoever has left by then (`signal`) is not waited for. */
export async function takeTurn<T>(load: () => Promise<T>, signal: AbortSignal): Promise<T | null> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return signal.aborted ? null : await load();
  } finally {
    const next = waiting.shift();
    // The next one takes this place.
    if (next) next();
    else running -= 1;
  }
}
