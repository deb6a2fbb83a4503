/** The outcome of `promise`, or `error` if it has none within `ms`: code that is not ours may never answer. */
export async function settleWithin<T>(promise: T | PromiseLike<T>, ms: number, error: Error): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(error), ms);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
