/** Ctrl-C, `kill`, a closed terminal. */
const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Calls `stop` when this process is asked to end, instead of whatever else listened: Miniflare and wrangler, once
 * loaded, end the process at once on a signal, and the stop is to be ours.
 */
export function onStopSignal(stop: () => void): void {
  for (const signal of stopSignals) {
    process.removeAllListeners(signal);
    process.on(signal, stop);
  }
}

const PARENT_CHECK_MS = 200;

/**
 * Under `npm run`: asks this process to end once npm's shell has. npm hands SIGTERM on to the shell that it runs a
 * script in, and the shell dies of it without telling anyone.
 */
export function endWithNpm(): void {
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const shell = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    process.kill(process.pid, "SIGTERM");
  }, PARENT_CHECK_MS);
  timer.unref();
}

/** Tells all processes of the group that was started as `pid`. */
export function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: there is nobody left.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
