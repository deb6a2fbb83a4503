/** Whether the worker of the tests leaves messages in the queue. */
let isClosed = false;

export function isQueueClosed(): boolean {
  return isClosed;
}

/**
 * The queue outlives a file, and a message of an earlier one may come at any time: its renderer would take whatever job
 * it finds. A file that renders jobs itself keeps such messages back, until the next file begins.
 */
export function closeQueue(): void {
  isClosed = true;
}

export function openQueue(): void {
  isClosed = false;
}
