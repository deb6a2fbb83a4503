import { effect, type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** Follows a signal: at once, and then not more often than every `ms` milliseconds. */
export function useNowAndThen<T>(signal: ReadonlySignal<T>, ms: number): ReadonlySignal<T> {
  const shown = useSignal(signal.peek());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = (): void => {
      timer = undefined;
      if (shown.peek() === signal.peek()) return;
      shown.value = signal.peek();
      timer = setTimeout(follow, ms);
    };
    const stop = effect(() => {
      void signal.value;
      if (timer === undefined) follow();
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [signal, ms]);
  return shown;
}
