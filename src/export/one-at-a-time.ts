let last: Promise<unknown> = Promise.resolve();

/**
 * Runs a task when all before it in this isolate have ended: two renders side by side would take twice the memory, and no less
 * time on the one thread there is.
 */
export function runAlone<T>(task: () => Promise<T>): Promise<T> {
  const run = last.then(task);
  last = run.catch(() => undefined);
  return run;
}
