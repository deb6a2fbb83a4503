/** The storage accepts no more of a file. */
export class StorageStalled extends Error {}

/**
 * How long the storage may take for one step: to accept a piece, or to end a file. Normally a step takes less than a
 * second. The local R2 never ends a step when its disk is full, and the request would hang with it.
 */
const STALL_MS = 10_000;

/** Waits for a step of the storage. Throws `StorageStalled` if it takes too long. */
export async function endInTime<T>(step: Promise<T>): Promise<T> {
  const { promise: stalled, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new StorageStalled(`The storage took nothing for ${STALL_MS / 1000} s`)),
    STALL_MS,
  );
  try {
    return await Promise.race([step, stalled]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Waits until a stream has taken bytes, or its end. `received`: what comes of the stream. When that fails, the stream
 * breaks too, but says less about why: its own error comes first. Throws it, and `StorageStalled`.
 */
export async function passInTime(taken: Promise<void>, received: Promise<unknown>): Promise<void> {
  try {
    await endInTime(Promise.race([taken, received]));
  } catch (error) {
    if (!(error instanceof StorageStalled)) await endInTime(received);
    throw error;
  }
}
