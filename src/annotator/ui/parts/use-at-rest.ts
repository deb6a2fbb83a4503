import { effect, type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/**
 * Follows a signal that changes in each frame of a movement: when the movement rests, and every `ms` milliseconds
 * while it goes on.
 */
export function useAtRest<T>(
  signal: ReadonlySignal<T>,
  isMoving: ReadonlySignal<boolean>,
  ms: number,
): ReadonlySignal<T> {
  const shown = useSignal(signal.peek());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (): void => {
      clearTimeout(timer);
      timer = undefined;
      shown.value = signal.peek();
    };
    const stop = effect(() => {
      const isBehind = shown.peek() !== signal.value;
      if (!isMoving.value) show();
      else if (isBehind) timer ??= setTimeout(show, ms);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [signal, isMoving, ms]);
  return shown;
}
